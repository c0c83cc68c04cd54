"""S8: who interprets meets the live rooms and the agreement, and of the rest of a cohort's year nothing."""

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from courses.models import (
    Absence,
    Attendance,
    AttendanceMark,
    Certificate,
    GroupDate,
    GroupExchange,
    GroupWish,
    Introduction,
    InvitationLink,
    JournalEntry,
    LedgerEntry,
    MakeUp,
    MembershipChange,
    PromisedPlace,
    SharedVersion,
    TrainerNote,
)
from lms.permissions import TABLE, Part
from lms.policy import ROUTES, Whose
from tests.courses.factories import make_peer_group
from tests.world import World, make_world
from tests.world_things import own_thing, things_of

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

MEETS = {
    # Today and what is told there
    *("cohort-today", "courses:announcements", "courses:announcement", "courses:people-me", "dates-changed"),
    # the agreement
    *("courses:agreement", "courses:agreement-version", "courses:agreement-text", "courses:passage", "courses:proposal"),
    *("courses:passage-new", "courses:passage-propose", "courses:passage-remove"),
    # the live rooms
    *("live:seminar-list", "live:lobby", "live:date-file", "live:record", "live:conference", "live:room", "live:room-news", "live:said"),
    *("live:small-rooms", "live:questions", "live:record-file"),
}
OF_OTHERS: list[type[Model]] = [
    *(Absence, Attendance, AttendanceMark, Certificate, GroupDate, GroupExchange, GroupWish, Introduction, InvitationLink),
    *(JournalEntry, LedgerEntry, MakeUp, MembershipChange, PromisedPlace, SharedVersion, TrainerNote),
]


@pytest.fixture
def world() -> World:
    return make_world()


def of_a_cohort() -> list[str]:
    """Every address of a cohort, or of somebody in it, that can be looked at."""
    return sorted(name for name, rule in ROUTES.items() if rule.whose in {Whose.COHORT, Whose.OWN} and "GET" in rule.methods)


def test_an_interpreter_meets_live_rooms_and_the_agreement_and_nothing_else(world: World, client: Client) -> None:
    client.force_login(world.people["interpreter"])
    owner = world.a.teammate

    met = set()
    for name in of_a_cohort():
        things: dict[str, Any] = own_thing(name, owner, world.a) if ROUTES[name].whose is Whose.OWN else things_of(name, world.a) or {}
        if client.get(reverse(name, kwargs=things)).status_code != 404:
            met.add(name)

    assert (sorted(met - MEETS), len(of_a_cohort()) > 100) == ([], True)
    assert {"live:lobby", "live:room", "courses:agreement"} <= met


def test_of_others_an_interpreter_sees_nothing(world: World, client: Client) -> None:
    for name, rule in ROUTES.items():  # one of everything, of somebody else's
        own_thing(name, world.a.teammate, world.a) if rule.whose is Whose.OWN else things_of(name, world.a)
    member, cohort = world.a.membership, world.a.cohort
    MembershipChange.objects.create(membership=member, after="trainee")
    GroupWish.objects.create(member=member)
    groups = {"came_from": make_peer_group(cohort), "went_to": make_peer_group(cohort)}
    GroupExchange.objects.create(cohort=cohort, member=member, **groups)
    person = world.people["interpreter"]

    seen = {model.__name__: model.objects.visible_to(person).count() for model in OF_OTHERS}  # type: ignore[attr-defined]

    assert {name for name, count in seen.items() if count} == set()
    assert [model.__name__ for model in OF_OTHERS if not model.objects.exists()] == []  # type: ignore[attr-defined]


def test_of_the_table_an_interpreter_has_these_verbs() -> None:
    assert {verb.value for verb, parts in TABLE.items() if Part.INTERPRETER in parts} == {
        *("belong", "see_live", "enter_room", "speak", "sit_in_small_room", "sign_agreement", "write_agreement"),
    }
