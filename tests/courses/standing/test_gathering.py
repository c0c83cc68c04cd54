import datetime
import zoneinfo

import pytest
from django.utils import timezone

from courses.actions.attendance import record_minutes
from courses.models import Attendance, MakeUp
from courses.standing import DayState, standing_of, standings_of
from lms.permissions import Part
from tests.factories import make_block, make_cohort, make_membership, make_sitting

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def at(cohort, days: int, hour: int) -> datetime.datetime:
    day = cohort.today() + datetime.timedelta(days=days)
    return datetime.datetime.combine(day, datetime.time(hour), tzinfo=zoneinfo.ZoneInfo(cohort.time_zone))


@pytest.fixture
def cohort():
    return make_cohort()


@pytest.fixture
def block(cohort):
    return make_block(cohort=cohort)


@pytest.fixture
def member(cohort, owner):
    return make_membership(cohort=cohort, person=owner)


def sit(block, days: int, hour: int, **counted: int):
    starts = at(block.cohort, days, hour)
    return make_sitting(block=block, starts_at=starts, ends_at=starts + HOUR)


def note(sitting, person, minutes: int):
    return Attendance.objects.create(sitting=sitting, person=person, minutes=minutes, of_minutes=60, source="sheet")


def states(standing) -> list[DayState]:
    return [day.state for day in standing.days]


def test_standing_of_somebody_whom_the_room_did_not_count_is_away(block, member, teammate):
    record_minutes(sitting=sit(block, -2, 10), minutes_by_person={teammate.pk: 60})

    assert states(standing_of(member)) == [DayState.MISSED]


def test_standing_of_somebody_whom_nobody_noted_in_a_building_is_not_known(block, member, teammate):
    note(sit(block, -2, 10), teammate, 60)

    assert states(standing_of(member)) == [DayState.NOT_NOTED]


def test_standing_of_counts_what_people_noted(block, member, owner):
    note(sit(block, -2, 10), owner, 60)
    note(sit(block, -2, 12), owner, 30)
    sit(block, 2, 10)

    standing = standing_of(member)

    assert (standing.there, standing.noted, standing.to_come, states(standing)) == (90, 120, 60, [DayState.MISSED, DayState.TO_COME])


def test_standing_of_counts_days_that_a_trainer_decided_on(block, cohort, member, owner, teammate):
    note(sit(block, -2, 10), owner, 0)
    fields = {"cohort": cohort, "block": block, "day": cohort.today() - datetime.timedelta(days=2), "decided_at": timezone.now()}
    MakeUp.objects.create(person=teammate, made_up=True, **fields)
    before = states(standing_of(member))
    decided = MakeUp.objects.create(person=owner, made_up=False, **fields)
    refused = states(standing_of(member))

    MakeUp.objects.filter(pk=decided.pk).update(made_up=True)

    assert (before, refused, states(standing_of(member))) == ([DayState.MISSED], [DayState.MISSED], [DayState.MADE_UP])


def test_standing_of_has_the_cohorts_threshold_and_nothing_of_another_cohort(block, cohort, member, owner):
    cohort.attendance_threshold = 50
    cohort.save()
    note(sit(block, -2, 10), owner, 30)
    note(sit(make_block(cohort=make_cohort()), -2, 10), owner, 0)
    member.cohort.refresh_from_db()

    standing = standing_of(member)

    assert (standing.threshold, standing.noted, states(standing)) == (50, 60, [DayState.THERE])


def test_a_sitting_that_goes_on_is_to_come(block, member, owner):
    note(make_sitting(block=block), owner, 10)

    assert (standing_of(member).noted, standing_of(member).to_come) == (0, 60)


def test_days_are_those_of_the_cohorts_zone():
    cohort = make_cohort(time_zone="Australia/Sydney")
    member = make_membership(cohort=cohort)
    starts = datetime.datetime(2026, 3, 5, 22, tzinfo=datetime.UTC)
    make_sitting(block=make_block(cohort=cohort), starts_at=starts, ends_at=starts + HOUR)

    assert [day.on for day in standing_of(member).days] == [datetime.date(2026, 3, 6)]


def test_standings_of_says_the_same_of_each_as_standing_of(block, cohort, member, owner, teammate):
    other = make_membership(cohort=cohort, person=teammate)
    make_membership(cohort=cohort, part=Part.TRAINER)
    sitting = sit(block, -2, 10)
    record_minutes(sitting=sitting, minutes_by_person={owner.pk: 59})
    note(sit(block, -1, 10), teammate, 20)
    MakeUp.objects.create(person=owner, cohort=cohort, block=block, day=cohort.today(), made_up=True)

    assert standings_of(cohort) == {member.pk: standing_of(member), other.pk: standing_of(other)}


@pytest.mark.parametrize("more", [0, 6])
def test_standings_of_asks_five_questions_however_many_there_are(block, cohort, more, django_assert_num_queries):
    for number in range(1, 3 + more):
        sitting = sit(block, -number, 10)
        record_minutes(sitting=sitting, minutes_by_person={make_membership(cohort=cohort).person_id: 30})

    with django_assert_num_queries(5):
        standings_of(cohort)


def test_standing_of_asks_four_questions(block, member, owner, django_assert_num_queries):
    note(sit(block, -2, 10), owner, 60)

    with django_assert_num_queries(4):
        standing_of(member)
