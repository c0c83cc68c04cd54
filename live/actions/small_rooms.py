"""Small rooms: opened, come back from, and what they bring with them."""

from __future__ import annotations

import datetime
import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Group, Membership
from live.actions.log import append, locked, require_here, require_open_to_words, require_pace, told_before
from live.actions.rooms import shut
from live.models import Participant, Revocation, Room, RoomEvent
from live.people import company
from live.permissions import can_bring_back, standing
from lms import queue
from lms.permissions import Refused, Verb, parts_that, require
from lms.users.models import User

NOTICE = datetime.timedelta(minutes=2)  # between being called back and the end of a small room
MOST_ROOMS = 40
FEWEST, MOST = 2, 12  # people in a room opened at random


@dataclass(frozen=True)
class Plan:
    """A small room to be opened: its title (empty: a number) and its people."""

    title: str
    people: tuple[int, ...]


def open_small_rooms(
    *,
    actor: User,
    room_id: uuid.UUID,
    client_id: uuid.UUID,
    way: str,
    kind: str = "",
    size: int | None = None,
    places: Mapping[int, int] | None = None,
) -> tuple[RoomEvent, bool]:
    """By "groups" of a kind, "random" in rooms of a size, or by "hand". See the three below."""
    act: dict[str, Any] = {"actor": actor, "room_id": room_id, "client_id": client_id}
    if way == "groups":
        return open_by_group(**act, kind=kind)
    if way == "random":
        return open_at_random(**act, size=size or 0)
    return open_by_hand(**act, places=places or {})


@transaction.atomic
def open_by_group(*, actor: User, room_id: uuid.UUID, client_id: uuid.UUID, kind: str) -> tuple[RoomEvent, bool]:
    """A small room for each group of this kind, with everybody who is in it."""
    room, already = _main(actor, room_id, client_id)
    if already:
        return already, False
    groups = _groups_for(room, kind).order_by("title").prefetch_related("members")
    able, plans = _able(room), []
    for group in groups:
        people = tuple(member.person_id for member in group.members.all() if member.person_id in able)
        able -= set(people)  # who is in two groups of a kind sits in the first
        plans.append(Plan(group.title, people))
    return _open(room, actor, client_id, [plan for plan in plans if plan.people]), True


@transaction.atomic
def open_at_random(*, actor: User, room_id: uuid.UUID, client_id: uuid.UUID, size: int) -> tuple[RoomEvent, bool]:
    """Divides who is here now, without those who facilitate or interpret, into rooms of about this size; nobody sits alone."""
    room, already = _main(actor, room_id, client_id)
    if already:
        return already, False
    require(FEWEST <= size <= MOST, _("A room at random holds between two and twelve people."), "bad_frame")
    able = _able(room) - _teaching(room)
    people = [person for person in company(room).here if person in able]
    random.SystemRandom().shuffle(people)
    count = max(1, round(len(people) / size))
    plans = [Plan("", tuple(people[number::count])) for number in range(count)] if people else []
    return _open(room, actor, client_id, plans), True


@transaction.atomic
def open_by_hand(*, actor: User, room_id: uuid.UUID, client_id: uuid.UUID, places: Mapping[int, int]) -> tuple[RoomEvent, bool]:
    """The rooms that a facilitator chose: person -> number of a room. Who has none stays in the main room."""
    room, already = _main(actor, room_id, client_id)
    if already:
        return already, False
    require(_able(room).issuperset(places), _("Somebody you chose cannot be in a small room. Please choose again."), "bad_frame")
    numbers = sorted(set(places.values()))
    plans = [Plan("", tuple(person for person, place in places.items() if place == number)) for number in numbers]
    return _open(room, actor, client_id, plans), True


@transaction.atomic
def place_person(*, actor: User, room_id: uuid.UUID, person: int) -> None:
    """Puts somebody into a small room that is open: who came late, or interprets there. From another one they are taken out."""
    small = locked(room_id)
    require(standing(actor, small).facilitates, _("Only a facilitator places people."), "not_a_participant")
    require(small.kind == Room.Kind.SMALL and small.closed_at is None, _("This small room is closed."), "room_closed")
    require(person in _able(small), _("They cannot be in a small room."), "bad_frame")
    elsewhere = Participant.objects.filter(person=person, placed=True, room__in=Room.objects.small_of(small)).exclude(room=small)
    for row in elsewhere.select_related("room"):
        Revocation.objects.create(person_id=person, room=row.room)
    elsewhere.update(placed=False)
    Participant.objects.update_or_create(room=small, person_id=person, defaults={"placed": True})


