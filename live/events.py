"""What happened in a room, as the page and every socket get it: read from the log, drawn once."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from live.models import PresenceSpan, Reaction, Revocation, Room, RoomEvent
from lms.floor import Phase, speaking
from lms.prepared import Prepared

BATCH = 200


@dataclass(frozen=True)
class Drawn:
    """One event ready to be sent: its number and its final JSON. `touches` is a message whose earlier drawing is no longer true;
    0: none is."""

    seq: int
    json: str
    touches: int | None = None
    phase: str | None = None

    @cached_property
    def size(self) -> int:
        """Bytes."""
        return len(self.json.encode())


@dataclass(frozen=True)
class Place:
    """How far a room has come."""

    epoch: int
    latest: int
    phase: str


@dataclass(frozen=True)
class Person:
    """Somebody in the circle. Their JSON is made once, however often the circle is told."""

    id: int
    name: str
    initials: str
    seat: str

    @cached_property
    def json(self) -> str:
        return json.dumps({"id": self.id, "name": self.name, "initials": self.initials, "part": self.seat}, ensure_ascii=False)

    @cached_property
    def size(self) -> int:
        """Bytes."""
        return len(self.json.encode())


@dataclass(frozen=True)
class Stay:
    """Somebody is, or until `left_at` was, in a room by way of one process."""

    room_id: uuid.UUID
    person_id: int
    seat: str
    started_at: datetime.datetime
    left_at: datetime.datetime | None = None


def group_of(room_id: uuid.UUID) -> str:
    """The channel layer's name for a room."""
    return f"room.{room_id.hex}"


def drawn(event: RoomEvent) -> Drawn:
    """The event as a frame. Nothing in it depends on who looks, so it is encoded once for everybody."""
    frame = {
        "type": event.kind,
        "seq": event.seq,
        "at": event.at.isoformat(),
        "client_id": str(event.client_id) if event.client_id else None,
        "author": None if event.kind == RoomEvent.Kind.BROUGHT else event.author_id,
        "html": _html(event),
        **event.data,
    }
    touches = event.data.get("of", 0) if event.kind in {RoomEvent.Kind.WITHDRAWN, RoomEvent.Kind.PURGED} else None
    return Drawn(event.seq, json.dumps(frame, ensure_ascii=False), touches, event.data.get("phase"))


def _html(event: RoomEvent) -> str:
    if event.kind == RoomEvent.Kind.REACTED:
        return _quiet(event)
    if event.kind == RoomEvent.Kind.INTERPRETED:
        return _lane(event)
    if event.kind in RoomEvent.UNDRAWN:
        return ""
    # Browsers put the time into their own zone; the page is drawn in the reader's already.
    with timezone.override(datetime.UTC), translation.override(settings.LANGUAGE_CODE):
        return render_to_string("live/partials/event.html", {"event": event}).strip()


def _quiet(event: RoomEvent) -> str:
    """Who answered without words, as it stands under the message; nothing where that was taken back."""
    if not event.data.get("on"):
        return ""
    answer = Reaction(person=event.author, kind=event.data["quiet"])
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("live/partials/quiet.html", {"answer": answer}).strip()


def _lane(event: RoomEvent) -> str:
    """A translation as it stands under its message; nothing if it was taken back or not kept."""
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("live/partials/lane.html", {"lane": event}).strip() if event.text else ""


def form_of(room: Room) -> dict[str, Any]:
    """The form of the dialogue as it stands, for everybody alike: every event that changes it carries it whole, so that a browser
    need not add anything up. One query."""
    phase, turns = room.standing_now()
    floor = speaking(phase, turns)
    marked = list(room.participants.exclude(part="", way="", hand_at=None, stepped_out_at=None).order_by("hand_at", "pk"))
    quiet = room.quiet_until if phase == room.phase else None
    return {
        "phase": phase.value,
        "since": room.phase_at.isoformat(),
        "until": quiet.isoformat() if quiet else None,
        "before": room.before_silence.get("phase", "") if phase == Phase.SILENCE else "",
        "turns": turns.as_json(),
        "speaking": {"seats": sorted(floor.seats), "people": sorted(floor.people)},
        "seats": {str(one.person_id): one.own_seat for one in marked if one.own_seat},
        "others_listen": room.others_listen,
        "consecutive": room.consecutive,
        "waits_for_interpreter": room.waits_for_interpreter,
        "hands": [one.person_id for one in marked if one.hand_at],
        "away": [one.person_id for one in marked if one.stepped_out_at],
    }


def after(room_id: uuid.UUID, seq: int, limit: int = BATCH) -> list[Drawn]:
    """What came after this number, oldest first."""
    rows = RoomEvent.objects.filter(room=room_id, seq__gt=seq).with_people().order_by("seq")
    return [drawn(event) for event in rows[:limit]]


def newest(room_id: uuid.UUID, limit: int) -> list[Drawn]:
    """The last so many, oldest first."""
    rows = RoomEvent.objects.filter(room=room_id).with_people().order_by("-seq")
    return [drawn(event) for event in reversed(rows[:limit])]


def places(room_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Place]:
    """How far these rooms have come, in one query."""
    rows = _places(rooms=list(room_ids))
    return {pk: Place(epoch, latest, phase) for pk, epoch, latest, phase in rows}


@Prepared
def _places(*, rooms: list[uuid.UUID]) -> QuerySet[Room, tuple[uuid.UUID, int, int, str]]:
    return Room.objects.filter(pk__in=rooms).values_list("pk", "epoch", "last_seq", "phase")


def revocations(since: datetime.datetime) -> list[tuple[int | None, str, uuid.UUID | None, float]]:
    """(person, session, room, when) of every way in that ended since then."""
    return [(person, session, room, at.timestamp()) for person, session, room, at in _revoked(since=since)]


@Prepared
def _revoked(*, since: datetime.datetime) -> QuerySet[Revocation, tuple[int | None, str, uuid.UUID | None, datetime.datetime]]:
    return Revocation.objects.filter(at__gte=since).values_list("person_id", "session", "room_id", "at")


def people_here(room_ids: Iterable[uuid.UUID], *, not_by: uuid.UUID | None = None) -> dict[uuid.UUID, list[Person]]:
    """Who is in these rooms by other processes than this one, in one query."""
    here: dict[uuid.UUID, list[Person]] = {}
    spans = PresenceSpan.objects.now().filter(room__in=list(room_ids)).select_related("person").order_by("started_at")
    for span in spans.exclude(process=not_by) if not_by else spans:
        here.setdefault(span.room_id, []).append(Person(span.person_id, span.person.display_name, span.person.initials, span.seat))
    return here


def each_once(people: list[Person]) -> list[Person]:
    """Nobody twice, whatever number of tabs they have open."""
    return list({person.id: person for person in people}.values())
