"""What a room does by itself: a silence ends at its time, a turn moves on from who dropped out, and a room without a facilitator
goes on in conversation. Every process looks; the room's row lock makes it happen once."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from contextlib import suppress

from django.db import OperationalError, transaction
from django.utils import timezone

from live.actions.log import change, end_silence, locked
from live.actions.phases import begin
from live.models import Participant, Room, RoomEvent
from live.people import Company, company
from lms.floor import IN_TURN, TENDED, Phase, Turns, come_late, settle, wait_no_longer

ALONE = datetime.timedelta(minutes=2)  # a phase that needs a facilitator waits for one so long
ALONE_WITHOUT_SOCKET = datetime.timedelta(minutes=15)  # since their last act, where every facilitator reads the page anew


def tend_rooms(*, rooms: Iterable[uuid.UUID], people: bool) -> int:
    """Looks after these rooms; `people`: also whether somebody dropped out. Returns how many went on. Asks nobody: the clock calls it."""
    tended = 0
    for room in Room.objects.filter(pk__in=list(rooms), phase__in=TENDED).select_related("seminar"):
        with suppress(OperationalError):  # somebody holds it for long: the next look comes soon, and the others do not wait for it
            if room.silence_is_over():
                tended += _end_silence(room.pk)
            elif people and _wants_tending(room, company(room)):
                tended += _tend(room.pk)
    return tended


@transaction.atomic
def _end_silence(room_id: uuid.UUID) -> bool:
    room = locked(room_id, as_it_stands=True)
    if not room.silence_is_over():
        return False
    end_silence(room, None)
    return True


@transaction.atomic
def _tend(room_id: uuid.UUID) -> bool:
    """What was seen without the lock is asked again under it: another process may have been quicker."""
    room = locked(room_id)
    around = company(room)
    if not _wants_tending(room, around):
        return False
    if _is_alone(room, around):
        begin(room, Phase.CONVERSATION, None, data={"alone": True})
    else:
        keep_turns(room, around)
    return True


def keep_turns(room: Room, around: Company | None = None) -> None:
    """Whose turn it is in a locked room, after somebody came, dropped out or stepped out."""
    if room.phase not in {*IN_TURN, Phase.RESPONSE}:
        return
    before = Turns.of(room.turns)
    after = _turns_with(room, around or company(room))
    if after == before:
        return
    people = [Participant(room=room, person_id=person) for person in after.everybody]
    Participant.objects.bulk_create(people, ignore_conflicts=True)
    told = after.holder != before.holder or bool(before.first) != bool(after.first)
    kind = RoomEvent.Kind.FLOOR_GIVEN if told else RoomEvent.Kind.ORDER_CHANGED
    change(room, kind, None, {"turns": after.as_json()}, whom_id=after.holder)


def _turns_with(room: Room, around: Company) -> Turns:
    turns = Turns.of(room.turns)
    if room.phase == Phase.RESPONSE:
        return wait_no_longer(turns, around.among(turns.first))
    if room.phase not in IN_TURN:
        return turns
    joined = come_late(turns, around.here)
    return settle(joined, around.among(joined.everybody))


def _wants_tending(room: Room, around: Company) -> bool:
    return _is_alone(room, around) or _turns_with(room, around) != Turns.of(room.turns)


def _is_alone(room: Room, around: Company) -> bool:
    """A round goes round by itself and a measured silence ends by itself; everything else needs somebody who moves it on."""
    if room.seminar.group_id is not None:  # everybody in it moves it on
        return False
    goes_on = (room.phase in IN_TURN and Turns.of(room.turns).holder is not None) or room.quiet_until is not None
    if goes_on or room.phase not in TENDED:
        return False
    patience = ALONE_WITHOUT_SOCKET if around.facilitator_seen is None else ALONE
    seen = max(filter(None, [around.facilitator_seen, room.facilitated_at, room.phase_at]))
    return timezone.now() - seen > patience
