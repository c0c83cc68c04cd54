"""A thread as it is read."""

import re

import pytest
from django.utils import timezone

from forums.actions.forums import thread_for_prompt
from forums.actions.read import mark_read
from forums.models import Post, ThreadRead
from tests.forums.factories import begin_thread, fill, make_prompt, say
from tests.forums.views.threads.pages import address, posts_on, signed_in

pytestmark = pytest.mark.django_db


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


def test_make_prompt_stands_above_its_thread(cohort, as_owner):
    activity = make_prompt(cohort=cohort)
    thread = thread_for_prompt(cohort=cohort, activity=activity)

    page = as_owner.get(address("thread", cohort, thread.pk)).content.decode()

    assert '<p class="prompt-words">What did you hear?</p>' in page
    assert "No one has answered yet" in page
