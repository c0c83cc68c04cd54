"""News from below that closes sockets and makes rooms."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from courses.actions.cohorts import begin_cohort
from courses.actions.members import change_part, remove_member
from live.models import Revocation, Room, Seminar
from live.tickets import session_hash
from lms.permissions import Part
from lms.users.models import User
from tests.factories import make_activity, make_cohort, make_module, make_programme, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_removal_and_another_part_end_the_ways_in(owner: User) -> None:
    coordinator = make_user(coordinates=True)
    membership = make_cohort(members=[owner]).memberships.get()

    change_part(actor=coordinator, membership=membership, part=Part.INTERPRETER)
    changed = list(Revocation.objects.values_list("person", "session"))
    remove_member(actor=coordinator, membership=membership)

    assert (changed, Revocation.objects.count()) == ([(owner.pk, "")], 2)


def test_signing_out_ends_that_sign_in(owner: User) -> None:
    client, other = Client(), Client()
    client.force_login(owner)
    other.force_login(owner)
    key = str(client.session.session_key)

    client.post("/accounts/logout/")

    ended: set[Any] = set(Revocation.objects.values_list("person", "session"))
    assert ended == {(None, session_hash(key))}


def test_planning_a_cohort_makes_its_seminars() -> None:
    programme = make_programme()
    module = make_module(
        programme=programme, days=[[{"title": "Arriving", "activities": ["circle"]}, {"title": "Talking", "activities": []}]]
    )
    make_activity(module=module, slug="circle", type="live", before={"asked": "Say your name."})
    first_day = timezone.localdate() + datetime.timedelta(days=30)

    cohort = begin_cohort(
        actor=make_user(coordinates=True),
        programme=programme,
        slug="autumn",
        title="Autumn",
        time_zone="Europe/London",
        block_starts=[first_day],
    )

    seminars = Seminar.objects.filter(cohort=cohort)
    assert list(seminars.exclude(sitting=None).values_list("title", "before")) == [
        ("Arriving", {"asked": "Say your name."}),
        ("Talking", {}),
    ]
    assert (seminars.filter(kind="practice").count(), Room.objects.count()) == (1, 3)
