import datetime
from zoneinfo import ZoneInfo

import pytest

from live import clocks

LONDON, TALLINN, NEW_YORK, MELBOURNE, KOLKATA = "Europe/London", "Europe/Tallinn", "America/New_York", "Australia/Melbourne", "Asia/Kolkata"


def alike(day: str) -> str:
    return f"Clocks change before this day, on {day}. This is the time that they will show then."


def differs(days: str, place: str, then: str, before: str) -> str:
    told = f"Your time ({place}) is then {then} UK time; before, it was {before} it."
    return f"Clocks change before this day, but not alike: {days}. {told}"


def london(month: int, day: int, hour: int = 10) -> datetime.datetime:
    return datetime.datetime(2027, month, day, hour, tzinfo=ZoneInfo(LONDON)).astimezone(datetime.UTC)


SPRING, NEW_YORKS = "Sunday 28 March", "Sunday 14 March"


@pytest.mark.parametrize(
    ("here", "since", "then", "words"),
    [
        (LONDON, london(3, 1), london(3, 20), ""),
        (LONDON, london(3, 20), london(11, 5), ""),  # forward and back again
        (LONDON, london(3, 20), london(3, 30), alike(SPRING)),
        (TALLINN, london(3, 20), london(3, 30), alike(SPRING)),
        (LONDON, london(10, 20), london(11, 1), alike("Sunday 31 October")),
        (NEW_YORK, london(3, 10), london(3, 31), alike(NEW_YORKS)),
        (NEW_YORK, london(3, 10), london(3, 17), differs(f"New York on {NEW_YORKS}", "New York", "4 hours behind", "5 hours behind")),
        (NEW_YORK, london(3, 17), london(3, 31), differs(f"UK on {SPRING}", "New York", "5 hours behind", "4 hours behind")),
        (
            MELBOURNE,
            london(3, 20),
            london(4, 10),
            differs(f"UK on {SPRING}, Melbourne on Sunday 4 April", "Melbourne", "9 hours ahead of", "11 hours ahead of"),
        ),
        (KOLKATA, london(3, 20), london(3, 30), differs(f"UK on {SPRING}", "Kolkata", "4.5 hours ahead of", "5.5 hours ahead of")),
        ("UTC", london(3, 20), london(3, 30), differs(f"UK on {SPRING}", "UTC", "1 hour behind", "the same as")),
    ],
)
def test_note_says_what_clocks_do_between_two_moments(here, since, then, words):
    assert clocks.note(then, since=since, here=here, there=LONDON) == words


@pytest.mark.parametrize(
    ("hour", "minute", "which"),
    [(0, 30, "The first is meant."), (1, 30, "The second is meant.")],
)
def test_note_says_which_of_a_doubled_hour_is_meant(hour, minute, which):
    then = datetime.datetime(2027, 10, 31, hour, minute, tzinfo=datetime.UTC)

    words = clocks.note(then, since=then - clocks.DAY, here=KOLKATA, there=LONDON)

    assert f"That night clocks show 01:30 twice (UK). {which}" in words


@pytest.mark.parametrize(
    ("zone", "since", "until", "day"),
    [
        (LONDON, london(3, 27, 23), london(3, 28, 0), None),
        (LONDON, london(3, 27, 23), london(3, 28, 2), datetime.date(2027, 3, 28)),
        (LONDON, london(10, 1), london(12, 1), datetime.date(2027, 10, 31)),
        (NEW_YORK, london(3, 1), london(3, 15), datetime.date(2027, 3, 14)),
        (NEW_YORK, london(10, 1), london(12, 1), datetime.date(2027, 11, 7)),
        (KOLKATA, london(1, 1), london(12, 1), None),
    ],
)
def test_last_change_is_the_day_by_the_clock_there(zone, since, until, day):
    assert clocks.last_change(since, until, zone) == day


@pytest.mark.parametrize(
    ("first", "hours"),
    [(datetime.date(2027, 3, 15), [10, 10, 9, 9]), (datetime.date(2027, 10, 18), [9, 9, 10, 10])],
)
def test_weekly_keeps_the_hour_by_the_clock_there(first, hours):
    moments = clocks.weekly(first, datetime.time(10), LONDON, 4)

    assert [moment.hour for moment in moments] == hours  # in UTC
    assert {moment.astimezone(ZoneInfo(LONDON)).time() for moment in moments} == {datetime.time(10)}


def test_weekly_at_half_past_one_meets_each_sunday_once():
    """The missing hour is the hour after it; of the doubled one the first."""
    spring = clocks.weekly(datetime.date(2027, 3, 21), datetime.time(1, 30), LONDON, 3)
    autumn = clocks.weekly(datetime.date(2027, 10, 24), datetime.time(1, 30), LONDON, 3)

    local = [[f"{moment.astimezone(ZoneInfo(LONDON)):%d %H:%M %Z}" for moment in series] for series in (spring, autumn)]
    assert local == [["21 01:30 GMT", "28 02:30 BST", "04 01:30 BST"], ["24 01:30 BST", "31 01:30 BST", "07 01:30 GMT"]]
