import datetime

import pytest

from courses.actions.cohorts import begin_cohort
from courses.planning import differences, outline_of_cohort, outline_of_programme
from tests.courses.planning.conftest import DAY, moment
from tests.factories import make_module, make_programme, make_sitting, make_user

pytestmark = pytest.mark.django_db
START = datetime.date(2027, 3, 4)
TWO_DAYS = [[{"title": "Arriving", "activities": []}, {"title": "Talking", "activities": []}]] * 2


@pytest.fixture
def cohort():
    programme = make_programme()
    for begins_after in (0, 42):
        make_module(programme=programme, days=TWO_DAYS, begins_after=begins_after)
    names = {"programme": programme, "slug": "new", "title": "New", "time_zone": "Europe/London"}
    return begin_cohort(actor=make_user(coordinates=True), **names, block_starts=[START, START + 42 * DAY])


def found(cohort):
    other = differences(outline_of_cohort(cohort), outline_of_programme(cohort.programme))
    return {cohort.programme.modules.get(pk=module).number: sentences for module, sentences in other.items()}


def test_differences_of_a_year_as_the_template_says_are_none(cohort):
    assert found(cohort) == {}


def test_differences_of_blocks(cohort):
    cohort.blocks.filter(module__number=2).update(opens_on=START + 36 * DAY, starts_on=START + 43 * DAY, ends_on=START + 45 * DAY)
    cohort.blocks.get(module__number=2).sittings.all().delete()
    cohort.blocks.get(module__number=1).sittings.all().delete()
    cohort.programme.modules.update(days=[[], []])

    assert found(cohort) == {
        2: [
            "Begins 1 day later than in the template.",
            "Its texts open 7 days before its first day, in the template 14 days.",
            "Goes on for 3 days, in the template for 2 days.",
        ]
    }


def test_differences_of_sittings_compare_the_second_with_the_second(cohort):
    block = cohort.blocks.get(module__number=1)
    first, _talking, second, last = block.sittings.all()
    make_sitting(block=block, title="A visit", starts_at=moment(START, "15:00"), ends_at=moment(START, "16:00"))
    second.starts_at, second.ends_at = moment(START + DAY, "09:30"), moment(START + DAY, "10:30")
    second.save()
    last.delete()

    assert found(cohort) == {
        1: [
            "“A visit” is not in the template.",
            "“Arriving”: day 2, 09:30–10:30; in the template day 2, 10:00–11:00.",
            "“Talking” is in the template, and not here.",
        ]
    }
    assert first.title == "Arriving"


def test_differences_name_a_block_that_is_not_planned(cohort):
    cohort.blocks.get(module__number=2).delete()

    assert found(cohort) == {2: ["It is in the template, and not planned here."]}
