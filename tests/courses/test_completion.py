import datetime

import pytest
from django.utils import timezone

from courses.completion import Completion, completion_of, hours_words, ledger_words
from courses.models import Attendance, LedgerEntry, LedgerKind, LedgerShare, Progress
from courses.standing import Standing
from lms.permissions import Part
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_sitting, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def block():
    return make_block(cohort=make_cohort())


@pytest.fixture
def ana(block):
    return make_membership(cohort=block.cohort)


def was_there(person, block, minutes):
    start = timezone.now() - datetime.timedelta(days=2)
    sitting = make_sitting(block=block, starts_at=start, ends_at=start + datetime.timedelta(hours=1))
    Attendance.objects.create(sitting=sitting, person=person, minutes=minutes, of_minutes=60)


def did(membership, activity):
    Progress.objects.create(person=membership.person, cohort=membership.cohort, activity=activity, done_at=timezone.now())


def test_completion_is_there_once_all_three_are(block, ana):
    meeting, closing = make_activity(module=block.module, form="peer-group"), make_activity(module=block.module, closing=True)
    was_there(ana.person, block, 60)
    did(ana, meeting)
    before = completion_of(ana)
    did(ana, closing)

    after = completion_of(ana)

    assert ([point.met for point in before.points], before.met) == ([True, True, False], False)
    assert ([point.met for point in after.points], after.met) == ([True, True, True], True)


def test_completion_says_it_in_words(block, ana):
    make_activity(module=block.module, form="peer-group")
    make_activity(module=block.module, closing=True)
    was_there(ana.person, block, 60)
    was_there(ana.person, block, 40)

    assert [point.words for point in completion_of(ana).points] == [
        "There for 1½ of 2 hours noted (83 %; asked for are 90 %).",
        "0 of 1 peer meeting has been.",
        "The closing statement is not kept yet.",
    ]


def test_completion_asks_only_for_what_the_course_has(block, ana):
    was_there(ana.person, block, 60)

    assert [point.met for point in completion_of(ana).points] == [True]


def test_completion_without_any_hours_is_not_there():
    assert Completion(Standing(90), []).met is False


def test_completion_waits_for_hours_that_are_to_come(block, ana):
    was_there(ana.person, block, 60)
    start = timezone.now() + datetime.timedelta(days=2)
    make_sitting(block=block, starts_at=start, ends_at=start + datetime.timedelta(hours=1))

    assert completion_of(ana).met is False


def test_ledger_words_are_for_trainers_whom_its_owner_shows_it(block, ana):
    trainer = make_membership(cohort=block.cohort, part=Part.TRAINER).person
    sealed = {"wrapped_key": b"", "with_whom_sealed": b"", "note_sealed": b""}
    meeting = {"person": ana.person, "cohort": block.cohort, "kind": LedgerKind.PEER_MEETING}
    LedgerEntry.objects.create(**meeting, **sealed, on=timezone.localdate(), minutes=90)
    before = ledger_words(trainer, ana)
    LedgerShare.objects.create(**meeting)

    assert (before, ledger_words(trainer, ana)) == ("", "Their ledger, which they show you, has 1½ hours of peer meetings.")
    assert ledger_words(make_user(), ana) == ""


@pytest.mark.parametrize(("minutes", "words"), [(0, "0"), (29, "0"), (30, "½"), (60, "1"), (119, "1½"), (6000, "100")])
def test_hours_words_round_down_to_half_an_hour(minutes, words):
    assert hours_words(minutes) == words


def test_completion_takes_the_same_number_of_queries_however_much_was_done(block, ana, django_assert_num_queries):
    for _ in range(3):
        did(ana, make_activity(module=block.module))
        was_there(ana.person, block, 60)
    completion_of(ana)

    with django_assert_num_queries(5):
        completion_of(ana)
