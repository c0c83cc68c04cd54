"""Beginning a cohort."""

import datetime

import pytest
from django.urls import reverse

from courses.models import Cohort, Membership
from lms.permissions import Part
from tests.courses.planning.conftest import DAY, make_year
from tests.courses.views.planning.pages import FIRST, TODAY, words
from tests.factories import make_activity, make_membership, make_module, make_programme, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_cohort_new_plans_a_cohort_for_who_coordinates_the_site(client):
    coordinator = make_user(coordinates=True)
    programme = make_programme()
    make_module(programme=programme)
    make_module(programme=programme)
    client.force_login(coordinator)

    client.post(
        reverse("courses:cohort-new"),
        {"title": "London 2027", "time_zone": "Europe/London", "start_1": "2027-01-07", "start_2": "2027-02-04"},
    )

    cohort = Cohort.objects.get()
    assert (cohort.slug, [block.starts_on for block in cohort.blocks.all()]) == (
        "london-2027",
        [datetime.date(2027, 1, 7), datetime.date(2027, 2, 4)],
    )
    assert Membership.objects.get().part == Part.COORDINATOR


def test_cohort_new_shows_the_year_by_the_templates_distances_before_it_begins(client):
    programme = make_programme()
    for begins_after in (0, 42):
        make_module(programme=programme, begins_after=begins_after, days=[[{"title": "One", "activities": []}], []])
    client.force_login(make_user(coordinates=True))
    sent = {"title": "London 2028", "time_zone": "Europe/London", "start_1": "2028-02-29", "start_2": ""}

    looked = client.post(reverse("courses:cohort-new"), sent)
    none_yet = Cohort.objects.count()
    client.post(reverse("courses:cohort-new"), sent | {"start_2": looked.context["form"]["start_2"].value()})

    look = [(one["opens_on"], one["starts_on"], one["ends_on"], one["sittings"]) for one in looked.context["look"]]
    assert (none_yet, look) == (
        0,
        [
            (datetime.date(2028, 2, 15), datetime.date(2028, 2, 29), datetime.date(2028, 3, 1), 1),
            (datetime.date(2028, 3, 28), datetime.date(2028, 4, 11), datetime.date(2028, 4, 12), 1),
        ],
    )
    assert [block.starts_on for block in Cohort.objects.get().blocks.all()] == [datetime.date(2028, 2, 29), datetime.date(2028, 4, 11)]


def test_cohort_new_works_the_days_out_again_from_another_first_day(client):
    programme = make_programme()
    for begins_after in (0, 42):
        make_module(programme=programme, begins_after=begins_after)
    client.force_login(make_user(coordinates=True))
    sent = {"title": "London 2028", "time_zone": "Europe/London", "start_1": "2028-03-07", "start_2": "2028-04-11", "again": "on"}

    looked = client.post(reverse("courses:cohort-new"), sent)

    assert (looked.context["form"]["start_2"].value(), Cohort.objects.count()) == ("2028-04-18", 0)


def test_cohort_new_copies_a_past_cohort(client):
    past = make_year("Australia/Sydney", (TODAY - 300 * DAY, TODAY - 250 * DAY), title="Past", slug="past")
    activity = make_activity(module=past.blocks.first().module)
    past.blocks.first().sittings.first().activities.add(activity)
    make_membership(cohort=past)
    client.force_login(make_user(coordinates=True))
    form = client.get(reverse("courses:cohort-new"), {"like": "cohort:past"}).context["form"]
    sent = {"title": "Next", "like": "cohort:past", "time_zone": form["time_zone"].value(), "start_1": FIRST.isoformat()}

    looked = client.post(reverse("courses:cohort-new"), sent)
    client.post(reverse("courses:cohort-new"), looked.context["form"].data.dict())

    cohort = Cohort.objects.get(title="Next")
    assert (form["like"].value(), cohort.like, cohort.time_zone) == ("cohort:past", past, "Australia/Sydney")
    assert [block.starts_on for block in cohort.blocks.all()] == [FIRST, FIRST + 50 * DAY]
    assert list(cohort.blocks.first().sittings.first().activities.all()) == [activity]
    assert cohort.memberships.count() == 1


def test_cohort_new_of_a_programme_without_blocks_says_so(client):
    make_programme()
    client.force_login(make_user(coordinates=True))

    response = client.post(reverse("courses:cohort-new"), {"title": "X", "time_zone": "Europe/London"})

    assert "There is no block in it yet, so there is no year to begin." in words(response)


def test_cohort_new_refuses_a_leap_day_that_is_none(client):
    make_module(programme=make_programme())
    client.force_login(make_user(coordinates=True))

    response = client.post(reverse("courses:cohort-new"), {"title": "X", "time_zone": "Europe/London", "start_1": "2027-02-29"})

    assert "2027 has no 29 February. Please choose the day before or after." in words(response)


def test_cohort_new_refuses_blocks_out_of_order(client):
    programme = make_programme()
    make_module(programme=programme)
    make_module(programme=programme)
    client.force_login(make_user(coordinates=True))

    response = client.post(
        reverse("courses:cohort-new"), {"title": "X", "time_zone": "Europe/London", "start_1": "2027-02-04", "start_2": "2027-01-07"}
    )

    assert "This block begins before the one above it." in response.content.decode()
    assert Cohort.objects.count() == 0


def test_cohort_new_keeps_a_long_name_and_shortens_its_address(client):
    programme = make_programme()
    make_module(programme=programme)
    client.force_login(make_user(coordinates=True))
    sent = {"title": "A name\r\nof two lines " + "and more " * 11, "time_zone": "Europe/London", "start_1": "2027-02-04"}

    first, again = (client.post(reverse("courses:cohort-new"), sent) for _ in range(2))

    cohort = Cohort.objects.get()
    assert (first.status_code, again.status_code) == (302, 200)
    assert cohort.slug == "a-name-of-two-lines-and-more-and-more-and-more-and"
    assert cohort.title.startswith("A name of two lines and more")
