"""The door of a room that may be full. What counts is people, not their browsers, and a place outlasts a dropped line."""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from live.actions.log import locked, require_signed
from live.models import Participant, PresenceSpan, Room
from live.permissions import PLACE_HELD, standing
from lms.permissions import require
from lms.users.models import User


@transaction.atomic
def come_in(*, actor: User, room_id: uuid.UUID) -> bool:
    """Takes a place in the room, or keeps the one that the actor has. False if it is full; nobody who is in loses theirs.

    Whoever facilitates or interprets always comes in: without them there is no room.
    """
    room = locked(room_id, actor=actor)
    who = standing(actor, room)
    require_signed(who)
    require(who.may_enter(), _("The room is not open for you just now."), "room_closed")
    if room.seminar.capacity is None or who.is_needed:
        return True
    places = places_taken(room)
    if not places.filter(person=actor).exists() and places.count() >= room.seminar.capacity:
        return False
    Participant.objects.update_or_create(room=room, person=actor, defaults={"came_at": timezone.now()})
    return True


def has_place(user: User, room: Room) -> bool:
    """Whether there is a place for this person to come back to."""
    return places_taken(room).filter(person=user).exists()


def places_taken(room: Room, now: datetime.datetime | None = None) -> QuerySet[Participant]:
    """Who has a place in a main room: whoever came in, or was there or in one of its small rooms within the last minutes."""
    since = (now or timezone.now()) - PLACE_HELD
    here = PresenceSpan.objects.filter(room__seminar=room.seminar_id, person=OuterRef("person"), seen_until__gt=since)
    return Participant.objects.filter(Q(came_at__gt=since) | Exists(here), room=room)
