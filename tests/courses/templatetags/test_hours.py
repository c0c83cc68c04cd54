import datetime

import pytest

from courses.standing import Day, Standing
from courses.templatetags.hours import bar, day_words, hours_words, standing_words

ON = datetime.date(2026, 11, 27)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 minutes"), (1, "1 minute"), (60, "1 hour"), (61, "1 hour 1 minute"), (90, "1 hour 30 minutes"), (840, "14 hours")],
)
def test_hours_words(minutes, words):
    assert hours_words(minutes) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (Day(ON, 1, 90, to_come=60), "to come"),
        (Day(ON, 1, 90, noted=60, to_come=60), "under way"),
        (Day(ON, 1, 90, not_noted=60), "not noted yet"),
        (Day(ON, 1, 90, noted=60, there=60), "there"),
        (Day(ON, 1, 90, noted=60, there=55), "there, 91 %"),
        (Day(ON, 1, 90, noted=60, there=30), "there in part, 50 %"),
        (Day(ON, 1, 90, noted=60), "missed"),
        (Day(ON, 1, 90, noted=60, made_up=True), "made up"),
    ],
)
def test_day_words_say_how_a_day_went_and_standing_words_where_that_leads(day, words):
    assert day_words(day) == words


def test_standing_words():
    assert standing_words(Standing(90, (Day(ON, 1, 90, noted=60, there=60),))) == "Reached"


@pytest.mark.parametrize(
    ("day", "widths"),
    [
        (Day(ON, 1, 90, noted=60, there=30, to_come=60), {"counts": 25, "known": 50, "to_come": 50}),
        (Day(ON, 1, 90, noted=60, made_up=True), {"counts": 100, "known": 100, "to_come": 0}),
        (Day(ON, 1, 90), {"counts": 0, "known": 0, "to_come": 0}),
    ],
)
def test_bar_is_in_hundredths_of_the_day(day, widths):
    assert bar(day) == widths
