import datetime

import pytest

from courses.planning import first_days, outline_of_cohort, outline_of_programme
from tests.courses.planning.conftest import make_year
from tests.factories import make_activity, make_module, make_programme

pytestmark = pytest.mark.django_db


def test_outline_of_programme_counts_from_the_first_day_of_the_course():
    programme = make_programme()
    for number, begins_after in enumerate((0, 42, None), start=1):
        module = make_module(programme=programme, begins_after=begins_after, opens_before=7 * number)
        module.days = [[{"title": "Arriving", "activities": ["talk", "gone"]}, {"title": "Talking", "activities": []}]]
        module.save()
    talk = make_activity(module=programme.modules.get(number=1), slug="talk")

    outline = outline_of_programme(programme)

    assert [(one.begins_after, one.opens_before, one.days) for one in outline] == [(0, 7, 1), (42, 14, 1), (84, 21, 1)]
    times = [(one.title, one.day, f"{one.begins:%H:%M}", f"{one.ends:%H:%M}", one.activities) for one in outline[0].sittings]
    assert times == [("Arriving", 0, "10:00", "11:00", (talk.pk,)), ("Talking", 0, "11:15", "12:15", ())]


def test_outline_of_cohort_is_by_the_clock_of_the_course():
    cohort = make_year("Australia/Sydney")
    first = cohort.blocks.first().sittings.first()
    activity = make_activity(module=cohort.blocks.first().module)
    first.activities.add(activity)

    outline = outline_of_cohort(cohort)

    assert [(one.begins_after, one.opens_before, one.days) for one in outline] == [(0, 14, 2), (42, 14, 2)]
    assert [(one.day, f"{one.begins:%H:%M}", one.activities) for one in outline[0].sittings] == [
        (0, "10:00", (activity.pk,)),
        (0, "11:15", ()),
        (1, "10:00", ()),
        (1, "11:15", ()),
    ]


def test_first_days_keep_the_distances_over_a_leap_day():
    outline = outline_of_cohort(make_year())

    assert first_days(outline, datetime.date(2028, 2, 29)) == [datetime.date(2028, 2, 29), datetime.date(2028, 4, 11)]


def test_outline_of_cohort_without_blocks_is_empty():
    assert outline_of_cohort(make_year().programme.cohorts.model(pk=0, time_zone="Europe/London")) == []
