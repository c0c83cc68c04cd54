"""That two people talked: each writes one sentence, and only these two read them. Sealed under both people's keys
(`courses.actions.conversations`)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models.cohorts import Cohort
from courses.models.modules import Activity

if TYPE_CHECKING:
    from lms.users.models import User

SENTENCE = 300  # characters


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: User | AnonymousUser) -> ConversationQuerySet:
        """The two who talked, whatever their part; nobody else, whatever theirs."""
        return self.filter(Q(first=user.pk) | Q(second=user.pk)) if user.is_authenticated and user.is_active else self.none()


class Conversation(models.Model):
    """Two people talked about an activity. It is done for both once both have said so."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="+")
    first = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    wrapped_key = models.BinaryField(null=True)  # opens with the keys of both people together
    first_sealed = models.BinaryField(null=True)
    second_sealed = models.BinaryField(null=True)
    # Empty, but for what the release before writes as long as a process of it is left. The next release has no such columns.
    first_words = models.CharField(max_length=SENTENCE, blank=True, default="", db_default="")
    second_words = models.CharField(max_length=SENTENCE, blank=True, default="", db_default="")
    first_at = models.DateTimeField(default=timezone.now)
    second_at = models.DateTimeField(null=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-first_at"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "activity", "first", "second"], name="conversation_once"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="conversation_of_two"),
        ]

    def __str__(self) -> str:
        return f"Conversation {self.pk}"

    @property
    def place(self) -> str:
        """To which its words are bound."""
        return f"courses.conversation:{self.pk}:{self.first_id}:{self.second_id}"
