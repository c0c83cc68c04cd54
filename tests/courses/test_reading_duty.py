import datetime

import pytest
from django.utils import timezone

from courses.models import Cohort, Membership
from courses.reading.duty import duty_spans
from lms.permissions import Part
from lms.users.models import User
from tests.courses.factories import make_duty
from tests.factories import make_cohort, make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort() -> Cohort:
    today = timezone.localdate()
    return make_cohort(
        starts_on=today - datetime.timedelta(days=30), ends_on=today + datetime.timedelta(days=30), time_zone="Europe/London"
    )


@pytest.fixture
def people(cohort: Cohort) -> list[User]:
    return [make_membership(cohort=cohort, part=Part.TRAINER).person for _number in range(2)]


def shown(cohort: Cohort) -> list[tuple[int, int, User | None, bool, bool]]:
    today = cohort.today()
    return [
        ((span.first - today).days, (span.last - today).days, span.duty.person if span.duty else None, span.is_now, span.is_away)
        for span in duty_spans(cohort)
    ]


def test_duty_spans_name_the_days_of_nobody_between_everybodys(cohort: Cohort, people: list[User]) -> None:
    one, two = people
    make_duty(cohort, one, -9, -2)
    make_duty(cohort, one, -1, 2)
    make_duty(cohort, two, 2, 4)
    make_duty(cohort, one, 8, 9)

    assert shown(cohort) == [
        (-1, 2, one, True, False),
        (2, 4, two, False, False),
        (5, 7, None, False, False),
        (8, 9, one, False, False),
        (10, 30, None, False, False),
    ]


def test_duty_spans_of_nobody_at_all_reach_to_the_last_day_and_not_beyond(cohort: Cohort) -> None:
    assert shown(cohort) == [(0, 30, None, True, False)]
    Cohort.objects.update(ends_on=cohort.today() - datetime.timedelta(days=1))
    cohort.refresh_from_db()
    assert shown(cohort) == []


def test_duty_spans_of_who_left_count_as_nobody(cohort: Cohort, people: list[User]) -> None:
    make_duty(cohort, people[0], 0, 30)
    Membership.objects.filter(person=people[0]).update(ended_at=timezone.now())

    assert shown(cohort) == [(0, 30, people[0], True, True), (0, 30, None, True, False)]


def test_duty_spans_ask_twice_however_many_there_are(cohort: Cohort, people: list[User], django_assert_num_queries) -> None:
    for number in range(20):
        make_duty(cohort, people[number % 2], number)

    with django_assert_num_queries(2):
        assert len(duty_spans(cohort)) == 21
