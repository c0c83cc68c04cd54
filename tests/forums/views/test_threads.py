import re
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Activity
from forums.actions import posting
from forums.actions.forums import open_forums, thread_for_prompt
from forums.actions.read import mark_read
from forums.models import PAGE, Post, Thread, ThreadRead
from forums.reading.threads import REMEMBERED
from lms import richtext
from lms.permissions import Part
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread, fill, make_prompt, prompt_thread, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner, teammate):
    cohort = make_cohort(members=[owner, teammate])
    open_forums(cohort=cohort)
    return cohort


@pytest.fixture
def as_owner(owner):
    return signed_in(owner)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(name, cohort, *args) -> str:
    return reverse(f"forums:{name}", args=[cohort.slug, *args])


def words(**given):
    return {"body": "A first sentence", "body_form": "text", "client_id": str(uuid4()), **given}


def posts_on(response) -> list[int]:
    return [int(number) for number in re.findall(r'id="post-(\d+)"', response.content.decode())]


# --- who meets what -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("trainee", 200),
        ("trainer", 200),
        ("coordinator", 200),
        ("aftercare", 200),
        ("interpreter", 404),
        ("removed", 404),
        ("other cohort", 404),
        ("outsider", 404),
    ],
)
def test_pages_by_part(cohort, owner, who, status, settings):
    settings.STAFF_NEEDS_SECOND_FACTOR = False
    thread, person = begin_thread(cohort=cohort, author=owner), make_user()
    if who == "other cohort":
        make_cohort(members=[person])
    elif who == "removed":
        make_membership(cohort=cohort, person=person, ended_at=timezone.now())
    elif who != "outsider":
        make_membership(cohort=cohort, person=person, part=Part(who))
    client = signed_in(person)

    got = [
        client.get(address(name, cohort, *args)).status_code for name, args in [("forum", []), ("thread-new", []), ("thread", [thread.pk])]
    ]
    edit = client.get(address("post-edit", cohort, thread.posts.get().pk)).status_code
    posted = [
        client.post(address(name, cohort, *args), words(title="T")).status_code
        for name, args in [("thread-new", []), ("reply", [thread.pk])]
    ]

    assert (got, edit) == ([status] * 3, 404)
    assert posted == ([302, 302] if status == 200 else [404, 404])
    assert Post.objects.count() == (3 if status == 200 else 1)


def test_pages_ask_who_is_not_signed_in_to_sign_in(cohort, owner, client):
    thread = begin_thread(cohort=cohort, author=owner)

    for name, args in [
        ("forum", []),
        ("thread-new", []),
        ("thread", [thread.pk]),
        ("reply", [thread.pk]),
        ("post-edit", [thread.posts.get().pk]),
    ]:
        response = client.get(address(name, cohort, *args))
        assert (response.status_code, response.url.split("?")[0]) == (302, reverse("account_login"))


def test_thread_under_another_cohort_or_absent_is_the_same_404(cohort, owner, teammate, as_owner):
    other = make_cohort(members=[owner])
    elsewhere = begin_thread(cohort=other, author=owner)
    not_mine = begin_thread(cohort=make_cohort(members=[teammate]), author=teammate)

    pages = []
    for pk in (elsewhere.pk, not_mine.pk, 10**6, 10**17):
        response = as_owner.get(address("thread", cohort, pk))
        pages.append(
            (response.status_code, re.sub(r"csrf\S+ value=\S+|data-bell=\S+", "", response.content.decode()).replace(f"/forum/{pk}/", ""))
        )

    assert pages == [pages[0]] * 4
    assert pages[0][0] == 404


def test_thread_of_a_question_not_open_is_404_and_not_in_the_list(cohort, as_owner):
    later, now = prompt_thread(cohort=cohort, opens_in=3), prompt_thread(cohort=cohort)

    statuses = [as_owner.get(address("thread", cohort, thread.pk)).status_code for thread in (later, now)]
    listed = as_owner.get(address("forum", cohort)).content.decode()

    assert statuses == [404, 200]
    assert [f'href="{address("thread", cohort, thread.pk)}"' in listed for thread in (later, now)] == [False, True]


