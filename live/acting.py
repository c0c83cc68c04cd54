"""What each frame of a room does, on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from live import actions, events
from live.frames import Frame as Sent
from live.hub.room import encode
from live.hub.wire import Frame
from lms.permissions import Refused
from lms.prepared import Prepared
from lms.users.models import User

# What a frame does. Each action asks for itself whether it may.
ACTIONS: dict[str, Callable[..., Any]] = {
    "say": actions.say,
    "ask": actions.ask_question,
    "withdraw": actions.withdraw,
    "interpret": actions.interpret,
    "open_small_rooms": actions.open_small_rooms,
    "call_back": actions.call_back,
    "bring_back": actions.bring_back,
    "react": actions.react,
    "flag": actions.flag_message,
    "hand": actions.move_hand,
    "pass": actions.pass_turn,
    "done": actions.finish_turn,
    "nothing_now": actions.answer_nothing,
    "step_out": actions.step_out,
    "step_in": actions.step_in,
    "move_phase": actions.move_phase,
    "give_floor": actions.give_floor,
    "set_parts": actions.set_parts,
    "close": actions.close_room,
}


@Prepared
def _active(*, person: int) -> QuerySet[User]:
    return User.objects.filter(pk=person, is_active=True)


def act(frame: Sent, person: int, room_id: UUID) -> events.Drawn | Frame | None:
    """Does what a frame asks. Returns what only who asks needs to hear: an event that everybody was told of before, or a frame."""
    actor = next(iter(_active(person=person)), None)
    if actor is None:
        raise Refused(_("You are no longer part of this room."), "not_a_participant")
    done = ACTIONS[frame.type](actor=actor, room_id=room_id, **frame.data)
    if isinstance(done, tuple):  # something with a client_id: the event, and whether it is new
        event, fresh = done
        return None if fresh else events.drawn(event)
    if frame.type == "flag":  # nobody else in the room hears of it
        return encode("flagged", seq=frame.data["seq"])
    if frame.type == "ask":  # everybody hears that there is something new, and only who asked that it is kept
        return encode("asked", client_id=str(frame.data["client_id"]))
    return None
