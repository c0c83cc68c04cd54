"""The door of a room that may be full. What counts is people, not their browsers, and a place outlasts a dropped line."""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from live.actions.log import locked_with, require_signed
from live.models import Participant, PresenceSpan, Room
from live.permissions import PLACE_HELD, asked_of_standing, standing_by
from lms.permissions import require
from lms.prepared import Prepared
from lms.users.models import User


@transaction.atomic
def come_in(*, actor: User, room_id: uuid.UUID) -> bool:
    """Takes a place in the room, or keeps the one that the actor has. False if it is full; nobody who is in loses theirs.

    Whoever facilitates or interprets always comes in: without them there is no room. Everybody else of six hundred waits while one comes
    in, so all that is asked under the lock is asked in one trip.
    """
    now = timezone.now()
    asked = (_people_with_place.asked(room=room_id, since=now - PLACE_HELD), *asked_of_standing(actor.pk, room_id))
    room, (places, *seat) = locked_with(room_id, *asked, actor=actor)
    who = standing_by(actor, room, *seat)
    require_signed(who)
    require(who.may_enter(), _("The room is not open for you just now."), "room_closed")
    if room.seminar.capacity is None or who.is_needed:
        return True
    if (actor.pk,) not in places and len(places) >= room.seminar.capacity:
        return False
    mine = Participant(room=room, person=actor, came_at=now)
    Participant.objects.bulk_create([mine], update_conflicts=True, unique_fields=["room", "person"], update_fields=["came_at"])
    return True


def has_place(user: User, room: Room) -> bool:
    """Whether there is a place for this person to come back to."""
    return places_taken(room).filter(person=user).exists()


def places_taken(room: Room, now: datetime.datetime | None = None) -> QuerySet[Participant]:
    """Who has a place in a main room: whoever came in, or was there or in one of its small rooms within the last minutes."""
    return _with_place(room.pk, (now or timezone.now()) - PLACE_HELD)


def _with_place(room: uuid.UUID, since: datetime.datetime) -> QuerySet[Participant]:
    here = PresenceSpan.objects.filter(room__seminar=OuterRef("room__seminar"), person=OuterRef("person"), seen_until__gt=since)
    return Participant.objects.filter(Q(came_at__gt=since) | Exists(here), room=room)


@Prepared
def _people_with_place(*, room: uuid.UUID, since: datetime.datetime) -> QuerySet[Participant, tuple[int]]:
    return _with_place(room, since).values_list("person")
