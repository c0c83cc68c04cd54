"""Clocks: every day has exactly one moment for a letter, also where an hour is missing or doubled."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from lms.notifications.models import Notice, Preference
from lms.notifications.when import is_quiet, mail_at, next_moment, once_awake, push_at

LONDON, TALLINN = "Europe/London", "Europe/Tallinn"
Mail = Preference.Mail


def there(text: str, zone: str, fold: int = 0) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def utc(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("now", "zone", "hour", "moment"),
    [
        ("2027-01-10T07:59", LONDON, 8, "2027-01-10T08:00"),
        ("2027-01-10T08:00", LONDON, 8, "2027-01-11T08:00"),
        ("2027-01-10T05:30", TALLINN, 8, "2027-01-10T06:00"),
        ("2027-01-10T22:30", TALLINN, 8, "2027-01-11T06:00"),  # there it is the next day already
        ("2027-03-28T00:30", LONDON, 1, "2027-03-28T01:00"),  # 01:00 is missing: 02:00 summer time
        ("2027-03-27T08:30", LONDON, 8, "2027-03-28T07:00"),  # a day of 23 hours
        ("2027-03-27T06:30", TALLINN, 8, "2027-03-28T05:00"),
        ("2027-03-28T00:30", TALLINN, 3, "2027-03-28T01:00"),  # 03:00 is missing: 04:00 summer time
        ("2027-10-30T23:30", LONDON, 1, "2027-10-31T00:00"),  # 01:00 comes twice: the first
        ("2027-10-31T00:00", LONDON, 1, "2027-11-01T01:00"),  # and not again an hour later
        ("2027-10-31T00:30", LONDON, 1, "2027-11-01T01:00"),
        ("2027-10-30T07:30", LONDON, 8, "2027-10-31T08:00"),  # a day of 25 hours
        ("2027-10-30T23:30", TALLINN, 3, "2027-10-31T00:00"),
        ("2027-10-31T00:30", TALLINN, 3, "2027-11-01T01:00"),
    ],
)
def test_next_moment_is_by_the_persons_clock(now, zone, hour, moment):
    assert next_moment(utc(now), hour=hour, zone=zone) == utc(moment)


@pytest.mark.parametrize("zone", [LONDON, TALLINN, "Australia/Lord_Howe", "Asia/Kathmandu"])
@pytest.mark.parametrize("hour", range(24))
def test_next_moment_comes_once_on_every_day_of_a_year(zone, hour):
    moment, days = utc("2027-01-01T12:00"), []
    for _ in range(365):
        moment = next_moment(moment, hour=hour, zone=zone)
        days.append(moment.astimezone(ZoneInfo(zone)).date())

    assert days == [days[0] + datetime.timedelta(days=number) for number in range(365)]


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        ("2027-03-21T10:00", "2027-03-28T07:00"),  # Sunday to Sunday over the change of clocks
        ("2027-03-28T06:59", "2027-03-28T07:00"),
        ("2027-03-28T07:00", "2027-04-04T07:00"),
        ("2027-10-25T10:00", "2027-10-31T08:00"),
        ("2027-10-31T08:00", "2027-11-07T08:00"),
    ],
)
def test_next_moment_of_a_weekday(now, moment):
    assert next_moment(utc(now), hour=8, zone=LONDON, weekday=6) == utc(moment)


@pytest.mark.parametrize(
    ("start", "end", "quiet"),
    [
        (20, 8, {20, 21, 22, 23, *range(8)}),
        (22, 23, {22}),
        (0, 0, set()),
        (23, 23, set()),
        (0, 7, set(range(7))),
        (23, 0, {23}),
    ],
)
def test_is_quiet_in_hours_that_may_reach_over_midnight(start, end, quiet):
    preference = Preference(quiet_from=start, quiet_until=end)
    hours = [there(f"2027-06-01T{hour:02}:30", TALLINN) for hour in range(24)]

    assert {moment.hour for moment in hours if is_quiet(moment, preference, TALLINN)} == quiet


@pytest.mark.parametrize(
    ("now", "zone", "moment"),
    [
        ("2027-06-01T12:00", LONDON, "2027-06-01T12:00"),
        ("2027-06-01T18:59", LONDON, "2027-06-01T18:59"),
        ("2027-06-01T19:00", LONDON, "2027-06-02T07:00"),
        ("2027-06-01T23:30", LONDON, "2027-06-02T07:00"),
        ("2027-06-01T06:59", LONDON, "2027-06-01T07:00"),
        ("2027-06-01T17:30", TALLINN, "2027-06-02T05:00"),
        ("2027-03-27T21:00", LONDON, "2027-03-28T07:00"),
        ("2027-10-30T21:00", LONDON, "2027-10-31T08:00"),
        ("2027-03-27T19:00", TALLINN, "2027-03-28T05:00"),
        ("2027-10-30T19:00", TALLINN, "2027-10-31T06:00"),
    ],
)
def test_once_awake_waits_for_the_end_of_the_night(now, zone, moment):
    assert once_awake(utc(now), Preference(), zone) == utc(moment)


@pytest.mark.parametrize(
    ("chosen", "moment"),
    [
        ({}, "2027-06-03T07:00"),
        ({"mail": Mail.DAILY, "hour": 18}, "2027-06-02T17:00"),
        ({"mail": Mail.DAILY, "hour": 22}, "2027-06-02T21:00"),  # chosen so, although it is a quiet hour
        ({"mail": Mail.WEEKLY, "weekday": 2, "hour": 13}, "2027-06-09T12:00"),
        ({"mail": Mail.AT_ONCE}, "2027-06-02T12:00"),
        ({"mail": Mail.AT_ONCE, "quiet_from": 12, "quiet_until": 15}, "2027-06-02T14:00"),
        ({"mail": Mail.NEVER}, None),
        ({"mail": Mail.AT_ONCE, "no_mail": ["answer"]}, None),
        ({"mail": Mail.AT_ONCE, "no_mail": ["mention"]}, "2027-06-02T12:00"),
    ],
)
def test_mail_at_is_as_the_person_chose(chosen, moment):
    now = utc("2027-06-02T12:00")  # a Wednesday, 13:00 in London

    found = mail_at(Preference(**chosen), kind=Notice.Kind.ANSWER, zone=LONDON, now=now)

    assert found == (utc(moment) if moment else None)


def test_push_at_keeps_quiet_hours_and_kinds():
    night = utc("2027-06-02T23:00")

    assert push_at(Preference(), kind="answer", zone=LONDON, now=night) == utc("2027-06-03T07:00")
    assert push_at(Preference(mail=Mail.NEVER, quiet_until=20), kind="answer", zone=LONDON, now=night) == night
    assert push_at(Preference(no_push=["answer"]), kind="answer", zone=LONDON, now=night) is None