def test_forms_need_the_token_of_their_page(cohort, owner):
    thread = begin_thread(cohort=cohort, author=owner)
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)

    tries = [("thread-new", []), ("reply", [thread.pk]), ("post-edit", [thread.posts.get().pk])]

    assert [client.post(address(name, cohort, *args), words(title="T")).status_code for name, args in tries] == [403, 403, 403]


def test_forms_carry_the_token_of_their_page(cohort, owner):
    thread = begin_thread(cohort=cohort, author=owner)
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    post = thread.posts.get()
    forms = [("thread-new", "thread-new", []), ("thread", "reply", [thread.pk]), ("post-edit", "post-edit", [post.pk])]

    statuses = []
    for page, target, args in forms:
        html = client.get(address(page, cohort, *args)).content.decode()
        form = html[html.index("<main") : html.index("</main")]
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[-1]
        statuses.append(client.post(address(target, cohort, *args), words(title="T", csrfmiddlewaretoken=token)).status_code)

    assert statuses == [302, 302, 302]


# --- what is asked of the database ----------------------------------------------------------------------------------


def test_thread_asks_at_most_eight_questions_however_long_it_is(cohort, owner, teammate, as_owner, django_assert_max_num_queries):
    as_owner.get(address("forum", cohort))  # remembers the cohort once

    asked = {}
    for count in (20, 2_000, 10_000):
        thread = begin_thread(cohort=cohort, author=owner)
        said = fill(thread, teammate, count)
        ThreadRead.objects.filter(thread=thread, person=owner).update(last_read=said[-1].pk)
        queries = {"read": "", "by key": f"?from={said[5].pk}", "before": f"?before={said[-1].pk}"}
        for name, query in queries.items():
            with django_assert_max_num_queries(8) as found:
                assert len(posts_on(as_owner.get(address("thread", cohort, thread.pk) + query))) >= 15
            asked.setdefault(name, []).append(len(found))

    assert {name: len(set(counts)) for name, counts in asked.items()} == {"read": 1, "by key": 1, "before": 1}


