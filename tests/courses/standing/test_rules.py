import datetime

import pytest

from courses.standing.rules import Day, DayState, Hour, Word, add_up, enough, percent

FIRST, SECOND, THIRD = (datetime.date(2031, 3, day) for day in (6, 7, 8))


def hour(on, there, *, of=60, over=True, block=1) -> Hour:
    return Hour(sitting=0, block=block, on=on, of=of, there=there, over=over)


def day(on, *there, of=60) -> list[Hour]:
    return [hour(on, minutes, of=of) for minutes in there]


def to_come(on, number) -> list[Hour]:
    return [hour(on, None, over=False) for _ in range(number)]


@pytest.mark.parametrize(
    ("there", "of", "threshold", "is_enough"),
    [(54, 60, 90, True), (53, 60, 90, False), (0, 0, 90, True), (270, 300, 90, True), (269, 300, 90, False), (60, 60, 100, True)],
)
def test_enough_compares_whole_minutes(there, of, threshold, is_enough):
    assert enough(there, of, threshold) is is_enough


@pytest.mark.parametrize(("there", "of", "shown"), [(269, 300, 89), (300, 300, 100), (0, 60, 0), (0, 0, None)])
def test_percent_is_rounded_down(there, of, shown):
    assert percent(there, of) == shown


@pytest.mark.parametrize(
    ("hours", "state"),
    [
        (day(FIRST, 60, 60, 60, 60, 30), DayState.THERE),
        (day(FIRST, 60, 60, 60, 60, 29), DayState.MISSED),
        (day(FIRST, 0, 0), DayState.MISSED),
        ([hour(FIRST, None)], DayState.NOT_NOTED),
        ([*day(FIRST, 60), hour(FIRST, None)], DayState.NOT_NOTED),
        (to_come(FIRST, 2), DayState.TO_COME),
        ([*day(FIRST, 0), *to_come(FIRST, 1)], DayState.UNDER_WAY),
    ],
)
def test_state_of_a_day_adds_its_sittings_up(hours, state):
    assert [one.state for one in add_up(hours, threshold=90).days] == [state]


def test_a_day_that_was_made_up_counts_in_full():
    standing = add_up([*day(FIRST, 60, 60), *day(SECOND, 0, 0)], threshold=90, made_up=frozenset({SECOND}))

    assert [one.state for one in standing.days] == [DayState.THERE, DayState.MADE_UP]
    assert (standing.there, standing.noted, standing.percent, standing.missed) == (240, 240, 100, ())


def test_what_nobody_noted_counts_neither_way():
    standing = add_up([*day(FIRST, 60), hour(SECOND, None)], threshold=90)

    assert (standing.percent, standing.not_noted, standing.missed) == (100, 60, ())


def test_a_day_that_was_made_up_counts_also_what_nobody_noted_of_it():
    standing = add_up([*day(FIRST, 0), hour(FIRST, None)], threshold=90, made_up=frozenset({FIRST}))

    assert (standing.there, standing.noted, standing.not_noted) == (120, 120, 0)


def test_hours_that_went_on_shorter_count_as_long_as_they_went_on():
    standing = add_up(day(FIRST, 40, of=40), threshold=90)

    assert (standing.there, standing.noted, standing.percent) == (40, 40, 100)


def test_nobody_was_there_longer_than_it_went_on():
    assert add_up(day(FIRST, 70, of=60), threshold=90).there == 60


@pytest.mark.parametrize(
    ("hours", "word"),
    [
        (to_come(FIRST, 3), Word.NOTHING_YET),
        ([*day(FIRST, 60), *to_come(SECOND, 1)], Word.ON_THE_WAY),
        ([*day(FIRST, 30), *to_come(SECOND, 9)], Word.WITHIN_REACH),
        ([*day(FIRST, 0), *to_come(SECOND, 8)], Word.BY_MAKING_UP),
        (day(FIRST, 60, 60), Word.REACHED),
        (day(FIRST, 60, 40), Word.BY_MAKING_UP),
        ([*day(FIRST, 60, 60), hour(SECOND, None)], Word.ON_THE_WAY),
    ],
)
def test_word_says_where_somebody_stands(hours, word):
    standing = add_up(hours, threshold=90)

    assert (standing.word, standing.reached) == (word, word == Word.REACHED)


def test_reachable_percent_is_that_of_being_there_for_the_rest():
    standing = add_up([*day(FIRST, 60, 0), *to_come(SECOND, 14)], threshold=90)

    assert (standing.still_possible, standing.reachable_percent) == (14 * 60, 93)


def test_add_up_keeps_days_apart_by_block_and_in_order():
    standing = add_up([hour(THIRD, 60, block=2), hour(FIRST, 60), hour(THIRD, 30, block=2)], threshold=80)

    assert standing.days == (Day(FIRST, 1, 80, noted=60, there=60), Day(THIRD, 2, 80, noted=120, there=90))
