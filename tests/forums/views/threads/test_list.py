"""The list of threads."""

import re

import pytest

from forums.models import Thread
from tests.forums.factories import begin_thread, say
from tests.forums.views.threads.pages import address

pytestmark = pytest.mark.django_db


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