def test_thread_of_10000_opens_at_the_place_one_left_for_what_one_of_20_costs(
    cohort, owner, teammate, as_owner, django_assert_max_num_queries
):
    as_owner.get(address("forum", cohort))

    asked, first = [], []
    for count in (20, 10_000):
        thread = begin_thread(cohort=cohort, author=owner)
        left = fill(thread, teammate, count)[count // 2].pk
        ThreadRead.objects.filter(thread=thread, person=owner).update(last_read=left)
        with django_assert_max_num_queries(8) as found:  # with keeping how far one has read now
            page = as_owner.get(address("thread", cohort, thread.pk))
        asked.append(len(found))
        first.append(posts_on(page)[REMEMBERED if count > 20 else 0] - left)

    assert (len(set(asked)), first[1]) == (1, 1)


def test_forum_asks_as_much_for_60_threads_as_for_one(cohort, owner, teammate, as_owner, django_assert_max_num_queries):
    prompt_thread(cohort=cohort)
    as_owner.get(address("forum", cohort))
    with django_assert_max_num_queries(8) as for_one:
        as_owner.get(address("forum", cohort))
    forum = Thread.objects.get().forum
    for number in range(60):
        fill(Thread.objects.create(forum=forum, author=owner, title=f"Thread {number}"), teammate, 3)

    with django_assert_max_num_queries(8) as for_many:
        response = as_owner.get(address("forum", cohort))

    assert (len(for_many), response.content.decode().count('class="list-title"')) == (len(for_one), PAGE)


# --- the list -------------------------------------------------------------------------------------------------------


def test_forum_goes_through_every_thread_once_by_key(cohort, owner, teammate, as_owner):
    threads = [begin_thread(cohort=cohort, author=owner, title=f"Thread {number}.") for number in range(25)]
    for thread in threads[::3]:
        say(thread, teammate)
    expected = list(Thread.objects.visible_to(owner, cohort).for_list(owner).values_list("title", flat=True))

    first = as_owner.get(address("forum", cohort)).content.decode()
    say_so_that_the_list_shifts = say(threads[0], teammate)
    second = as_owner.get(address("forum", cohort) + re.search(r'\?after=[^"]+', first)[0]).content.decode()

    titles = [re.findall(r"Thread \d+\.", page) for page in (first, second)]
    assert [len(page) for page in titles] == [20, 5 - (say_so_that_the_list_shifts.thread.title in expected[20:])]
    assert titles[0] + titles[1] == [title for title in expected if title in titles[0] + titles[1]]


def test_forum_shows_first_words_voices_and_what_is_new(cohort, owner, teammate, as_owner):
    thread = begin_thread(cohort=cohort, author=owner, words="I keep hearing the chair")
    say(thread, teammate)
    begin_thread(cohort=cohort, author=teammate, title="Another")

    page = " ".join(as_owner.get(address("forum", cohort)).content.decode().split())

    assert "I keep hearing the chair" in page
    assert "Owner, Teammate · last word" in page
    assert (page.count("New for you"), page.count("Waiting for a response")) == (2, 1)


def test_forum_invites_where_nobody_has_spoken(cohort, as_owner):
    page = as_owner.get(address("forum", cohort)).content.decode()

    assert "Nobody has begun to talk here yet" in page


@pytest.mark.parametrize("key", ["", "x", "2-1-1", "1-99999999999999999-1", "1-9999999999999999-999999999999999999", "' or 1=1"])
def test_forum_takes_a_key_that_makes_no_sense_calmly(cohort, owner, as_owner, key):
    begin_thread(cohort=cohort, author=owner)

    assert as_owner.get(address("forum", cohort), {"after": key}).status_code == 200


# --- a thread -------------------------------------------------------------------------------------------------------


def test_thread_opens_at_the_first_unread_and_marks_what_it_showed(cohort, owner, teammate, as_owner):
    thread = begin_thread(cohort=cohort, author=owner)
    pks = [thread.posts.get().pk] + [post.pk for post in fill(thread, teammate, 49)]
    mark_read(actor=owner, thread=thread, first=pks[0], last=pks[9])

    first, second, third = (as_owner.get(address("thread", cohort, thread.pk)) for _ in range(3))

    assert [posts_on(page) for page in (first, second, third)] == [pks[7:27], pks[24:44], pks[30:50]]
    assert [page.content.decode().count("New since you were here") for page in (first, second, third)] == [1, 1, 1]
    assert ThreadRead.objects.get(person=owner, thread=thread).last_read == pks[49]
    assert as_owner.get(address("thread", cohort, thread.pk)).content.decode().count("New since you were here") == 0


def test_thread_calls_nothing_new_on_a_first_visit(cohort, owner, teammate, as_owner):
    thread = begin_thread(cohort=cohort, author=teammate)

    assert "New since you were here" not in as_owner.get(address("thread", cohort, thread.pk)).content.decode()


def test_thread_pages_by_key_in_both_directions(cohort, owner, teammate, as_owner):
    thread = begin_thread(cohort=cohort, author=owner)
    pks = [thread.posts.get().pk] + [post.pk for post in fill(thread, teammate, 49)]

    pages = {
        query: as_owner.get(address("thread", cohort, thread.pk) + query)
        for query in (f"?from={pks[20]}", f"?before={pks[20]}", f"?before={pks[5]}")
    }

    shown = [posts_on(page) for page in pages.values()]
    keys = [re.findall(r"\?(before|from)=(\d+)\"\s+rel=", page.content.decode()) for page in pages.values()]
    assert shown == [pks[20:40], pks[:20], pks[:5]]
    assert keys == [[("before", str(pks[20])), ("from", str(pks[40]))], [("from", str(pks[20]))], [("from", str(pks[5]))]]


def test_thread_does_not_count_as_read_what_a_link_skipped(cohort, owner, teammate, as_owner):
    thread = begin_thread(cohort=cohort, author=owner)
    pks = [post.pk for post in fill(thread, teammate, 30)]

    as_owner.get(address("thread", cohort, thread.pk) + f"?from={pks[25]}")

    assert posts_on(as_owner.get(address("thread", cohort, thread.pk)))[1] == pks[0]


def test_thread_by_head_leaves_no_trace(cohort, owner, teammate, as_owner):
    thread = begin_thread(cohort=cohort, author=teammate)

    as_owner.head(address("thread", cohort, thread.pk))

    assert list(ThreadRead.objects.filter(person=owner)) == []


@pytest.mark.parametrize(
    "query", ["?from=x", "?from=-1", f"?before={10**30}", "?answers=999999", "?from=0&before=", "?from=999999", "?before=1"]
)
def test_thread_takes_a_key_that_makes_no_sense_calmly(cohort, owner, as_owner, query):
    thread = begin_thread(cohort=cohort, author=owner)

    assert posts_on(as_owner.get(address("thread", cohort, thread.pk) + query)) == [thread.posts.get().pk]


def test_thread_shows_quotes_edits_and_how_to_answer_without_a_script(cohort, owner, teammate, as_owner):
    thread = begin_thread(cohort=cohort, author=owner, words="I keep hearing the chair")
    opening = thread.posts.get()
    say(thread, teammate, answers=opening, quoted="hearing the chair")
    Post.objects.filter(pk=opening.pk).update(edited_at=timezone.now())

    page = as_owner.get(address("thread", cohort, thread.pk) + f"?answers={opening.pk}").content.decode()

    where = address("thread", cohort, thread.pk)
    assert f'<p>hearing the chair</p> <a href="{where}?from={opening.pk}#post-{opening.pk}">Where Owner said it</a>' in " ".join(
        page.split()
    )
    assert re.search(r"· answers Owner\s", page)
    earlier = address("post-earlier", cohort, opening.pk)
    assert re.search(rf'· <a href="{earlier}">edited \w+ \d+ \w+, \d\d:\d\d</a>', page)
    assert f'<input type="hidden" name="answers" value="{opening.pk}" id="id_answers">' in page
    assert f"{where}?from={opening.pk}&amp;answers={opening.pk}#composer" in page


def test_thread_keeps_a_draft_until_it_shows_ones_own_post(cohort, owner, teammate):
    post = begin_thread(cohort=cohort, author=owner).posts.get()

    pages = [signed_in(person).get(address("thread", cohort, post.thread_id)).content.decode() for person in (owner, teammate)]

    assert [f'data-kept="{post.client_id}"' in page for page in pages] == [True, False]


# --- saying something -----------------------------------------------------------------------------------------------


def test_thread_new_and_again_is_one_thread(cohort, owner, as_owner):
    form = words(title="The empty chair")

    first, again = (as_owner.post(address("thread-new", cohort), form) for _ in range(2))

    thread = Thread.objects.get()
    assert (first.url, again.url) == (address("thread", cohort, thread.pk),) * 2
    assert (thread.title, thread.posts.get().html) == ("The empty chair", "<p>A first sentence</p>")


def test_thread_reply_leads_to_the_post_and_twice_is_once(cohort, owner, teammate, as_owner):
    thread = begin_thread(cohort=cohort, author=teammate, words="The chair")
    form = words(answers=thread.posts.get().pk, quoted="The chair")

    first, again = (as_owner.post(address("reply", cohort, thread.pk), form) for _ in range(2))

    post = thread.posts.get(author=owner)
    assert (first.url, again.url) == (f"{address('thread', cohort, thread.pk)}?before={post.pk + 1}#post-{post.pk}",) * 2
    assert (post.answers, post.quoted) == (thread.posts.first(), "The chair")
    assert posts_on(as_owner.get(first.url))[-1] == post.pk


def test_thread_reply_goes_back_to_the_page_it_came_from_on_this_site_only(cohort, owner, as_owner):
    thread = begin_thread(cohort=cohort, author=owner)

    here, elsewhere = (
        as_owner.post(address("reply", cohort, thread.pk), words(next=back)) for back in ("/c/x/course/y/z/", "https://evil.example/")
    )

    mine, other = thread.posts.order_by("-pk")[1], thread.posts.last()
    assert here.url == f"/c/x/course/y/z/#post-{mine.pk}"
    assert elsewhere.url == f"{address('thread', cohort, thread.pk)}?before={other.pk + 1}#post-{other.pk}"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"body": "  "}, "There are no words here yet. A first sentence is enough."),
        ({"body": "long " * 10_001}, "limit is 50 kB"),
        ({"quoted": "never said"}, "The quoted words do not stand in the post you answer."),
        ({"answers": "999999"}, "The post you answer is not in this thread."),
        ({"answers": "x"}, "The post you answer is not in this thread."),
    ],
)
def test_thread_reply_refused_keeps_the_words_and_says_why(cohort, owner, teammate, as_owner, given, sentence):
    thread = begin_thread(cohort=cohort, author=teammate)
    form = {**words(body="What I wanted to say", answers=thread.posts.get().pk), **given}

    response = as_owner.post(address("reply", cohort, thread.pk), form)

    page = response.content.decode()
    assert (response.status_code, thread.posts.count()) == (200, 1)
    assert sentence in page
    assert form["body"].strip() in page
    assert f'value="{form["client_id"]}"' in page
    assert posts_on(response) == [thread.posts.get().pk]


