"""What the pages of a plan ask of the database."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import AftercareDuty
from courses.planning import Plan
from live.actions import plan_seminars
from lms.permissions import Part
from tests.courses.planning.conftest import DAY, make_year
from tests.courses.views.planning.pages import FIRST, address, shift_by
from tests.factories import make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def count(client, method, where, sent=None):
    getattr(client, method)(where, sent)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = getattr(client, method)(where, sent)
    assert response.status_code == 200
    return len(queries)


@pytest.mark.parametrize("blocks", [2, 6])
def test_pages_of_a_plan_ask_the_same_few_questions_whatever_its_length(client, blocks):
    year = make_year(starts=tuple(FIRST + 42 * number * DAY for number in range(blocks)))
    plan_seminars(cohort=year)
    coordinator = make_membership(cohort=year, part=Part.COORDINATOR).person
    for _ in range(blocks):
        make_membership(cohort=year, person=make_user(time_zone="Europe/Tallinn"))
        AftercareDuty.objects.create(cohort=year, person=coordinator, from_on=FIRST, until_on=FIRST)
        shift_by(coordinator, year, 1)
    year.refresh_from_db()
    first = Plan.read(year)
    client.force_login(coordinator)
    day = first.blocks[0].starts_on
    moved = {"version": year.plan_version, "block": first.blocks[0].pk, "to": day + DAY}
    asked = [
        count(client, "get", address("plan", year)),
        count(client, "get", address("plan-about", year)),
        count(client, "get", address("plan-shift", year)),
        count(client, "get", address("plan-block", year, first.blocks[0].pk)),
        count(client, "get", address("plan-day", year, first.blocks[0].pk)),
        count(client, "get", address("plan-sitting", year, first.sittings[0].pk)),
        count(client, "post", address("plan-shift", year), moved),
    ]

    assert asked == [11, 3, 6, 6, 6, 6, 12]