@transaction.atomic
def call_back(*, actor: User, room_id: uuid.UUID, client_id: uuid.UUID) -> tuple[RoomEvent, bool]:
    """Everybody hears that the small rooms end in two minutes; then they close, whoever is there to see to it."""
    room, already = _main(actor, room_id, client_id)
    if already:
        return already, False
    smalls = list(Room.objects.small_of(room).filter(closes_at=None).order_by("pk").values_list("pk", flat=True))
    require(bool(smalls), _("No small room is open that was not called back already."), "bad_frame")
    until = timezone.now() + NOTICE
    for pk in smalls:
        small = locked(pk)
        Room.objects.filter(pk=pk).update(closes_at=until)
        append(small, RoomEvent.Kind.CALLED_BACK, actor, data={"until": until.isoformat()})
    queue.enqueue_at("live.close_what_is_over", until)
    return append(room, RoomEvent.Kind.CALLED_BACK, actor, client_id=client_id, data={"until": until.isoformat()}), True


@transaction.atomic
def bring_back(*, actor: User, room_id: uuid.UUID, client_id: uuid.UUID, text: str) -> tuple[RoomEvent, bool]:
    """What a small room chose to say in the main room. It stands there as from the room, not from whoever wrote it down.

    Returns what the small room hears of it. The main room is locked first, as by everything that holds both.
    """
    main = Room.objects.filter(kind=Room.Kind.MAIN, seminar__rooms=room_id).values_list("pk", flat=True).first()
    if main is None:
        raise Refused(_("There is no such room."), "not_a_participant")
    room = locked(main, actor=actor)
    small = locked(room_id)
    if already := told_before(small, actor, client_id):
        return already, False
    who = standing(actor, small)
    require(who.sees, _("You are no longer part of this room."), "not_a_participant")
    require(room.closed_at is None and who.is_open(), _("This room is closed. Your words are still here."), "room_closed")
    require(can_bring_back(who), _("Those who were placed in this room say what it brings back."), "not_a_participant")
    require_open_to_words(room)
    require_pace(actor, room)
    append(room, RoomEvent.Kind.BROUGHT, actor, client_id=client_id, text=text, data={"from": small.name})
    return append(small, RoomEvent.Kind.BROUGHT_BACK, actor, client_id=client_id), True


# --- inside ---------------------------------------------------------------------------------------------------------


def _main(actor: User, room_id: uuid.UUID, client_id: uuid.UUID) -> tuple[Room, RoomEvent | None]:
    """The locked main room, for who facilitates; and what was done already under this name."""
    room = locked(room_id, actor=actor)
    who = standing(actor, room)
    require(who.facilitates and room.kind == Room.Kind.MAIN, _("Only a facilitator opens small rooms."), "not_a_participant")
    require(room.seminar.group_id is None, _("The room of a group has no small rooms."), "not_a_participant")
    require_here(who)
    return room, told_before(room, actor, client_id)


def _open(room: Room, actor: User, client_id: uuid.UUID, plans: Sequence[Plan]) -> RoomEvent:
    require(bool(plans), _("There is nobody to open a small room for."), "bad_frame")
    require(len(plans) <= MOST_ROOMS, _("These are too many small rooms."), "bad_frame")
    now = timezone.now()
    _require_none_open(room, actor, now)
    for number, plan in enumerate(plans, start=1):
        own = {"title": plan.title, "number": number, "opened_at": now, "consecutive": room.consecutive}
        small = Room.objects.create(seminar=room.seminar, kind=Room.Kind.SMALL, **own)
        Participant.objects.bulk_create(Participant(room=small, person_id=person, placed=True) for person in plan.people)
    return append(room, RoomEvent.Kind.SMALL_OPENED, actor, client_id=client_id)


def _require_none_open(room: Room, actor: User, now: datetime.datetime) -> None:
    """Small rooms whose time is over close now, if the clock has not come round to them; others are waited for."""
    for small in Room.objects.small_of(room).order_by("pk"):
        require(small.closes_at is not None, _("Small rooms are open already. Please call them back first."), "bad_frame")
        if small.closes_at is not None and small.closes_at > now:
            at = {"time": f"{small.closes_at.astimezone(ZoneInfo(actor.time_zone)):%H:%M:%S}"}
            require(False, _("The small rooms come back at %(time)s. Then new ones can be opened.") % at, "bad_frame")
        shut(locked(small.pk), None)


def _groups_for(room: Room, kind: str) -> QuerySet[Group]:
    """Triads are those of an exercise that is done in this sitting, if it has any; else those that are for no exercise."""
    groups = Group.objects.current().filter(cohort=room.seminar.cohort_id, kind=kind)
    sitting = room.seminar.sitting
    theirs = groups.filter(activity__in=sitting.activities.all()) if sitting is not None else groups.none()
    return theirs if theirs.exists() else groups.filter(activity=None)


def _able(room: Room) -> set[int]:
    """Who may be in a small room of this cohort."""
    here = Membership.objects.current().filter(cohort=room.seminar.cohort_id, part__in=parts_that(Verb.SIT_IN_SMALL_ROOM))
    return set(here.values_list("person", flat=True))


def _teaching(room: Room) -> set[int]:
    here = Membership.objects.current().filter(cohort=room.seminar.cohort_id, part__in=parts_that(Verb.VISIT_SMALL_ROOMS))
    return set(here.values_list("person", flat=True))
