"""Words that stayed with somebody, and notes to oneself: taken from a room or a thread into one's own journal and nowhere else."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone

from courses.models.cohorts import Cohort

if TYPE_CHECKING:
    from lms.users.models import User


LONGEST_WORDS, LONGEST_NOTE = 2_000, 5_000  # characters


class KeptWordsQuerySet(models.QuerySet["KeptWords"]):
    def visible_to(self, user: User | AnonymousUser) -> KeptWordsQuerySet:
        """A person's own, nobody else's; not even whose words they were."""
        return self.filter(author=user) if user.is_authenticated else self.none()


class KeptWords(models.Model):
    """What somebody kept: words, a note of their own, or both. Words, note and the trace of where they came from are sealed under a
    key of their own, wrapped by the keeper's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField(default=uuid.uuid4)
    cohort = models.ForeignKey(Cohort, on_delete=models.SET_NULL, null=True, related_name="+")  # where they were said
    wrapped_key = models.BinaryField()
    words_sealed = models.BinaryField()  # plain text, as it was said
    note_sealed = models.BinaryField()  # plain text
    source_sealed = models.BinaryField()  # JSON: its name in courses.signals.sources_asked, and a label
    created_at = models.DateTimeField(default=timezone.now)

    objects = KeptWordsQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["author", "-created_at"], name="kept_words_by_date")]
        constraints = [models.UniqueConstraint(fields=["author", "client_id"], name="words_kept_once")]

    def __str__(self) -> str:
        return f"Kept words {self.pk}"  # never the words
