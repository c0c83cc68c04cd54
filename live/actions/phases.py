"""Moving a room from phase to phase. Only facilitators do; what nobody ended by hand ends by itself (`tending`)."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from live.actions.log import change, end_silence, locked, require_here, told_before
from live.models import Participant, Room, RoomEvent
from live.people import Company, company
from live.permissions import standing
from lms.floor import IN_TURN, NOBODY, Phase, Seat, Turns, begin_round, wait_no_longer
from lms.permissions import require
from lms.users.models import User

MOST_IN_TURN = 64  # people in one round: everybody is waited for

Done = tuple[RoomEvent, bool] | None  # what happened and whether it is new; None: it was so already


@transaction.atomic
def move_phase(
    *, actor: User, room_id: uuid.UUID, client_id: uuid.UUID, phase: Phase, minutes: int | None = None, first: Sequence[int] = ()
) -> Done:
    """Another phase, forwards or back; the phase it is already changes nothing.

    `minutes` is how long a silence lasts; without them a facilitator ends it. `first` are the people with whom a round begins, or
    who were spoken about and answer first. A move out of a silence to what it interrupted goes on there with the same turn.
    """
    room = locked(room_id, actor=actor)
    if already := told_before(room, actor, client_id):
        return already, False
    who = standing(actor, room)
    require(who.facilitates, _("Only a facilitator moves the room on."), "not_a_participant")
    require_here(who)
    require(phase != Phase.CLOSED, _("A room is closed, not moved to its end."), "bad_frame")
    if phase == room.phase:
        return None
    if phase == room.before_silence.get("phase"):
        return end_silence(room, actor, client_id), True
    if phase == Phase.SILENCE:
        return _quieten(room, actor, minutes, client_id), True
    return begin(room, phase, actor, turns_for(room, phase, first), client_id=client_id), True


def begin(room: Room, phase: Phase, actor: User | None, turns: Turns = NOBODY, **fields: Any) -> RoomEvent:
    """A phase of a locked room begins; hands that asked for the floor in the last one go down."""
    room.participants.exclude(hand_at=None).update(hand_at=None)
    people = [Participant(room=room, person_id=person) for person in turns.everybody]
    Participant.objects.bulk_create(people, ignore_conflicts=True)
    changes = {"phase": phase.value, "turns": turns.as_json(), "phase_at": timezone.now(), "quiet_until": None, "before_silence": {}}
    if actor is not None:
        changes["facilitated_at"] = timezone.now()
    return change(room, RoomEvent.Kind.PHASE_MOVED, actor, changes, whom_id=turns.holder, **fields)


def turns_for(room: Room, phase: Phase, first: Sequence[int]) -> Turns:
    """With whom a phase begins. A round goes round from the first of those named, else from who came first."""
    if phase not in {*IN_TURN, Phase.RESPONSE}:
        return NOBODY
    around = company(room)
    known = {*around.here, *room.participants.values_list("person", flat=True)}
    require(known.issuperset(first), _("Somebody you chose is no longer here. Please choose again."), "bad_frame")
    if phase == Phase.RESPONSE:
        return wait_no_longer(Turns(first=tuple(dict.fromkeys(first)) or _tellers(room, around)), around.among(known))
    sentence = _(
        "A round waits for everybody, so it is for %(most)s people at most; %(here)s are here. Small rooms can each have their own."
    )
    require(len(around.here) <= MOST_IN_TURN, sentence % {"most": MOST_IN_TURN, "here": len(around.here)}, "too_many")
    order = (*first, *_round_from(around.here, first))
    return begin_round(order, around.among(order))


def _round_from(people: tuple[int, ...], first: Sequence[int]) -> tuple[int, ...]:
    """The circle as it sits, from who was named last on."""
    at = people.index(first[-1]) + 1 if first and first[-1] in people else 0
    return (*people[at:], *people[:at])


def _tellers(room: Room, around: Company) -> tuple[int, ...]:
    """Those to whom a facilitator gave a speaker's seat: they told, so it was about them."""
    told = room.participants.filter(part=Seat.SPEAKER).order_by("pk").values_list("person", flat=True)
    return tuple(person for person in told if person not in around.gone)


def _quieten(room: Room, actor: User, minutes: int | None, client_id: uuid.UUID) -> RoomEvent:
    now = timezone.now()
    until = now + datetime.timedelta(minutes=minutes) if minutes else None
    changes = {"phase": Phase.SILENCE.value, "turns": {}, "phase_at": now, "facilitated_at": now, "quiet_until": until}
    before = {"phase": room.phase, "turns": room.turns}
    return change(room, RoomEvent.Kind.PHASE_MOVED, actor, {**changes, "before_silence": before}, client_id=client_id)
