"""Threads in which one writes before one reads."""

import pytest
from django.utils import timezone

from courses.models import Activity
from forums.models import Post, Thread
from tests.forums.factories import begin_thread, prompt_thread, say
from tests.forums.views.threads.pages import address, posts_on, words

pytestmark = pytest.mark.django_db


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