def test_too_many_posts_are_refused_with_the_words_kept(cohort, owner, as_owner, monkeypatch):
    thread = begin_thread(cohort=cohort, author=owner)
    monkeypatch.setattr(posting, "POSTS", 1)

    pages = [
        as_owner.post(address(name, cohort, *args), words(title="Kept title"))
        for name, args in [("reply", [thread.pk]), ("thread-new", [])]
    ]

    for page in pages:
        assert "You have posted 1 times within ten minutes." in page.content.decode()
        assert "A first sentence</textarea>" in page.content.decode()
    assert "Kept title" in pages[1].content.decode()


# --- where one can not answer any more -------------------------------------------------------------------------------


def test_thread_reply_to_a_closed_thread_keeps_the_words_and_leads_to_a_new_one(cohort, owner, teammate, as_owner):
    thread = begin_thread(cohort=cohort, author=teammate)
    Thread.objects.update(locked_at=timezone.now())
    form = words(body="What I wanted\n\nto say")

    response = as_owner.post(address("reply", cohort, thread.pk), form)
    page = response.content.decode()
    taken = as_owner.post(address("thread-new", cohort) + f"?in={thread.forum_id}", {"body": form["body"]}).content.decode()

    assert (response.status_code, thread.posts.count()) == (200, 1)
    assert "This thread has been closed to answers. Your words are still here; you can begin a new thread." in page
    assert re.search(r'<textarea id="kept" rows="8" readonly autocomplete="off">\s*What I wanted\n\nto say</textarea>', page)
    assert f'action="{address("thread-new", cohort)}?in={thread.forum_id}"' in page
    assert 'id="composer"' not in page
    assert re.search(r'name="body"[^>]*>\s*What I wanted\n\nto say</textarea>', taken)


