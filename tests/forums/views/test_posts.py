import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forums.actions.changing import edit_post
from forums.actions.forums import open_forums
from forums.models import Forum, Post, PostRevision, Reaction, Thread
from lms.permissions import Part
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner, teammate):
    cohort = make_cohort(members=[owner, teammate])
    open_forums(cohort=cohort)
    return cohort


@pytest.fixture
def thread(cohort, owner):
    return begin_thread(cohort=cohort, author=owner, words="The chair")


@pytest.fixture
def post(thread):
    return thread.posts.get()


@pytest.fixture
def as_owner(owner):
    return signed_in(owner)


@pytest.fixture
def as_teammate(teammate):
    return signed_in(teammate)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(name, cohort, *args) -> str:
    return reverse(f"forums:{name}", args=[cohort.slug, *args])


def words(**given):
    return {"body": "A first sentence", "body_form": "text", "client_id": str(uuid4()), **given}


def tidy(response) -> str:
    return " ".join(response.content.decode().split())


# --- changing -------------------------------------------------------------------------------------------------------


def test_post_edit_changes_ones_own_words_and_shows_that(cohort, owner, as_owner, as_teammate):
    post = begin_thread(cohort=cohort, author=owner, html="<p>One</p><p>Two<br>three</p>").posts.get()
    where = address("post-edit", cohort, post.pk)

    form = as_owner.get(where).content.decode()
    response = as_owner.post(where, words(body="Other words"))

    post.refresh_from_db()
    assert re.search(r">\s*One\n\nTwo\nthree</textarea>", form)
    assert (response.url, post.html) == (
        f"{address('thread', cohort, post.thread_id)}?before={post.pk + 1}#post-{post.pk}",
        "<p>Other words</p>",
    )
    assert f'href="{address("post-earlier", cohort, post.pk)}">edited' in as_owner.get(response.url).content.decode()
    assert [as_teammate.get(where).status_code, as_teammate.post(where, words()).status_code] == [404, 404]


def test_post_edit_of_nothing_keeps_the_post(cohort, owner, as_owner):
    post = begin_thread(cohort=cohort, author=owner, html="<p>Stays</p>").posts.get()

    response = as_owner.post(address("post-edit", cohort, post.pk), words(body=" "))

    assert (response.status_code, Post.objects.get().html) == (200, "<p>Stays</p>")


def test_post_edit_asks_why_once_somebody_has_answered_and_keeps_what_was_typed(cohort, thread, post, teammate, as_owner):
    where = address("post-edit", cohort, post.pk)
    before = tidy(as_owner.get(where))
    say(thread, teammate)

    asked, refused = as_owner.get(where), as_owner.post(where, words(body="Kept words"))
    long = as_owner.post(where, words(body="Kept words", why="x" * 201))
    changed = as_owner.post(where, words(body="Kept words", why="Kinder"))

    assert ["Why you change them" in page for page in (before, tidy(asked))] == [False, True]
    sentence = "Others have answered these words. Please say in a few words why you change them."
    assert [sentence in tidy(page) for page in (asked, refused)] == [False, True]
    assert re.search(r"> ?Kept words</textarea>", tidy(refused))
    assert "There is room for 200 characters here; this has 201." in tidy(long)
    assert (changed.status_code, PostRevision.objects.get().why) == (302, "Kinder")


def test_post_edit_that_is_sent_twice_is_one_change(cohort, post, as_owner):
    form = words(body="Other words")

    for _ in range(2):
        as_owner.post(address("post-edit", cohort, post.pk), form)

    assert PostRevision.objects.count() == 1


def test_post_edit_of_what_is_gone_shows_ones_own_words(cohort, post, as_owner):
    Post.objects.update(withdrawn_at=timezone.now(), html="")
    where = address("post-edit", cohort, post.pk)

    page = as_owner.post(where, words(body="What I typed"))

    assert (page.status_code, "What I typed" in tidy(page), as_owner.get(where).status_code) == (404, True, 404)


# --- what stood there before ----------------------------------------------------------------------------------------


