import logging
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forums.actions.forums import open_forums, open_group_forum
from forums.models import Forum, Hold, Post, PostFile, Thread
from lms.permissions import Part
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread, fill, make_prompt, prompt_thread, say, thread_for_prompt

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner, teammate):
    cohort = make_cohort(members=[owner, teammate])
    open_forums(cohort=cohort)
    return cohort


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def look(person, cohort, **asked) -> str:
    return client_of(person).get(reverse("forums:search", args=[cohort.slug]), asked).content.decode()


def hits(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r"#post-(\d+)", page)]


# --- what is found --------------------------------------------------------------------------------------------------


def test_search_shows_words_in_their_place_escaped_and_marked(cohort, owner, teammate):
    post = begin_thread(cohort=cohort, author=teammate, words="the <b>empty</b> & chair", title="On <i>Tuesday</i>").posts.get()

    page = look(owner, cohort, q="chair")

    assert f'href="{reverse("forums:thread", args=[cohort.slug, post.thread_id])}?from={post.pk}#post-{post.pk}"' in page
    assert "&amp; <mark>chair</mark>" in page
    assert "On &lt;i&gt;Tuesday&lt;/i&gt;" in page
    assert "<b>empty" not in page


def test_search_goes_through_all_of_it_by_key_the_newest_first(cohort, owner, teammate):
    thread = begin_thread(cohort=cohort, author=owner)
    pks = [post.pk for post in fill(thread, teammate, 45)]
    client, where = client_of(owner), reverse("forums:search", args=[cohort.slug])

    seen, address = [], f"{where}?q=something&from_on=2020-01-01"
    for _ in range(3):
        page = client.get(address).content.decode()
        seen.append(hits(page))
        older = re.search(r'href="(\?[^"]*before=\d+)"', page)
        address = where + older[1].replace("&amp;", "&") if older else ""

    assert seen == [pks[::-1][:20], pks[::-1][20:40], pks[::-1][40:]]
    assert address == ""


def test_search_by_author_forum_days_and_files(cohort, owner, teammate):
    group = cohort.groups.create(kind="peer_group", title="Peer group one")
    group.members.set(cohort.memberships.filter(person=owner))
    open_group_forum(group=group)
    mine = begin_thread(cohort=cohort, author=owner).posts.get()
    other = begin_thread(cohort=cohort, author=teammate).posts.get()
    in_group = begin_thread(cohort=cohort, author=owner, forum=Forum.objects.get(kind=Forum.Kind.GROUP)).posts.get()
    PostFile.objects.create(author=teammate, client_id=other.client_id, post=other, name="x", mime="text/plain", size=1)
    Post.objects.filter(pk=mine.pk).update(posted_at=timezone.now() - timezone.timedelta(days=10))
    today = timezone.localdate().isoformat()

    asked = [
        {"author": teammate.pk},
        {"in": in_group.thread.forum_id},
        {"from_on": today},
        {"has_file": "on"},
        {"q": "stays", "author": owner.pk, "until_on": (timezone.localdate() - timezone.timedelta(days=5)).isoformat()},
    ]
    assert [hits(look(owner, cohort, **one)) for one in asked] == [
        [other.pk],
        [in_group.pk],
        [in_group.pk, other.pk],
        [other.pk],
        [mine.pk],
    ]


def test_search_finds_threads_by_their_title(cohort, owner, teammate):
    thread = begin_thread(cohort=cohort, author=teammate, title="Silence on a screen")
    begin_thread(cohort=cohort, author=teammate, title="Another")

    page = look(owner, cohort, q="SCREEN silence")

    assert "Threads with this title" in page
    assert re.findall(r'<a href="[^"]*/forum/(\d+)/">', page) == [str(thread.pk)]
    assert hits(page) == []


# --- what is not ----------------------------------------------------------------------------------------------------


