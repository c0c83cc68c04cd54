"""A cohort's year of two blocks of two days, with two sittings a day at 10:00 and 11:15 by the clock of the course."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from courses.models import Cohort
from courses.planning import Plan
from tests.factories import make_block, make_cohort, make_module, make_programme, make_sitting

DAY = datetime.timedelta(days=1)
FIRST, SECOND = datetime.date(2027, 3, 4), datetime.date(2027, 4, 15)  # Thursdays
HOURS = [("Arriving", "10:00", "11:00"), ("Talking", "11:15", "12:15")]


def moment(day: datetime.date, clock: str, zone: str = "Europe/London") -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.fromisoformat(clock), tzinfo=ZoneInfo(zone)).astimezone(datetime.UTC)


def make_year(zone: str = "Europe/London", starts: tuple[datetime.date, ...] = (FIRST, SECOND), **overrides) -> Cohort:
    programme = overrides.pop("programme", None) or make_programme()
    days = {"starts_on": starts[0] - 14 * DAY, "ends_on": starts[-1] + 2 * DAY}
    cohort = make_cohort(programme=programme, time_zone=zone, **{**days, **overrides})
    for start in starts:
        module = make_module(programme=programme)
        block = make_block(cohort=cohort, module=module, opens_on=start - 14 * DAY, starts_on=start, ends_on=start + DAY)
        for day in (start, start + DAY):
            for title, begins, ends in HOURS:
                make_sitting(block=block, title=title, starts_at=moment(day, begins, zone), ends_at=moment(day, ends, zone))
    return cohort


@pytest.fixture
def year():
    return make_year()


@pytest.fixture
def plan(year):
    return Plan.read(year)