def test_post_earlier_shows_members_what_changed_with_the_words_marked(cohort, thread, post, owner, teammate, as_teammate):
    say(thread, teammate, answers=post, quoted="The chair")
    edit_post(actor=owner, post=post, html="<p>The <em>table</em></p>", why="It was a <table>")

    page = tidy(as_teammate.get(address("post-earlier", cohort, post.pk)))

    assert "Why: It was a &lt;table&gt;" in page
    assert re.search(r"The\s+<del>(<[^>]+>)?.*?chair", page)
    assert re.search(r"The\s+<ins>(<[^>]+>)?.*?table", page)


def test_post_earlier_of_an_anonymous_post_names_nobody(cohort, thread, owner, teammate, as_teammate):
    thread.forum.allows_anonymous = True
    thread.forum.save()
    post = say(thread, owner, "Somebody said", anonymous=True)
    edit_post(actor=owner, post=post, html="<p>Other words</p>")

    page = tidy(as_teammate.get(address("post-earlier", cohort, post.pk)))

    assert (post.public_name in page, "Owner" in page) == (True, False)


@pytest.mark.parametrize(
    ("change", "statuses"),
    [
        ({}, [200, 200, 200, 404]),
        ({"state": Post.State.HIDDEN}, [200, 404, 200, 404]),
        ({"state": Post.State.PAUSED}, [200, 404, 200, 404]),
        ({"state": Post.State.HELD}, [200, 404, 200, 404]),
        ({"withdrawn_at": timezone.now()}, [404, 404, 404, 404]),
    ],
)
def test_post_earlier_is_for_who_may_read_the_post(cohort, post, owner, teammate, outsider, settings, change, statuses):
    settings.STAFF_NEEDS_SECOND_FACTOR = False
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    edit_post(actor=owner, post=post, html="<p>Other words</p>")
    Post.objects.update(**change)

    got = [signed_in(person).get(address("post-earlier", cohort, post.pk)).status_code for person in (owner, teammate, trainer, outsider)]

    assert got == statuses


def test_post_earlier_goes_by_pages_and_says_when_nothing_was_kept(cohort, post, owner, as_owner):
    empty = tidy(as_owner.get(address("post-earlier", cohort, post.pk)))
    for number in range(6):
        edit_post(actor=owner, post=post, html=f"<p>Version {number}</p>")

    first = as_owner.get(address("post-earlier", cohort, post.pk))
    link = re.search(r'href="(\?before=\d+)"', first.content.decode())
    pages = [tidy(as_owner.get(address("post-earlier", cohort, post.pk) + query)) for query in (link[1], "?before=x", "?before=0")]

    assert "What this post said before was not kept." in empty
    assert [page.count("Changed on") for page in (tidy(first), *pages)] == [5, 1, 5, 5]


# --- taking back ----------------------------------------------------------------------------------------------------


def test_post_withdraw_asks_once_then_takes_the_words(cohort, thread, post, teammate, as_owner, as_teammate):
    answer = say(thread, teammate, "I heard it", answers=post, quoted="The chair")
    where = address("post-withdraw", cohort, post.pk)

    asked = as_owner.get(where)
    untouched = Post.objects.get(pk=post.pk).html
    done, again = (as_owner.post(where) for _ in range(2))

    page = tidy(as_teammate.get(address("thread", cohort, thread.pk)))
    assert (asked.status_code, "Take these words back?" in tidy(asked), untouched) == (200, True, "<p>The chair</p>")
    assert (done.url, again.url) == (f"{address('thread', cohort, thread.pk)}?before={post.pk + 1}#post-{post.pk}",) * 2
    assert ("The chair" in page, "Owner has taken these words back." in page, "I heard it" in page) == (False, True, True)
    assert (f'id="post-{post.pk}"' in page, f'id="post-{answer.pk}"' in page) == (True, True)
    assert as_owner.get(where).url == done.url


