"""Seats in a room: given by a facilitator, left for a while and taken again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from live.actions.log import change, locked, require_here, told_before
from live.actions.phases import Done
from live.actions.tending import keep_turns
from live.models import Participant, PresenceSpan, Room, RoomEvent
from live.permissions import standing
from lms.floor import FEWEST_REFLECTORS, MOST_REFLECTORS, Seat
from lms.permissions import require
from lms.users.models import User


@transaction.atomic
def set_parts(*, actor: User, room_id: uuid.UUID, client_id: uuid.UUID, seats: Mapping[int, Seat], others_listen: bool = False) -> Done:
    """Gives all seats of the room anew: who tells, who reflects, who listens. Who is not named has the seat of their part in the
    cohort, or listens with all the others."""
    room = locked(room_id, actor=actor)
    if already := told_before(room, actor, client_id):
        return already, False
    who = standing(actor, room)
    require(who.facilitates, _("Only a facilitator gives seats."), "not_a_participant")
    require_here(who)
    people = set(room.participants.values_list("person", flat=True))
    require(people.issuperset(seats), _("Somebody you chose has not been here. Please choose again."), "bad_frame")
    reflect = sum(seat == Seat.REFLECTOR for seat in seats.values())
    enough = not reflect or FEWEST_REFLECTORS <= reflect <= MOST_REFLECTORS
    require(enough, _("Please choose two, three or four people to reflect: they talk with each other."), "bad_frame")
    room.participants.exclude(person__in=list(seats)).update(part="")
    for seat in set(seats.values()):
        room.participants.filter(person__in=[person for person, given in seats.items() if given == seat]).update(part=seat.value)
    changes = {"others_listen": others_listen, "facilitated_at": timezone.now()}
    return change(room, RoomEvent.Kind.PARTS_SET, actor, changes, client_id=client_id), True


@transaction.atomic
def step_out(*, actor: User, room_id: uuid.UUID, client_id: uuid.UUID) -> Done:
    """Somebody is away for a while, for no reason that anybody asks. A turn they had comes to them again at the end."""
    room = locked(room_id, actor=actor)
    if already := told_before(room, actor, client_id):
        return already, False
    who = standing(actor, room)
    require_here(who)
    if who.away:
        return None
    away = {"stepped_out_at": timezone.now(), "hand_at": None}
    Participant.objects.update_or_create(room=room, person=actor, defaults=away)
    event = change(room, RoomEvent.Kind.STEPPED_OUT, actor, {}, client_id=client_id)
    keep_turns(room)
    return event, True


@transaction.atomic
def step_in(*, actor: User, room_id: uuid.UUID, client_id: uuid.UUID) -> Done:
    """They are back. The time between counts as having been here, whether or not their page was open."""
    room = locked(room_id, actor=actor)
    if already := told_before(room, actor, client_id):
        return already, False
    who = standing(actor, room)
    require_here(who)
    if not who.away:
        return None
    mine = room.participants.get(person=actor)
    _count_time_away(room, actor, mine)
    mine.stepped_out_at = None
    mine.save(update_fields=["stepped_out_at"])
    event = change(room, RoomEvent.Kind.STEPPED_IN, actor, {}, client_id=client_id)
    keep_turns(room)
    return event, True


def _count_time_away(room: Room, person: User, mine: Participant) -> None:
    """As a span of presence like any other. Who never had a socket here has no such spans, and gets none."""
    last = room.spans.filter(person=person).order_by("-started_at").first()
    if last is not None and mine.stepped_out_at is not None:
        times = {"started_at": mine.stepped_out_at, "seen_until": timezone.now()}
        PresenceSpan.objects.create(room=room, person=person, seat=last.seat, process=uuid.uuid4(), **times)
