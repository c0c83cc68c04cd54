import pytest

from forums.actions.read import mark_read
from forums.reading.waiting import waiting_for
from lms.permissions import Part
from tests.factories import make_cohort, make_membership
from tests.forums.factories import begin_thread, prompt_thread, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


def test_waiting_for_shows_answers_to_me_then_what_nobody_answered(cohort, owner, teammate):
    mine = begin_thread(cohort=cohort, author=owner)
    old, young = (begin_thread(cohort=cohort, author=teammate) for _ in range(2))
    answer = say(mine, teammate)

    waiting = waiting_for(owner, cohort)

    assert [(post.pk, post.answers_you) for post in waiting] == [
        (answer.pk, True),
        (old.posts.get().pk, False),
        (young.posts.get().pk, False),
    ]


def test_waiting_for_forgets_what_was_read_or_answered(cohort, owner, teammate):
    mine, theirs = begin_thread(cohort=cohort, author=owner), begin_thread(cohort=cohort, author=teammate)
    begin_thread(cohort=cohort, author=owner, title="My own, which waits for others")
    answer = say(mine, teammate)
    mark_read(actor=owner, thread=mine, first=answer.pk, last=answer.pk)
    say(theirs, owner)

    assert waiting_for(owner, cohort) == []


def test_waiting_for_stays_within_the_cohort_and_the_limit(cohort, owner, teammate, outsider):
    other = make_cohort(members=[owner, teammate])
    elsewhere = begin_thread(cohort=other, author=owner)
    say(elsewhere, teammate)
    begin_thread(cohort=other, author=teammate)
    here = [begin_thread(cohort=cohort, author=teammate) for _ in range(4)]

    waiting = waiting_for(owner, cohort, limit=2)

    assert [post.thread for post in waiting] == here[:2]
    assert waiting_for(outsider, cohort) == []


def test_waiting_for_takes_two_queries_with_what_a_page_shows(cohort, owner, teammate, django_assert_num_queries):
    say(begin_thread(cohort=cohort, author=owner), teammate)
    begin_thread(cohort=cohort, author=teammate)

    with django_assert_num_queries(2):
        waiting = waiting_for(owner, cohort, Part.TRAINEE)
        shown = [(post.author.display_name, post.thread.title, post.get_absolute_url()) for post in waiting]

    assert [name for name, _title, _url in shown] == ["Teammate", "Teammate"]


def test_waiting_for_hides_a_question_that_is_not_open(cohort, owner, teammate):
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    say(prompt_thread(cohort=cohort, opens_in=3), trainer)

    assert waiting_for(owner, cohort) == []


def test_waiting_for_has_nothing_for_whose_account_is_closed(cohort, owner, teammate):
    begin_thread(cohort=cohort, author=teammate)
    owner.is_active = False

    assert waiting_for(owner, cohort, Part.TRAINEE) == []
