"""Earlier versions of journal entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone

from courses.models.journals import JournalEntry

if TYPE_CHECKING:
    from lms.users.models import User


class JournalRevisionQuerySet(models.QuerySet["JournalRevision"]):
    def visible_to(self, user: User | AnonymousUser) -> JournalRevisionQuerySet:
        """Of a person's own entries, nobody else's, whatever her part."""
        return self.filter(entry__author=user) if user.is_authenticated else self.none()


class JournalRevision(models.Model):
    """An entry as it stood: at most one every ten minutes, and one at each share. Sealed under the entry's key, bound to its version."""

    entry = models.ForeignKey(JournalEntry, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()  # the entry's version whose words these are
    title_sealed = models.BinaryField()
    body_sealed = models.BinaryField()
    kept_at = models.DateTimeField(default=timezone.now)

    objects = JournalRevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["entry", "version"], name="revision_once")]

    def __str__(self) -> str:
        return f"Revision {self.pk}"
