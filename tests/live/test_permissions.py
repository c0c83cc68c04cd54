"""Who may what in a room: part x time x phase, readable by the people who run the course."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from live.models import Room, Seminar
from live.permissions import can_enter, can_facilitate, can_speak, can_withdraw, standing
from lms.floor import Seat
from lms.permissions import Part, Verb
from lms.users.models import User
from tests.factories import make_cohort, make_membership, make_user
from tests.live.factories import make_event, make_room, make_seminar

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)


def person_in(room: Room, who: str) -> User:
    person = make_user(coordinates=who == "site coordinator", is_active=who != "deactivated")
    if who == "removed":
        make_membership(cohort=room.seminar.cohort, person=person, ended_at=timezone.now())
    elif who == "of another cohort":
        make_membership(cohort=make_cohort(), person=person)
    elif who == "deactivated":
        make_membership(cohort=room.seminar.cohort, person=person)
    elif who not in {"outsider", "site coordinator"}:
        make_membership(cohort=room.seminar.cohort, person=person, part=Part(who))
    return person


@pytest.mark.parametrize(
    ("who", "sees", "enters", "speaks", "facilitates", "seat"),
    [
        ("trainee", True, True, True, False, Seat.SPEAKER),
        ("trainer", True, True, True, True, Seat.FACILITATOR),
        ("guest_trainer", True, True, True, True, Seat.FACILITATOR),
        ("interpreter", True, True, True, False, Seat.INTERPRETER),
        ("coordinator", True, True, True, False, Seat.SPEAKER),
        ("aftercare", True, True, True, False, Seat.SPEAKER),
        ("alumnus", False, False, False, False, Seat.SPEAKER),
        ("site coordinator", True, True, True, False, Seat.SPEAKER),
        ("removed", False, False, False, False, None),
        ("of another cohort", False, False, False, False, None),
        ("deactivated", False, False, False, False, None),
        ("outsider", False, False, False, False, None),
    ],
)
def test_parts(who: str, sees: bool, enters: bool, speaks: bool, facilitates: bool, seat: Seat | None) -> None:
    room = make_room()
    person = person_in(room, who)

    assert Room.objects.visible_to(person).filter(pk=room.pk).exists() is sees
    assert Seminar.objects.visible_to(person).filter(pk=room.seminar.pk).exists() is sees
    assert Room.objects.visible_to(person, Verb.FACILITATE).filter(pk=room.pk).exists() is facilitates
    assert (can_enter(person, room), can_speak(person, room), can_facilitate(person, room)) == (enters, speaks, facilitates)
    assert standing(person, room).seat == seat


def test_somebody_signed_out_sees_nothing() -> None:
    room = make_room()
    nobody = AnonymousUser()

    assert (list(Seminar.objects.visible_to(nobody)), list(Room.objects.visible_to(nobody))) == ([], [])
    assert (can_enter(nobody, room), can_speak(nobody, room), can_facilitate(nobody, room)) == (False, False, False)


def test_site_coordinator_who_is_an_alumnus_here_is_an_alumnus_here() -> None:
    room, elsewhere = make_room(), make_room()
    person = make_user(coordinates=True)
    make_membership(cohort=room.seminar.cohort, person=person, part=Part.ALUMNUS)

    assert list(Room.objects.visible_to(person)) == [elsewhere]


@pytest.mark.parametrize(
    ("who", "minutes_before", "enters"),
    [
        ("trainee", 16, False),
        ("trainee", 14, True),
        ("interpreter", 16, False),
        ("trainer", 61, False),
        ("trainer", 59, True),
        ("trainee", -89, True),
        ("trainee", -91, False),
        ("trainer", -91, False),
    ],
)
def test_can_enter_in_the_time_of_a_sitting(who: str, minutes_before: int, enters: bool) -> None:
    starts = timezone.now() + minutes_before * MINUTE
    room = make_room(seminar=make_seminar(starts_at=starts, ends_at=starts + HOUR))
    person = person_in(room, who)

    assert (can_enter(person, room), can_speak(person, room)) == (enters, enters)


def test_can_enter_a_practice_room_always() -> None:
    room = make_room(seminar=make_seminar(kind=Seminar.Kind.PRACTICE, starts_at=None, ends_at=None))

    assert can_enter(person_in(room, "trainee"), room) is True


def test_can_enter_a_room_that_a_facilitator_opened_early_but_not_one_that_is_closed() -> None:
    starts = timezone.now() + 5 * HOUR
    seminar = make_seminar(starts_at=starts, ends_at=starts + HOUR)
    early = make_room(seminar=seminar, opened_at=timezone.now())
    person = person_in(early, "trainee")
    was_open = can_enter(person, early)
    early.closed_at = timezone.now()

    assert (was_open, can_enter(person, early)) == (True, False)


@pytest.mark.parametrize(
    ("phase", "seat", "speaks"),
    [
        ("arriving", "", True),
        ("arriving", "listener", True),
        ("conversation", "", True),
        ("conversation", "listener", False),
        ("conversation", "interpreter", True),
        ("closed", "", False),
        ("closed", "facilitator", False),
    ],
)
def test_can_speak_by_phase_and_seat(phase: str, seat: str, speaks: bool) -> None:
    room = make_room(phase=phase)
    person = person_in(room, "trainee")
    room.participants.create(person=person, part=seat)

    assert can_speak(person, room) is speaks


def test_can_withdraw_is_for_the_author(owner: User, teammate: User) -> None:
    room = make_room(members=[owner, teammate])
    event = make_event(room=room, author=owner)
    moved = make_event(room=room, author=owner, kind="phase.moved")

    answers = [can_withdraw(owner, event), can_withdraw(teammate, event), can_withdraw(AnonymousUser(), event), can_withdraw(owner, moved)]

    assert answers == [True, False, False, False]
