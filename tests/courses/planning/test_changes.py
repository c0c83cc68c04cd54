import datetime

import pytest

from courses.models import AftercareDuty, ChangedDate
from courses.planning import Days, Plan, Proposal, changes_of, digest, move_block, move_sitting, shift_year
from tests.courses.planning.conftest import DAY, FIRST, SECOND, moment
from tests.factories import make_user

pytestmark = pytest.mark.django_db
Kind = ChangedDate.Kind


def test_changes_of_a_sitting_are_that_sitting(plan):
    proposal = move_sitting(plan, plan.sittings[0], FIRST, datetime.time(9, 30), datetime.time(10, 30))

    [change] = changes_of(plan, proposal)

    assert (change.kind, change.name, change.sitting, change.block) == (Kind.SITTING, "Arriving", plan.sittings[0].pk, plan.blocks[0].pk)
    assert (change.was, change.now) == (
        (moment(FIRST, "10:00"), moment(FIRST, "11:00")),
        (moment(FIRST, "09:30"), moment(FIRST, "10:30")),
    )


def test_changes_of_nothing_are_none(plan):
    assert changes_of(plan, Proposal()) == []
    assert changes_of(plan, move_block(plan, plan.blocks[0], Days(FIRST - 14 * DAY, FIRST, FIRST + DAY), along=True)) == []


def test_changes_of_the_last_block_move_the_end_and_until_when_journals_are_kept(plan):
    """The end keeps its distance of a day to the last block's last day; journals are kept two years after it."""
    proposal = shift_year(plan, plan.blocks[1], SECOND + 7 * DAY, duties=False)

    told = [(change.kind, change.was, change.now) for change in changes_of(plan, proposal)]

    assert [one for one in told if one[0] != Kind.SITTING] == [
        (Kind.OPENS, (SECOND - 14 * DAY,), (SECOND - 7 * DAY,)),
        (Kind.STARTS, (SECOND,), (SECOND + 7 * DAY,)),
        (Kind.ENDS, (SECOND + DAY,), (SECOND + 8 * DAY,)),
        (Kind.COURSE_ENDS, (datetime.date(2027, 4, 17),), (datetime.date(2027, 4, 24),)),
        (Kind.KEEP_UNTIL, (datetime.date(2029, 4, 17),), (datetime.date(2029, 4, 24),)),
    ]
    assert len(told) == 5 + 4


@pytest.mark.parametrize(
    ("chosen", "moved_by", "told"),
    [
        (datetime.date(2028, 1, 1), 7, []),  # a day that somebody chose stays
        (datetime.date(2027, 4, 20), 7, [((datetime.date(2027, 4, 20),), (datetime.date(2029, 4, 24),))]),  # unless the course goes on
    ],
)
def test_changes_of_until_when_journals_are_kept(year, chosen, moved_by, told):
    year.journal_keep_until = chosen
    plan = Plan.read(year)

    changes = changes_of(plan, shift_year(plan, plan.blocks[1], SECOND + moved_by * DAY, duties=False))

    assert [(change.was, change.now) for change in changes if change.kind == Kind.KEEP_UNTIL] == told


def test_changes_of_duty_name_who_is_on_duty(year):
    AftercareDuty.objects.create(cohort=year, person=make_user(display_name="Ilo"), from_on=SECOND, until_on=SECOND + DAY)
    plan = Plan.read(year)

    changes = changes_of(plan, shift_year(plan, plan.blocks[1], SECOND + DAY, duties=True))

    assert [(one.name, one.was, one.now) for one in changes if one.kind == Kind.DUTY] == [
        ("Ilo", (SECOND, SECOND + DAY), (SECOND + DAY, SECOND + 2 * DAY))
    ]


def test_digest_is_of_what_was_shown(plan):
    shown = changes_of(plan, shift_year(plan, plan.blocks[0], FIRST + DAY, duties=False))
    other = changes_of(plan, shift_year(plan, plan.blocks[0], FIRST + 2 * DAY, duties=False))

    assert (digest(shown), digest(shown) == digest(other), len(digest(shown))) == (digest(list(shown)), False, 32)
