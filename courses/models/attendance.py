"""How long somebody was there: minutes in each sitting, handed up by whoever holds the rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.models.cohorts import Membership, Sitting
from lms.permissions import Verb, parts_that

if TYPE_CHECKING:
    from lms.users.models import User


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(self, user: User | AnonymousUser) -> AttendanceQuerySet:
        """One's own, and those of the cohorts in which this person's part looks after who was there."""
        if not user.is_authenticated:
            return self.none()
        mine = Membership.objects.current().filter(person=user)
        seen = Q(sitting__block__cohort__in=mine.filter(part__in=parts_that(Verb.SEE_ATTENDANCE)).values("cohort"))
        if user.coordinates:  # coordinator wherever they have no other part
            seen |= ~Q(sitting__block__cohort__in=mine.values("cohort"))
        return self.filter(Q(person=user) | seen)


class Attendance(models.Model):
    """Somebody was there in a sitting for so many minutes. Whether that is enough is for people to say, not for this row."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="attendances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attendances")
    minutes = models.PositiveSmallIntegerField()
    of_minutes = models.PositiveSmallIntegerField()  # how long the sitting went on; shorter than planned if its room was closed early
    counted_at = models.DateTimeField(default=timezone.now)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sitting", "person"], name="attendance_once")]

    def __str__(self) -> str:
        return f"Attendance {self.pk}"
