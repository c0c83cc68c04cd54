"""The reflective journal. Rows hold sealed bytes; courses.actions.journals opens them for their author and nobody else."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone

from courses.models.cohorts import Cohort
from courses.models.modules import Activity

if TYPE_CHECKING:
    from lms.users.models import User


class JournalEntryQuerySet(models.QuerySet["JournalEntry"]):
    def visible_to(self, user: User | AnonymousUser) -> JournalEntryQuerySet:
        """A person's own entries, nobody else's, whatever her part."""
        return self.filter(author=user) if user.is_authenticated else self.none()


class JournalEntry(models.Model):
    """One entry. client_id is the browser's name for it, so an autosave sent twice makes one entry."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField(default=uuid.uuid4)
    cohort = models.ForeignKey(Cohort, on_delete=models.SET_NULL, null=True, related_name="+")  # in which it was written
    activity = models.ForeignKey(Activity, on_delete=models.SET_NULL, null=True, related_name="+")  # whose prompt it answers
    wrapped_key = models.BinaryField()  # the entry's key under its author's
    title_sealed = models.BinaryField()
    body_sealed = models.BinaryField()  # HTML cleaned by lms.richtext, then sealed
    shown_kept = models.BooleanField(default=False)  # ticked by the author: the course may know that it was kept, and nothing else
    version = models.PositiveIntegerField(default=1)  # raised by each change; a save from an older one is a conflict
    cleaned_with = models.CharField(max_length=20, default="")
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(default=timezone.now)

    objects = JournalEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["author", "-created_at"], name="journal_by_date"),
            # So that what was written about, and where, is known without walking through sealed words.
            models.Index(fields=["author", "activity"], name="journal_by_activity"),
            models.Index(fields=["author", "cohort"], name="journal_by_cohort"),
        ]
        constraints = [models.UniqueConstraint(fields=["author", "client_id"], name="entry_sent_once")]

    def __str__(self) -> str:
        return f"Entry {self.pk}"  # never the words: this reaches logs
