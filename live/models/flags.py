"""Messages that somebody asked to have looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from lms.permissions import Verb

if TYPE_CHECKING:
    from lms.users.models import User
from live.models.log import RoomEvent
from live.models.rooms import Room
from live.models.sight import cohorts_of

REASON_LENGTH = 400


class RoomFlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, user: User | AnonymousUser) -> RoomFlagQuerySet:
        """What somebody pointed out, and what was pointed out of theirs; and whoever facilitates in the cohort, everything else."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        theirs = Q(room__seminar__cohort__in=cohorts_of(user, Verb.FACILITATE)) | Q(person=user) | Q(author=user)
        return self.filter(theirs, keep_until__gt=timezone.now(), room__seminar__cohort__in=cohorts_of(user, Verb.ENTER_ROOM))

    def waiting(self) -> RoomFlagQuerySet:
        return self.filter(settled_at=None)


class Flag(models.Model):
    """A message that somebody asked to have looked at. It keeps the words itself, so that they outlast a room of which nothing is
    kept: until a facilitator has dealt with it, and no longer than `keep_until`."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="flags")
    event = models.ForeignKey(RoomEvent, on_delete=models.CASCADE, related_name="flags")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")  # whose words they are
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")  # who pointed them out
    reason = models.CharField(max_length=REASON_LENGTH)
    words = models.TextField(blank=True)  # as they stood; empty once dealt with
    at = models.DateTimeField(default=timezone.now)
    keep_until = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=REASON_LENGTH, blank=True)  # what a facilitator did, for both of them

    objects = RoomFlagQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="room_flag_once")]

    def __str__(self) -> str:
        return f"Flag {self.pk}"
