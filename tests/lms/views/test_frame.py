"""The frame is kept drawn; nobody meets another's, and nobody an old one."""

import re
from itertools import permutations

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from lms.permissions import Part
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def people(owner):
    """People whose frames differ: by part, cohorts, name, theme, zone, and who coordinates the site or is nowhere."""
    cohort, other = make_cohort(title="First year"), make_cohort(title="Second year")
    for part in (Part.TRAINEE, Part.TRAINER, Part.INTERPRETER, Part.AFTERCARE, Part.ALUMNUS):
        make_membership(cohort=cohort, person=make_user(display_name=f"Name of {part}"), part=part)
    two = make_user(display_name="In two cohorts", theme="dark", time_zone="Europe/Tallinn")
    make_membership(cohort=cohort, person=two, last_used_at=timezone.now())
    make_membership(cohort=other, person=two)
    make_user(display_name="Coordinates", coordinates=True)
    return [*type(owner).objects.order_by("pk")]


def drawn(client, person, address="/crisis/") -> str:
    """The whole page as this person meets it, but for what is made anew for each request."""
    client.force_login(person)
    html = client.get(address).content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|data-bell="[^"]*"', "", html)


def test_nobody_meets_a_piece_of_the_frame_that_was_kept_for_somebody_else(client, people):
    fresh = {}
    for person in people:
        caches["template_fragments"].clear()
        fresh[person] = drawn(client, person)
    assert len(set(fresh.values())) == len(people)

    wrong = []
    for first, second in permutations(people, 2):
        caches["template_fragments"].clear()
        drawn(client, first)
        if drawn(client, second) != fresh[second]:
            wrong.append((first.display_name, second.display_name))

    assert wrong == []


def test_no_name_address_or_token_is_in_what_is_kept(client, people):
    for person in people:
        drawn(client, person)

    kept = b"".join(caches["template_fragments"]._cache.values())

    assert b"First year" in kept  # there is something to look at
    assert [person.display_name for person in people if person.display_name.encode() in kept or person.email.encode() in kept] == []
    assert b"csrfmiddlewaretoken" not in kept


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner], title="Our year")


def bar(client, person, address="/") -> str:
    return drawn(client, person, address).split("<main", 1)[0]


def test_frame_shows_a_new_name_and_a_new_theme_at_once(client, owner, cohort):
    drawn(client, owner)
    owner.display_name, owner.theme = "Another Name", "dark"
    owner.save()

    html = drawn(client, owner)

    assert '<p class="menu-name">Another Name</p>' in html
    assert 'data-theme="dark"' in html
    assert re.findall(r'value="(\w+)" aria-pressed="true"', html) == ["dark"]


def test_frame_shows_a_new_membership_a_new_title_and_a_removal_at_once(client, owner, cohort):
    assert "Second home" not in bar(client, owner)
    membership = make_membership(cohort=make_cohort(title="Second home"), person=owner)
    assert "Second home" in bar(client, owner)
    type(cohort).objects.filter(pk=membership.cohort_id).update(title="Third home")
    assert "Third home" in bar(client, owner)
    type(membership).objects.filter(pk=membership.pk).update(ended_at=timezone.now())
    assert "Third home" not in bar(client, owner)


def test_frame_shows_what_a_new_part_sees_at_once(client, owner, cohort):
    forum = reverse("forums:forum", args=[cohort.slug])
    assert forum in bar(client, owner)
    cohort.memberships.update(part=Part.INTERPRETER)
    assert forum not in bar(client, owner)


def test_frame_marks_the_section_one_is_in(client, owner, cohort):
    here = {
        address: re.findall(r'<a href="([^"]*)" aria-current="page">', bar(client, owner, address))
        for address in ("/", "/journal/", f"/c/{cohort.slug}/course/", "/")
    }
    assert here == {"/": ["/"], "/journal/": ["/journal/"], f"/c/{cohort.slug}/course/": [f"/c/{cohort.slug}/course/"]}
