"""How long somebody's journal of a cohort is kept: announced to its author, extended by them, then removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models

from courses.models.cohorts import Cohort

if TYPE_CHECKING:
    from lms.users.models import User


class JournalKeepingQuerySet(models.QuerySet["JournalKeeping"]):
    def visible_to(self, user: User | AnonymousUser) -> JournalKeepingQuerySet:
        """One's own."""
        return self.filter(person=user) if user.is_authenticated else self.none()


class JournalKeeping(models.Model):
    """One person's journal of one cohort. There is a row once something was said or asked about it; it holds no words and no amounts."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    keep_until = models.DateField()  # the last day, if it is later than the cohort's own
    announced = models.PositiveSmallIntegerField(null=True)  # how many days before it the last letter said so
    removed_at = models.DateTimeField(null=True)  # when what had been written was removed

    objects = JournalKeepingQuerySet.as_manager()

    class Meta:
        ordering = ["keep_until"]
        constraints = [models.UniqueConstraint(fields=["person", "cohort"], name="keeping_once")]

    def __str__(self) -> str:
        return f"Keeping {self.pk}"
