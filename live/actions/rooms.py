"""Opening and closing a room."""

from __future__ import annotations

import time
import uuid

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from live.actions.log import append, locked, require_signed
from live.actions.phases import begin
from live.actions.records import purge
from live.models import PresenceSpan, Room, RoomEvent
from live.permissions import AFTER, standing
from lms.floor import Phase
from lms.permissions import require
from lms.queue import enqueue
from lms.users.models import User

AT_ONCE = 100  # rooms that one sweep closes


@transaction.atomic
def close_room(*, actor: User, room_id: uuid.UUID) -> None:
    """Ends the conversation: nobody speaks, sockets close, the record stays as announced."""
    room = locked(room_id)
    require(standing(actor, room).facilitates, _("Only a facilitator closes the room."), "not_a_participant")
    shut_with_small(room, actor)


@transaction.atomic
def open_room(*, actor: User, room_id: uuid.UUID) -> None:
    """Opens a room before its time, or again after it was closed; then everybody has the seat of their part again."""
    room = locked(room_id)
    who = standing(actor, room)
    require(who.facilitates, _("Only a facilitator opens the room."), "not_a_participant")
    require_signed(who)
    require(room.seminar.called_off_at is None, _("This was called off."), "room_closed")
    Room.objects.filter(pk=room.pk).update(opened_at=timezone.now(), closed_at=None, closes_at=None, purged_at=None)
    if room.closes_at is not None and room.closed_at is None:  # whoever sits in it was told that it ends
        append(room, RoomEvent.Kind.SMALL_OPENED, actor, data={"stays": True})
    if room.phase == Phase.CLOSED:
        room.participants.exclude(part="").update(part="")
        Room.objects.filter(pk=room.pk).update(others_listen=False)
        room.others_listen = False
        begin(room, Phase.CONVERSATION, actor)


def shut(room: Room, actor: User | None) -> None:
    """Closes a locked room, once; where nothing is kept its words go in the same transaction. Nobody (None) is the clock."""
    if room.closed_at is None:
        room.closed_at = timezone.now()
        Room.objects.filter(pk=room.pk).update(closed_at=room.closed_at)
        if not room.seminar.keeps_text:
            purge(room)
        begin(room, Phase.CLOSED, actor)
        if room.seminar.sitting_id and room.kind == Room.Kind.MAIN:
            enqueue("live.count_minutes", seminar_id=str(room.seminar_id))


def shut_with_small(room: Room, actor: User | None) -> None:
    """A locked room, and, of a main room, the small ones beside it."""
    if room.kind == Room.Kind.MAIN:
        for small in Room.objects.small_of(room).order_by("pk").values_list("pk", flat=True):
            shut(locked(small), actor)
    shut(room, actor)


def close_what_is_over() -> int:
    """By the clock: small rooms that were called back, rooms that nobody closed in their time, of which nothing is kept or which are
    small, and rooms of groups that everybody has left. Returns how many."""
    now = timezone.now()
    late = Q(seminar__ends_at__lte=now - AFTER) & (Q(seminar__keeps_text=False) | Q(kind=Room.Kind.SMALL))
    lately = PresenceSpan.objects.filter(room=OuterRef("pk"), seen_until__gt=now - AFTER)
    left = Q(seminar__group__isnull=False, opened_at__lte=now - AFTER) & ~Q(Exists(lately))
    over = Room.objects.filter(Q(closes_at__lte=now) | late | left, closed_at=None)
    due = list(over.values_list("pk", flat=True)[:AT_ONCE])
    for pk in due:
        with transaction.atomic():
            shut(locked(pk), None)
    return len(due)


def renumber_rooms() -> int:
    """After a restore, for whoever runs the server: what browsers hold no longer fits, so each reads its room anew. Returns how many.

    The new epoch is the time, in seconds since 1970: higher than any that was given out since the backup, whatever became of that.
    """
    return Room.objects.update(epoch=Greatest(F("epoch") + 1, Value(int(time.time()))))
