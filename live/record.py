"""What a seminar's record shows once its rooms are over: by key, and only of rooms that this person reads back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from live.models import LaneChoice, Room, RoomEvent, Seminar
from live.permissions import records_readable_by
from lms.users.models import User

PAGE = 100  # events on one page of a record
AT_ONCE = 1000  # events read together for a file


@dataclass(frozen=True)
class Record:
    """One page of what was said in a room. `further` is for ?after=; None where it ends here."""

    room: Room
    rooms: list[Room]  # of the seminar, whose record this person may read: this one among them
    events: list[RoomEvent]
    further: int | None


def record_of(user: User, seminar: Seminar, room_id: uuid.UUID | None, after: int, words: Sequence[str] = ()) -> Record | None:
    """The record of the main room, or of another room of the seminar; None where this person reads nothing back. Four queries."""
    room, rooms = _room_of(user, seminar, room_id)
    if room is None:
        return None
    found = _saying(room, words).filter(seq__gt=after).order_by("seq")
    page = list(found[: PAGE + 1])
    return Record(room, rooms, with_lanes(room, page[:PAGE], lane_choice_of(user, room)), page[PAGE - 1].seq if len(page) > PAGE else None)


def whole_record_of(user: User, seminar: Seminar, room_id: uuid.UUID | None) -> tuple[Room, Iterator[RoomEvent]] | None:
    """All that was said there, for a file."""
    room, _rooms = _room_of(user, seminar, room_id)
    return None if room is None else (room, _all_of(room))


def _room_of(user: User, seminar: Seminar, room_id: uuid.UUID | None) -> tuple[Room | None, list[Room]]:
    visible = Room.objects.visible_to(user).with_seminar().filter(seminar=seminar).order_by("kind", "opened_at", "pk")
    rooms = records_readable_by(user, visible)
    wanted = [room for room in rooms if (room.pk == room_id if room_id else room.kind == Room.Kind.MAIN)]
    return (wanted[0] if wanted else None), rooms


def lane_choice_of(user: User, room: Room) -> LaneChoice:
    """What this person chose to read; who never chose, the words as they were said. One query at most."""
    mine = LaneChoice.objects.filter(person=user).first() if room.seminar.languages else None
    return mine or LaneChoice()


def with_lanes(room: Room, events: Sequence[RoomEvent], choice: LaneChoice | None) -> list[RoomEvent]:
    """The same events, each with its `lanes`, and hidden what of it this person chose not to see; without a choice nothing is. One
    query; none in a room without lanes."""
    found: dict[int, list[RoomEvent]] = {}
    chosen = choice.lang if choice and choice.lang in room.seminar.languages else ""
    if room.seminar.languages and events:
        numbers = [event.seq for event in events]
        rows = room.events.in_words().filter(kind=RoomEvent.Kind.INTERPRETED, answers__in=numbers).select_related("author")
        for lane in rows:
            lane.hidden = choice is not None and lane.lang != chosen  # type: ignore[attr-defined]
            found.setdefault(lane.answers or 0, []).append(lane)
    for event in events:
        event.lanes = found.get(event.seq, [])  # type: ignore[attr-defined]
        event.original_hidden = choice is not None and not choice.original and any(lane.lang == chosen for lane in event.lanes)  # type: ignore[attr-defined]
    return list(events)


def _all_of(room: Room) -> Iterator[RoomEvent]:
    """Piece by piece, as many questions as there are pieces."""
    said, reached = room.events.drawn().said().order_by("seq"), 0
    while some := list(said.filter(seq__gt=reached)[:AT_ONCE]):
        yield from with_lanes(room, some, None)
        reached = some[-1].seq


def _saying(room: Room, words: Sequence[str]) -> QuerySet[RoomEvent]:
    """What has a place on the page; with words, only messages that say all of them, in whatever language they stand there."""
    if not words:
        return room.events.drawn()
    found = room.events.drawn().said()
    for word in words:
        lanes = room.events.in_words().filter(kind=RoomEvent.Kind.INTERPRETED, answers=OuterRef("seq"), text__icontains=word)
        found = found.filter(Q(text__icontains=word) | Exists(lanes))
    return found
