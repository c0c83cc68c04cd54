"""The floor: given, passed, handed on, asked for."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from live.actions.lanes import interpreters_here
from live.actions.log import change, locked, require_here, told_before
from live.actions.phases import Done
from live.models import Participant, Room, RoomEvent
from live.people import company
from live.permissions import standing
from lms.floor import IN_TURN, Phase, Seat, Turns, answer, end_turn, give_turn, may_be_given
from lms.permissions import require
from lms.users.models import User


@transaction.atomic
def give_floor(*, actor: User, room_id: uuid.UUID, client_id: uuid.UUID, person: int) -> Done:
    """A facilitator gives somebody the floor; their hand goes down. In a round who had it and did not finish comes next."""
    room = locked(room_id, actor=actor)
    if already := told_before(room, actor, client_id):
        return already, False
    who = standing(actor, room)
    require(who.facilitates, _("Only a facilitator gives the floor."), "not_a_participant")
    require_here(who)
    require(may_be_given(room.phase), _("Nobody is given the floor in this phase."), "not_your_turn")
    around = company(room)
    known = person in around.here or room.participants.filter(person=person).exists()
    require(known and person not in around.gone, _("They are not here just now."), "bad_frame")
    turns = Turns.of(room.turns)
    if turns.holder == person:
        return None
    Participant.objects.update_or_create(room=room, person_id=person, defaults={"hand_at": None})
    given = give_turn(turns, person) if room.phase in IN_TURN else Turns(person, (), turns.first, turns.spoken)
    changes = {"turns": given.as_json(), "facilitated_at": timezone.now()}
    return change(room, RoomEvent.Kind.FLOOR_GIVEN, actor, changes, whom_id=person, client_id=client_id), True


@transaction.atomic
def finish_turn(*, actor: User, room_id: uuid.UUID, client_id: uuid.UUID) -> Done:
    """Who has the floor has finished: in a round the next has it, in a response the others may answer."""
    return _hand_on(actor, room_id, client_id, RoomEvent.Kind.TURN_DONE)


@transaction.atomic
def pass_turn(*, actor: User, room_id: uuid.UUID, client_id: uuid.UUID, back: bool = False) -> Done:
    """Who has the turn of a round lets it go by; `back`: it comes to them again at the end."""
    return _hand_on(actor, room_id, client_id, RoomEvent.Kind.TURN_PASSED, back=back)


@transaction.atomic
def answer_nothing(*, actor: User, room_id: uuid.UUID, client_id: uuid.UUID) -> Done:
    """Who was spoken about has nothing to say just now, which is an answer like any other."""
    return _hand_on(actor, room_id, client_id, RoomEvent.Kind.NOTHING_NOW)


def _hand_on(actor: User, room_id: uuid.UUID, client_id: uuid.UUID, kind: RoomEvent.Kind, back: bool = False) -> Done:
    room = locked(room_id, actor=actor)
    if already := told_before(room, actor, client_id):
        return already, False
    who = standing(actor, room)
    require_here(who)
    holder = Turns.of(room.turns).holder
    finishes = kind == RoomEvent.Kind.TURN_DONE and room.phase in IN_TURN and holder is not None
    if finishes and room.consecutive and holder == actor.pk and interpreters_here(room):
        return _wait_for_interpreter(room, actor, client_id)
    speaks_for = finishes and room.waits_for_interpreter and who.seat == Seat.INTERPRETER
    after = _after(room, holder if speaks_for and holder is not None else actor.pk, kind, back)
    require(after is not None, _("It is not your turn just now."), "not_your_turn")
    turns = after or Turns()
    data = {"back": True} if back else {}
    return change(room, kind, actor, {"turns": turns.as_json()}, whom_id=turns.holder, client_id=client_id, data=data), True


def _wait_for_interpreter(room: Room, actor: User, client_id: uuid.UUID) -> Done:
    """Who has the turn has finished; it ends when the interpreter says so, or once no interpreter is here any more."""
    if room.waits_for_interpreter:
        return None
    changes = {"waits_for_interpreter": True}
    return change(room, RoomEvent.Kind.TURN_INTERPRETED, actor, changes, whom_id=actor.pk, client_id=client_id), True


def _after(room: Room, person: int, kind: RoomEvent.Kind, back: bool) -> Turns | None:
    """Whose turn it is after this person's; None: they had none that could end so."""
    turns = Turns.of(room.turns)
    if room.phase in IN_TURN and turns.holder == person and kind != RoomEvent.Kind.NOTHING_NOW:
        return end_turn(turns, company(room).among(turns.everybody), comes_back=back)
    if kind == RoomEvent.Kind.TURN_PASSED:
        return None
    if room.phase == Phase.RESPONSE and person in turns.first:
        return answer(turns, person)
    if may_be_given(room.phase) and room.phase not in IN_TURN and turns.holder == person and kind == RoomEvent.Kind.TURN_DONE:
        return Turns(None, turns.waiting, turns.first, turns.spoken)
    return None


@transaction.atomic
def move_hand(*, actor: User, room_id: uuid.UUID, client_id: uuid.UUID, up: bool) -> Done:
    """Raises somebody's hand, or takes it down. Hands stand in the order in which they went up."""
    room = locked(room_id, actor=actor)
    if already := told_before(room, actor, client_id):
        return already, False
    who = standing(actor, room)
    require_here(who)
    if who.hand == up:
        return None
    require(not up or who.may_raise_hand(), _("Just now hands stay down; we listen."), "not_your_turn")
    Participant.objects.update_or_create(room=room, person=actor, defaults={"hand_at": timezone.now() if up else None})
    kind = RoomEvent.Kind.HAND_RAISED if up else RoomEvent.Kind.HAND_LOWERED
    return change(room, kind, actor, {}, client_id=client_id), True
