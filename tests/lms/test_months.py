import datetime

import pytest

from lms.months import SHOWN, last_of, month_of, name_of

MARCH, TODAY = datetime.date(2027, 3, 1), datetime.date(2027, 3, 10)


def month(first=MARCH, **more):
    return month_of(first, today=TODAY, **{"urls": {}, **more})


def days(shown):
    return [day for week in shown.weeks for day in week if day is not None]


@pytest.mark.parametrize(
    ("first", "length", "weeks"), [((2027, 3, 1), 31, 5), ((2028, 2, 1), 29, 5), ((2027, 2, 1), 28, 4), ((2027, 5, 1), 31, 6)]
)
def test_month_of_has_all_its_days_once_in_weeks_from_monday(first, length, weeks):
    shown = month(datetime.date(*first))

    assert [day.date.day for day in days(shown)] == list(range(1, length + 1))
    assert (len(shown.weeks), {len(week) for week in shown.weeks}) == (weeks, {7})
    assert [day.date.weekday() for week in shown.weeks for day in week[:1] if day] == [0] * sum(week[0] is not None for week in shown.weeks)


def test_month_of_knows_today_and_where_days_lead():
    shown = month(urls={TODAY: "#day"})

    assert [(day.date, day.url) for day in days(shown) if day.is_today] == [(TODAY, "#day")]
    assert [day.url for day in days(shown)].count("") == 30


@pytest.mark.parametrize(
    ("number", "lines", "more"), [(0, 0, 0), (SHOWN, SHOWN, 0), (SHOWN + 1, SHOWN + 1, 0), (SHOWN + 2, SHOWN, 2), (15, SHOWN, 11)]
)
def test_month_of_a_full_day_shows_the_first_and_how_many_more(number, lines, more):
    (day,) = [day for day in days(month(things={TODAY: [f"{hour} o'clock" for hour in range(number)]})) if day.date == TODAY]

    assert (day.things, day.more) == ([f"{hour} o'clock" for hour in range(lines)], more)


def test_month_of_leads_on_and_back_as_far_as_one_may():
    both, ends = month(), month(since=MARCH, until=TODAY)

    assert both.previous == {"url": "?month=2027-02", "name": "February 2027"}
    assert both.next == {"url": "?month=2027-04", "name": "April 2027"}
    assert (ends.previous, ends.next) == (None, None)


def test_last_of_and_name_of_a_month():
    assert (last_of(datetime.date(2028, 2, 1)), name_of(MARCH)) == (datetime.date(2028, 2, 29), "March 2027")
