"""Exports of one's own journal, made by the worker."""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Cohort

if TYPE_CHECKING:
    from lms.users.models import User

KEPT_FOR = datetime.timedelta(days=1)  # how long a file that nobody takes waits


class JournalExportQuerySet(models.QuerySet["JournalExport"]):
    def visible_to(self, user: User | AnonymousUser) -> JournalExportQuerySet:
        """One's own."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def due(self) -> JournalExportQuerySet:
        """Neither made nor given up, and nobody is just making it."""
        free = models.Q(lease_until=None) | models.Q(lease_until__lt=timezone.now())
        return self.filter(free, made_at=None, given_up_at=None)

    def old(self) -> JournalExportQuerySet:
        """Made, not taken, and past their day: the file has to go."""
        return self.filter(made_at__lte=timezone.now() - KEPT_FOR).exclude(content_sealed=None)


class JournalExport(models.Model):
    """A person asked for their journal, or their hours in a cohort. The file is sealed under their key, and taken once, within a day."""

    class Form(models.TextChoices):
        PDF = "pdf", _("PDF, to print or keep")
        MARKDOWN = "markdown", _("A folder of Markdown files")
        HTML = "html", _("One HTML file")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, null=True, related_name="+")  # not the journal: the hours kept in it
    form = models.CharField(max_length=8, choices=Form.choices)
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    asked_at = models.DateTimeField(default=timezone.now)
    entries = models.PositiveIntegerField(default=0)  # how many there are
    entries_done = models.PositiveIntegerField(default=0)  # how many are in it already: the progress shown
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    wrapped_key = models.BinaryField(null=True)
    content_sealed = models.BinaryField(null=True)  # gone once taken or a day old
    made_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    objects = JournalExportQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"Export {self.pk}"

    @property
    def state(self) -> str:
        """ "making", "ready", "taken", "over" (nobody took it within its day) or "failed"."""
        if self.taken_at is not None:
            return "taken"
        if self.made_at is not None:
            return "ready" if self.made_at > timezone.now() - KEPT_FOR else "over"
        return "failed" if self.given_up_at is not None else "making"

    @property
    def until(self) -> datetime.datetime | None:
        """When the file goes, taken or not."""
        return self.made_at + KEPT_FOR if self.made_at else None