def test_post_withdraw_of_an_anonymous_post_names_nobody(cohort, thread, owner, as_owner, as_teammate):
    thread.forum.allows_anonymous = True
    thread.forum.save()
    post = say(thread, owner, "Somebody said", anonymous=True)

    as_owner.post(address("post-withdraw", cohort, post.pk))

    page = tidy(as_teammate.get(address("thread", cohort, thread.pk)))
    assert f"{post.public_name} has taken these words back." in page


def test_post_withdraw_of_somebody_elses_is_404(cohort, post, outsider, as_teammate):
    where = address("post-withdraw", cohort, post.pk)
    trainer = signed_in(make_membership(cohort=cohort, part=Part.AFTERCARE).person)

    got = [ask(where).status_code for client in (as_teammate, trainer, signed_in(outsider)) for ask in (client.get, client.post)]

    assert (got, Post.objects.get().withdrawn_at) == ([404] * 6, None)


# --- quiet reactions ------------------------------------------------------------------------------------------------


def test_post_react_shows_names_and_lets_one_take_it_back(cohort, thread, post, as_owner, as_teammate):
    where = address("post-react", cohort, post.pk)

    done, again = (as_teammate.post(where, {"react": "heard"}) for _ in range(2))
    mine, theirs = (tidy(client.get(address("thread", cohort, thread.pk))) for client in (as_teammate, as_owner))
    as_teammate.post(where, {"take_back": "heard"})
    after = tidy(as_owner.get(address("thread", cohort, thread.pk)))

    assert (done.url, again.url) == (f"{address('thread', cohort, thread.pk)}?from={post.pk}#post-{post.pk}",) * 2
    pressed, free = ('class="button plain" aria-pressed="true">', 'class="button plain" aria-pressed="false">')
    assert f'name="take_back" value="heard" {pressed}Heard <span class="unseen">Owner</span></button> <small>you</small>' in mine
    assert f'name="react" value="moved" {free}Moved <span class="unseen">Owner</span></button> </li>' in mine
    assert "<span>Heard:</span> <small><bdi>Teammate</bdi></small>" in theirs
    assert [word in after for word in ("Heard:</span>", 'name="react"')] == [False, False]


def test_post_react_goes_back_to_where_one_was_on_this_site_only(cohort, post, as_teammate):
    where = address("post-react", cohort, post.pk)

    here, elsewhere = (as_teammate.post(where, {"react": "heard", "next": back}) for back in ("/c/x/?from=3", "https://evil.example/"))

    assert here.url == f"/c/x/?from=3#post-{post.pk}"
    assert elsewhere.url == f"{address('thread', cohort, post.thread_id)}?from={post.pk}#post-{post.pk}"


@pytest.mark.parametrize(
    ("who", "sent", "change", "sentence"),
    [
        ("owner", {"react": "heard"}, {}, "These are your own words."),
        ("teammate", {"react": "loved"}, {}, "Please press one of the three words."),
        ("teammate", {}, {}, "Please press one of the three words."),
        ("teammate", {"react": "heard", "take_back": "heard"}, {}, "Please press one of the three words."),
        ("teammate", {"react": "heard"}, {"locked_at": timezone.now()}, "This thread has been closed to answers."),
        ("teammate", {"react": "heard"}, {"phase": "conversation"}, "In a reflecting thread people answer with words"),
    ],
)
def test_post_react_refused_says_why(cohort, post, owner, teammate, who, sent, change, sentence):
    Thread.objects.update(**change)
    client = signed_in({"owner": owner, "teammate": teammate}[who])

    page = client.post(address("post-react", cohort, post.pk), sent, follow=True)

    assert (page.status_code, sentence in tidy(page), Reaction.objects.count()) == (200, True, 0)


def test_post_react_to_what_one_may_not_see_is_404(cohort, post, teammate, outsider):
    held = begin_thread(cohort=cohort, author=make_membership(cohort=cohort).person).posts.get()
    Post.objects.filter(pk=held.pk).update(state=Post.State.HELD)
    elsewhere = begin_thread(cohort=make_cohort(members=[outsider]), author=outsider).posts.get()

    got = [
        signed_in(person).post(address("post-react", cohort, pk), {"react": "heard"}).status_code
        for person, pk in [(outsider, post.pk), (teammate, held.pk), (teammate, elsewhere.pk), (teammate, 10**6)]
    ]

    assert (got, Reaction.objects.count()) == ([404] * 4, 0)


