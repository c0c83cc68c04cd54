"""Who is in a room, and whose way in has ended."""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from lms.floor import SEAT_LABELS, Seat

if TYPE_CHECKING:
    from lms.users.models import User
from live.models.rooms import Room

BY_PAGE = uuid.UUID(int=0)  # in place of a process: somebody reads the room's page anew, without scripts
LEASE = datetime.timedelta(seconds=45)  # how far ahead a process vouches for who is here


class Revocation(models.Model):
    """Somebody's way in has ended: every process closes the sockets it meant. `session` is a hash of a session's key."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    session = models.CharField(max_length=64, blank=True)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, null=True, related_name="+")  # empty: every room
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"Revocation {self.pk}"


class PresenceSpanQuerySet(models.QuerySet["PresenceSpan"]):
    def now(self) -> PresenceSpanQuerySet:
        """Who is here: what a process vouches for. A killed process's people leave when that ends."""
        return self.filter(seen_until__gt=timezone.now())

    def by_page_now(self, person: User) -> PresenceSpanQuerySet:
        """Where somebody is because they read the page."""
        return self.by_page_at(person.pk, timezone.now())

    def by_page_at(self, person: int, moment: datetime.datetime) -> PresenceSpanQuerySet:
        """The same by their number and for a given moment, for questions that are put together once."""
        return self.filter(person=person, process=BY_PAGE, seen_until__gt=moment)


class PresenceSpan(models.Model):
    """Somebody was in a room from then until then, by one process or by its page. While they are here `seen_until` lies ahead."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="spans")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seat = models.CharField(max_length=16, choices=[(seat.value, SEAT_LABELS[seat]) for seat in Seat])
    process = models.UUIDField()
    started_at = models.DateTimeField()
    seen_until = models.DateTimeField()
    vouched_at = models.DateTimeField(null=True)  # when their process said so last; by their page, or before there was this: empty

    objects = PresenceSpanQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "person", "process", "started_at"], name="span_once")]
        indexes = [models.Index(fields=["room", "seen_until"], name="span_now")]

    def __str__(self) -> str:
        return f"Span {self.pk}"
