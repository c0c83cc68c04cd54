"""How somebody will be there: their answer to the before-you-join card."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from live.actions.log import change, locked
from live.models import Participant, Revocation, RoomEvent
from live.permissions import can_choose_way, standing
from lms.permissions import require
from lms.users.models import User


@transaction.atomic
def choose_way(*, actor: User, room_id: uuid.UUID, way: str) -> Participant:
    """Takes part, watches from a listening seat, or sits this one out; may be changed as long as the room is not over.

    Watching is a listening seat, unless a facilitator gave another. Whoever is in the room already comes back within a second with
    the seat they have now.
    """
    room = locked(room_id, actor=actor)
    before = standing(actor, room)
    require(can_choose_way(before), _("There is nothing to choose here any more."))
    participant, _fresh = Participant.objects.update_or_create(room=room, person=actor, defaults={"way": way})
    if standing(actor, room).seat != before.seat and room.spans.now().exists():
        change(room, RoomEvent.Kind.ORDER_CHANGED, actor, {})  # the circle of those who are here
        if room.spans.now().filter(person=actor).exists():
            Revocation.objects.create(person=actor, room=room)
    return participant