def test_thread_reply_to_a_joined_thread_shows_where_it_goes_on_with_the_words_in_its_composer(cohort, owner, teammate, as_owner):
    old, now = (begin_thread(cohort=cohort, author=teammate, title=title) for title in ("Old", "Now"))
    answered = old.posts.get()
    Post.objects.filter(pk=answered.pk).update(thread=now)
    Thread.objects.filter(pk=old.pk).update(merged_into=now)
    form = words(answers=answered.pk, body="What I wanted to say")

    response = as_owner.post(address("reply", cohort, old.pk), form)
    page = response.content.decode()
    again = as_owner.post(address("reply", cohort, now.pk), form)

    assert (response.status_code, Post.objects.filter(author=owner).count(), again.status_code) == (200, 1, 302)
    assert "This thread now goes on in “Now”. Your words are still here; post them there." in page
    assert f'action="{address("reply", cohort, now.pk)}?from=' in page
    assert re.search(r">\s*What I wanted to say</textarea>", page)
    assert f'value="{answered.pk}"' in page


def test_thread_reply_to_a_slow_thread_keeps_the_words(cohort, owner, as_owner):
    thread = begin_thread(cohort=cohort, author=owner)
    Thread.objects.update(slow_hours=4)

    response = as_owner.post(address("reply", cohort, thread.pk), words(body="More of it"))

    page = response.content.decode()
    assert (response.status_code, thread.posts.count()) == (200, 1)
    assert "In this thread everybody posts once in 4 hours. Your words are still here; post them later." in page
    assert re.search(r">\s*More of it</textarea>", page)


