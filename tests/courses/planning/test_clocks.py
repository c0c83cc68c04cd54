"""The week in which clocks change in London and Tallinn (28 March 2027) and in Sydney (4 April 2027)."""

import datetime

import pytest

from courses.planning import clocks

WALL = datetime.datetime.fromisoformat


@pytest.mark.parametrize(
    ("wall", "zone", "sentence"),
    [
        ("2027-03-28T01:30", "Europe/London", "There is no 01:30 on 28 March 2027 (UK): clocks go forward over it."),
        ("2027-03-28T03:30", "Europe/Tallinn", "There is no 03:30 on 28 March 2027 (Tallinn): clocks go forward over it."),
        ("2027-04-04T02:30", "Australia/Sydney", "Clocks show 02:30 twice on 4 April 2027 (Sydney), because they go back."),
        ("2027-10-31T01:30", "Europe/London", "Clocks show 01:30 twice on 31 October 2027 (UK), because they go back."),
        ("2027-10-03T02:30", "Australia/Sydney", "There is no 02:30 on 3 October 2027 (Sydney): clocks go forward over it."),
    ],
)
def test_trouble_at_an_hour_that_is_missing_or_doubled(wall, zone, sentence):
    assert clocks.trouble_at(WALL(wall), zone) == f"{sentence} Please choose another time."


@pytest.mark.parametrize("zone", ["Europe/London", "Europe/Tallinn", "Australia/Sydney"])
@pytest.mark.parametrize("wall", ["2027-03-28T10:00", "2027-04-04T10:00", "2027-03-28T00:30"])
def test_trouble_at_an_ordinary_hour_is_none(wall, zone):
    assert clocks.trouble_at(WALL(wall), zone) == ""


def test_elsewhere_says_what_an_hour_of_the_course_is_there():
    """From 25 March to 1 April 10:00 stays 10:00 in London; in Sydney it was 21:00 and is 20:00; Tallinn changes with London."""
    was, now = WALL("2027-03-25T10:00+00:00"), WALL("2027-04-01T09:00+00:00")

    told = {zone: clocks.elsewhere(was, now, "Europe/London", zone) for zone in ("Europe/Tallinn", "Australia/Sydney", "Europe/London")}

    assert told == {
        "Europe/Tallinn": "",
        "Europe/London": "",
        "Australia/Sydney": "In Sydney it begins at Thu 1 April, 20:00 by the clock there. It was Thu 25 March, 21:00, because clocks "
        "change on other days.",
    }
