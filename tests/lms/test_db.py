import datetime

import pytest
from django.core.exceptions import ValidationError

from lms.db import local_datetime, validate_time_zone

TEN = datetime.time(10, 0)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "utc"),
    [
        (datetime.date(2027, 1, 7), TEN, "Europe/London", "2027-01-07T10:00:00+00:00"),
        (datetime.date(2027, 7, 1), TEN, "Europe/London", "2027-07-01T09:00:00+00:00"),
        (datetime.date(2027, 7, 1), TEN, "Australia/Melbourne", "2027-07-01T00:00:00+00:00"),
        # clocks in London: 01:30 does not exist on 28 March, and exists twice on 31 October
        (datetime.date(2027, 3, 28), datetime.time(1, 30), "Europe/London", "2027-03-28T01:30:00+00:00"),
        (datetime.date(2027, 10, 31), datetime.time(1, 30), "Europe/London", "2027-10-31T00:30:00+00:00"),
    ],
)
def test_local_datetime_is_the_moment_when_clocks_there_show_it(day, clock, zone, utc):
    assert local_datetime(day, clock, zone).isoformat() == utc


@pytest.mark.parametrize("name", ["", "Tallinn", "Europe/Nowhere", "../etc/passwd"])
def test_validate_time_zone_refuses_what_is_none(name):
    with pytest.raises(ValidationError):
        validate_time_zone(name)


def test_validate_time_zone_takes_the_name_of_one():
    validate_time_zone("Europe/Tallinn")
