"""The plan's page, and what a cohort is."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from courses.models import PlanChange
from lms.permissions import Part
from tests.courses.planning.conftest import DAY, make_year
from tests.courses.views.planning.pages import FIRST, SECOND, TODAY, address, shift_by, words
from tests.factories import make_membership

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_plan_shows_every_block_and_lets_a_coordinator_move_it(signed_in, year):
    html = words(signed_in.get(address("plan", year)))

    block = year.blocks.first()
    assert [address("plan-block", year, one.pk) in html for one in year.blocks.all()] == [True, True]
    assert f"{address('plan-day', year, block.pk)}?{urlencode({'day': FIRST})}" in html
    assert html.count("10:00–11:00") == 4
    assert "Nothing so far." in html


def test_plan_is_read_only_for_a_trainer_with_differences_and_record(client, year, coordinator):
    shift_by(coordinator, year, 3, why="The hall is taken")
    trainer = make_membership(cohort=year, part=Part.TRAINER).person
    client.force_login(trainer)

    html = words(client.get(address("plan", year)))

    assert [address(name, year) in html for name in ("plan-shift", "plan-about", "people-keeping")] == [False] * 3
    assert [f"/plan/{what}/" in html for what in ("blocks", "sittings")] == [False, False]
    assert ("The hall is taken" in html, "Cora" in html) == (True, True)
    assert "“Arriving” is not in the template." in html  # whose modules plan no sittings


@pytest.mark.parametrize("part", [part for part in Part if part not in {Part.COORDINATOR, Part.TRAINER}])
def test_plan_does_not_exist_for_others(client, year, part):
    client.force_login(make_membership(cohort=year, part=part).person)

    assert client.get(address("plan", year)).status_code == 404


def test_plan_marks_what_was_held_as_staying(client):
    year = make_year(starts=(TODAY - 10 * DAY, SECOND))
    client.force_login(make_membership(cohort=year, part=Part.COORDINATOR).person)

    html = words(client.get(address("plan", year)))

    held = year.blocks.first()
    assert address("plan-day", year, held.pk) not in html
    assert [address("plan-sitting", year, one.pk) in html for one in held.sittings.all()] == [False] * 4


def test_plan_pages_the_record(signed_in, year, coordinator):
    for _ in range(22):
        shift_by(coordinator, year, 1)

    newest = signed_in.get(address("plan", year)).context["changes"]
    earlier = signed_in.get(address("plan", year), {"before": newest[-1].row.version}).context["changes"]

    assert [change.row.version for change in newest] == list(range(23, 3, -1))
    assert [change.row.version for change in earlier] == [3, 2]
    assert signed_in.get(address("plan", year), {"before": "x"}).status_code == 200


def test_plan_about_says_what_an_in_house_cohort_is_on_its_first_page(signed_in, year):
    sent = {"version": 1, "title": "Autumn", "access": "in_house", "organisation": "A trust", "contact_name": "Kim"}
    sent |= {"contact_email": "kim@example.org", "organisation_words": "Welcome <all>.\r\nCome in\u202e.", "size": 24}
    sent |= {"first_language": "et", "second_language": "et", "third_language": "fr"}

    signed_in.post(address("plan-about", year), sent)

    year.refresh_from_db()
    assert (year.organisation_words, year.languages, year.size) == ("Welcome <all>.\nCome in.", ["et", "fr"], 24)
    html = words(signed_in.get(reverse("cohort-today", args=[year.slug])))
    assert "<p>Welcome &lt;all&gt;.<br>Come in.</p>" in html
    assert ("From A trust" in html, 'href="mailto:kim@example.org"' in html) == (True, True)
    assert "eesti, français" in words(signed_in.get(address("plan", year)))


def test_plan_about_wants_the_organisation_of_an_in_house_cohort(signed_in, year):
    response = signed_in.post(address("plan-about", year), {"version": 1, "title": "Autumn", "access": "in_house", "organisation": " "})

    assert "Please name the organisation." in words(response)
    assert PlanChange.objects.count() == 0