@pytest.mark.parametrize("gone", ["moved", "joined", "removed", "never there", "not theirs"])
def test_thread_reply_to_what_is_gone_shows_only_ones_own_words(cohort, owner, teammate, as_owner, gone):
    elsewhere = begin_thread(cohort=make_cohort(members=[teammate]), author=teammate, title="Kept secret", words="Secret")
    thread = begin_thread(cohort=cohort, author=teammate, title="Kept secret", words="Secret")
    where = address("reply", cohort, {"never there": 10**6, "not theirs": elsewhere.pk}.get(gone, thread.pk))
    if gone == "moved":
        Thread.objects.filter(pk=thread.pk).update(forum=elsewhere.forum)
    elif gone == "joined":
        Thread.objects.filter(pk=thread.pk).update(merged_into=elsewhere)
    elif gone == "removed":
        cohort.memberships.filter(person=owner).update(ended_at=timezone.now())

    html = as_owner.post(where, words(body="<p>Mine &amp; <b>yours</b></p><p>too</p>", body_form="html"))
    text = as_owner.post(where, words(body="Mine <b>\n\ntoo"))
    nothing = as_owner.post(where)

    kept = [
        re.search(r'readonly autocomplete="off">\s*(.*?)</textarea>', page.content.decode(), re.DOTALL) for page in (html, text, nothing)
    ]
    assert [found and found[1] for found in kept] == ["Mine &amp; yours\n\ntoo", "Mine &lt;b&gt;\n\ntoo", None]
    assert {(page.status_code, "ecret" in page.content.decode()) for page in (html, text, nothing)} == {(404, False)}
    assert Post.objects.count() == 2


# --- write before you read -------------------------------------------------------------------------------------------


def test_thread_that_is_written_before_it_is_read_says_so_and_opens_with_ones_own_post(cohort, owner, teammate, as_owner):
    thread = prompt_thread(cohort=cohort)
    Activity.objects.filter(pk=thread.activity_id).update(write_first=True)
    first = say(thread, teammate, "What Teammate heard")

    before = as_owner.get(address("thread", cohort, thread.pk)).content.decode()
    listed = as_owner.get(address("forum", cohort)).content.decode()
    refused = as_owner.post(address("reply", cohort, thread.pk), words(body=" ")).content.decode()
    posted = as_owner.post(address("reply", cohort, thread.pk), words())
    after = as_owner.get(posted.url)

    for page in (before, refused):
        assert "Here you write before you read." in page
        assert '<p class="prompt-words">What did you hear?</p>' in page
        assert ('id="composer"' in page, "No one has answered yet" in page) == (True, False)
    assert "What Teammate heard" not in before + listed + refused
    assert (posts_on(after), "Here you write before you read." in after.content.decode()) == (
        [first.pk, thread.posts.last().pk],
        False,
    )


