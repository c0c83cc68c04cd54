"""How long somebody was there: minutes in each sitting, counted by its room, noted by people, and corrected with a reason."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Membership, Sitting
from lms.permissions import Verb, parts_that

if TYPE_CHECKING:
    from lms.users.models import User


def _seen_by(user: User) -> Q:
    """One's own, and those of the cohorts in which this person's part looks after who was there."""
    mine = Membership.objects.current().filter(person=user)
    seen = Q(sitting__block__cohort__in=mine.filter(part__in=parts_that(Verb.SEE_ATTENDANCE)).values("cohort"))
    if user.coordinates:  # coordinator wherever they have no other part
        seen |= ~Q(sitting__block__cohort__in=mine.values("cohort"))
    return Q(person=user) | seen


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(self, user: User | AnonymousUser) -> AttendanceQuerySet:
        return self.filter(_seen_by(user)) if user.is_authenticated else self.none()

    def counted_by_room(self) -> AttendanceQuerySet:
        return self.filter(room_minutes__isnull=False)


class Attendance(models.Model):
    """Somebody was there in a sitting for so many minutes. Whether that is enough is for people to say, not for this row."""

    class Source(models.TextChoices):
        """Whose word `minutes` are. A person's word stands against what the room counts later."""

        ROOM = "room", _("Counted by the room")
        SHEET = "sheet", _("Noted by a trainer")
        DOOR = "door", _("Said at the door")
        CORRECTED = "corrected", _("Corrected")

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="attendances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attendances")
    minutes = models.PositiveSmallIntegerField()
    of_minutes = models.PositiveSmallIntegerField()  # how long the sitting went on; shorter than planned if its room was closed early
    source = models.CharField(max_length=9, choices=Source.choices, default=Source.ROOM, db_default=Source.ROOM.value)
    room_minutes = models.PositiveSmallIntegerField(null=True)  # what the room counted, if there was one
    counted_at = models.DateTimeField(default=timezone.now)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sitting", "person"], name="attendance_once")]

    def __str__(self) -> str:
        return f"Attendance {self.pk}"


class AttendanceMarkQuerySet(models.QuerySet["AttendanceMark"]):
    def visible_to(self, user: User | AnonymousUser) -> AttendanceMarkQuerySet:
        return self.filter(_seen_by(user)) if user.is_authenticated else self.none()


class AttendanceMark(models.Model):
    """Somebody said how long a person was there: from the sheet, at the door, or as a correction. Rows are only ever added.

    A correction has a reason, sealed under the key of whom it concerns; they see it and may answer, once, on the same row.
    """

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="marks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attendance_marks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    source = models.CharField(max_length=9, choices=Attendance.Source.choices)
    client_id = models.UUIDField(default=uuid.uuid4)
    from_minutes = models.PositiveSmallIntegerField(null=True)  # what stood there before; empty: nothing did
    minutes = models.PositiveSmallIntegerField()
    of_minutes = models.PositiveSmallIntegerField()
    late_minutes = models.PositiveSmallIntegerField(default=0)
    early_minutes = models.PositiveSmallIntegerField(default=0)  # left so long before the end
    noted_at = models.DateTimeField(default=timezone.now)  # by the clock of whoever noted it: a phone may have been offline
    at = models.DateTimeField(default=timezone.now)
    wrapped_key = models.BinaryField(null=True)
    reason_sealed = models.BinaryField(null=True)
    answer_sealed = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)

    objects = AttendanceMarkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["sitting", "by", "client_id"], name="attendance_marked_once")]
        indexes = [models.Index(fields=["sitting", "person"], name="attendance_marks")]

    def __str__(self) -> str:
        return f"Attendance mark {self.pk}"

    @property
    def place(self) -> str:
        return f"courses.attendancemark:{self.client_id}:{self.person_id}"

    @property
    def sealed_for(self) -> int:
        return self.person_id