def test_thread_offers_no_reaction_where_none_is_taken(cohort, thread, as_teammate):
    open_, phases = tidy(as_teammate.get(address("thread", cohort, thread.pk))), []
    for change in ({"phase": "conversation"}, {"phase": "", "locked_at": timezone.now()}):
        Thread.objects.update(**change)
        phases.append(tidy(as_teammate.get(address("thread", cohort, thread.pk))))

    assert [page.count('name="react"') for page in (open_, *phases)] == [3, 0, 0]


# --- mentions and words taken up ------------------------------------------------------------------------------------


def test_thread_tells_who_is_mentioned_and_whose_words_were_taken_up(cohort, thread, post, teammate, as_owner, as_teammate):
    answer = say(thread, teammate, "Dear @Owner", answers=post, quoted="chair")

    mine, theirs = (tidy(client.get(address("thread", cohort, thread.pk))) for client in (as_owner, as_teammate))

    link = f"{address('thread', cohort, thread.pk)}?from={answer.pk}#post-{answer.pk}"
    taken = f'These words were taken up: <q>chair</q> (<a href="{link}">by Teammate</a>)'
    assert [("You are mentioned" in page, taken in page) for page in (mine, theirs)] == [(True, True), (False, False)]


def test_thread_people_gives_names_and_nothing_else(cohort, thread, teammate, as_owner):
    make_membership(cohort=cohort, person=make_user(display_name="Te <b>"))
    make_membership(cohort=cohort, person=make_user(display_name="Te interpreter"), part=Part.INTERPRETER)
    where = address("people", cohort, thread.pk)

    asked = {query: as_owner.get(where, {"q": query}).json() for query in ("te", "", "x", "t" * 81)}

    assert asked == {
        "te": {"people": ["Te <b>", "Teammate"]},
        "": {"people": ["Te <b>", "Teammate"]},
        "x": {"people": []},
        "t" * 81: {"people": []},
    }
    assert as_owner.get(where)["Content-Type"] == "application/json"


def test_thread_people_of_what_one_may_not_see_is_404(cohort, thread, teammate, outsider):
    elsewhere = begin_thread(cohort=make_cohort(members=[outsider]), author=outsider)

    got = [
        signed_in(person).get(address("people", cohort, pk)).status_code
        for person, pk in [(teammate, thread.pk), (outsider, thread.pk), (teammate, elsewhere.pk), (teammate, 10**6)]
    ]

    assert got == [200, 404, 404, 404]


def test_forum_people_gives_names_of_the_forum_that_is_chosen(cohort, as_owner, settings):
    settings.STAFF_NEEDS_SECOND_FACTOR = False
    trainer = make_membership(cohort=cohort, person=make_user(display_name="Trainer"), part=Part.TRAINER).person
    here, trainers = Forum.objects.get(cohort=cohort, kind="cohort"), Forum.objects.get(cohort=cohort, kind="trainers")
    where = address("forum-people", cohort)

    asked = [client.get(where, {"in": pk}) for client in (as_owner, signed_in(trainer)) for pk in (here.pk, trainers.pk, 10**6)]

    assert [answer.status_code for answer in asked] == [200, 404, 404, 200, 200, 404]
    assert [asked[at].json()["people"] for at in (0, 3, 4)] == [["Teammate", "Trainer"], ["Owner", "Teammate"], []]
    assert f'data-mention="{where}?in={here.pk}"' in as_owner.get(address("thread-new", cohort)).content.decode()


def test_500_mentions_come_back_with_the_words(cohort, thread, as_teammate):
    form = words(body="@Owner " * 500)

    page = as_teammate.post(address("reply", cohort, thread.pk), form)

    assert "You name more than 20 people. Please name fewer; your words are still here." in tidy(page)
    assert (tidy(page).count("@Owner"), thread.posts.count()) == (500, 1)