def test_thread_that_is_closed_to_answers_is_read_by_who_has_not_written(cohort, teammate, as_owner):
    thread = prompt_thread(cohort=cohort)
    Activity.objects.filter(pk=thread.activity_id).update(write_first=True)
    said = say(thread, teammate)
    Thread.objects.update(locked_at=timezone.now())

    response = as_owner.get(address("thread", cohort, thread.pk))

    assert (posts_on(response), "Here you write before you read." in response.content.decode()) == ([said.pk], False)


def test_thread_list_begins_with_words_that_may_be_read(cohort, owner, teammate, as_owner):
    thread = begin_thread(cohort=cohort, author=teammate, words="Hidden canary")
    say(thread, teammate, "Standing words")
    Post.objects.filter(plain="Hidden canary").update(state=Post.State.HIDDEN)

    page = as_owner.get(address("forum", cohort)).content.decode()

    assert ("Hidden canary" in page, "Standing words" in page) == (False, True)


# --- attacks --------------------------------------------------------------------------------------------------------

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "javascript:alert(1)",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="javascript:123">x</a>',
    '<a href="//evil.example">x</a>',
    '<p style="background:url(//evil.example)" class="x" id="main">x</p>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "'-alert(1)-'",
    "%name% \u202e\u2028 <!--",
]


class Danger(HTMLParser):
    """Whatever in a page could run, load or lead away, and is not ours."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        ours = {"script": given.get("src", "").startswith("/static/js/"), "svg": (given.get("class") or "").startswith("icon")}
        if tag in {"script", "svg", "img", "iframe", "math", "style", "object", "animate"} and not ours.get(tag, False):
            self.found.append(tag)
        self.found += [name for name in given if name.startswith("on") or name == "style"]
        links = [given[name] or "" for name in ("href", "src", "action") if name in given]
        self.found += [link for link in links if not re.match(r"(/(?!/)|#|\?|https?://|mailto:)", link)]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("form", ["text", "html"])
def test_attacks_in_every_field_stay_words(cohort, owner, teammate, attack, form):
    teammate.display_name = attack[:80]
    teammate.save(update_fields=["display_name"])
    attacker, reader = signed_in(teammate), signed_in(owner)
    attacker.post(address("thread-new", cohort), words(title=attack, body=f"word {attack}", body_form=form))
    thread = Thread.objects.get()
    opening = thread.posts.get()
    quoted = {"answers": opening.pk, "quoted": " ".join(richtext.plain(opening.html).split())}
    attacker.post(address("reply", cohort, thread.pk), words(body=f"word {attack}", body_form=form, **quoted))
    refused = attacker.post(address("reply", cohort, thread.pk), words(body=attack, quoted=attack, answers=attack, client_id=attack))
    no_title = attacker.post(address("thread-new", cohort), words(title="x" * 200 + attack, body=attack))

    pages = [reader.get(address("forum", cohort)), reader.get(address("thread", cohort, thread.pk)), refused, no_title]
    pages += [
        reader.get(address("thread", cohort, thread.pk) + f"?answers={opening.pk}"),
        attacker.get(address("post-edit", cohort, opening.pk)),
    ]

    assert thread.posts.count() == 2
    assert [Danger(page.content.decode()).found for page in pages] == [[]] * len(pages)
    assert [page.status_code for page in pages] == [200] * len(pages)


def test_the_rule_that_finds_attacks_finds_them():
    found = [Danger(f"<p>{attack}</p>").found[:1] for attack in ATTACKS[:5] + ATTACKS[6:10]]

    assert found == [
        ["script"],
        ["img"],
        ["svg"],
        ["script"],
        ["script"],
        ["javascript:alert(1)"],
        ["javascript:123"],
        ["//evil.example"],
        ["style"],
    ]


def test_make_prompt_stands_above_its_thread(cohort, as_owner):
    activity = make_prompt(cohort=cohort)
    thread = thread_for_prompt(cohort=cohort, activity=activity)

    page = as_owner.get(address("thread", cohort, thread.pk)).content.decode()

    assert '<p class="prompt-words">What did you hear?</p>' in page
    assert "No one has answered yet" in page