def test_search_finds_nothing_that_this_person_may_not_read(cohort, owner, teammate):
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    words = "heliotrope said here"
    thread = begin_thread(cohort=cohort, author=teammate)
    hidden, paused, taken = (say(thread, teammate, words) for _ in range(3))
    Post.objects.filter(pk=hidden.pk).update(state=Post.State.HIDDEN)
    Post.objects.filter(pk=paused.pk).update(state=Post.State.PAUSED)
    Post.objects.filter(pk=taken.pk).update(withdrawn_at=timezone.now())
    Hold.objects.create(forum=thread.forum, thread=thread, until=timezone.now() + timezone.timedelta(days=1), by=trainer)
    held = say(thread, teammate, words)
    later = prompt_thread(cohort=cohort, opens_in=3)
    fill(later, trainer, 1)
    Post.objects.filter(thread=later).update(plain=words)
    question = make_prompt(cohort=cohort)
    question.write_first = True
    question.save(update_fields=["write_first"])
    first = thread_for_prompt(cohort=cohort, activity=question)
    say(first, teammate, words)
    not_mine = Forum.objects.get(cohort=cohort, kind=Forum.Kind.TRAINERS)
    begin_thread(cohort=cohort, author=trainer, words=words, title="heliotrope", forum=not_mine)
    elsewhere = make_cohort(members=[teammate])
    begin_thread(cohort=elsewhere, author=teammate, words=words, title="heliotrope")

    asked = [{"q": "heliotrope"}, {"q": "heliotrope", "from_on": "2020-01-01"}]
    pages = [look(owner, cohort, **one) for one in asked]

    assert held.state == Post.State.HELD
    assert [hits(page) for page in pages] == [[], []]
    assert ["Nothing was found" in page for page in pages] == [True, True]
    never_said = look(owner, cohort, q="xylophone").count("xylophone")  # where one reads what one typed
    assert [page.count("heliotrope") for page in pages] == [never_said] * 2


def test_search_of_another_cohort_is_404(cohort, owner):
    other = make_cohort()

    assert client_of(owner).get(reverse("forums:search", args=[other.slug]), {"q": "x"}).status_code == 404


# --- what is asked, and kept ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"q": "--"}, "Please write a word to look for."),
        ({"q": "word " * 11}, "Please look for fewer words at once."),
        ({"q": "x" * 300}, "Please look for fewer words at once."),
        ({"from_on": "2026-11-27", "until_on": "2026-11-01"}, "This day is before the first."),
        ({"from_on": "soon"}, "Please give a date, such as 2027-02-04."),
        ({"until_on": "9999-12-31"}, "This day is too far away."),
        ({"author": "x"}, "Please choose one of the names."),
        ({"q": "a", "before": "x"}, "Nothing was found"),
        ({}, "What you look for is kept nowhere."),
        ({"q": ""}, "What you look for is kept nowhere."),
    ],
)
def test_search_says_what_to_do(cohort, owner, asked, sentence):
    page = look(owner, cohort, **asked)

    assert sentence in page


def test_search_says_nothing_of_it_to_the_log(cohort, owner, caplog):
    caplog.set_level(logging.DEBUG)

    look(owner, cohort, q='canary "words', author="canary")
    client_of(make_user()).get(reverse("forums:search", args=[cohort.slug]), {"q": "canary"})

    logged = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert [line for line in logged if "canary" in line] == []


def test_search_asks_as_much_for_many_as_for_one(cohort, owner, teammate, django_assert_max_num_queries):
    client, where = client_of(owner), reverse("forums:search", args=[cohort.slug])
    thread = begin_thread(cohort=cohort, author=owner)
    client.get(where)
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(8) as asked:
            client.get(where, {"q": "something", "author": teammate.pk})
        with django_assert_max_num_queries(8) as with_titles:
            client.get(where, {"q": "chair"})
        counts.append((len(asked), len(with_titles)))
        fill(thread, teammate, 50)
        for number in range(30):
            Thread.objects.create(forum=thread.forum, author=teammate, title=f"The chair {number}")

    assert counts[0] == counts[1]
