"""What the pages of a forum ask of the database."""

import pytest

from forums.models import PAGE, Thread, ThreadRead
from forums.reading.threads import REMEMBERED
from tests.forums.factories import begin_thread, fill, prompt_thread
from tests.forums.views.threads.pages import address, posts_on

pytestmark = pytest.mark.django_db


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
