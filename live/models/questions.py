"""Questions that wait beside a talk."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.permissions import Verb

if TYPE_CHECKING:
    from lms.users.models import User
from live.models.rooms import Participant, Room
from live.models.sight import cohorts_of

QUESTION_LENGTH = 1000
SENTENCE_LENGTH = 400


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: User | AnonymousUser) -> QuestionQuerySet:
        """In the rooms that this person may enter: what waits, one's own, and for who hosts there what was set aside."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        hosts = Participant.objects.filter(room=OuterRef("room"), person=user, hosts=True)
        facilitates = Q(room__seminar__cohort__in=cohorts_of(user, Verb.FACILITATE))
        seen = Q(state=Question.State.WAITING) | Q(author=user) | ((facilitates | Exists(hosts)) & Q(state=Question.State.SET_ASIDE))
        here = self.filter(room__seminar__cohort__in=cohorts_of(user, Verb.ENTER_ROOM))
        return here.filter(seen).exclude(state=Question.State.WITHDRAWN)

    def in_order_for(self, user: User) -> QuestionQuerySet:
        """One's own first, then those of others that wait, as they came, then the rest; each with what others added."""
        place = Case(When(author=user, then=0), When(state=Question.State.WAITING, then=1), default=2)
        taken_up = Prefetch("taken_up", TakenUp.objects.select_related("author"))
        return self.order_by(place, "at", "pk").select_related("author", "settled_by").prefetch_related(taken_up)


class Question(models.Model):
    """Something to ask in a talk. It waits beside it; brought in, its words stand in the room's log and no longer here."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        BROUGHT_IN = "brought_in", _("Brought in")
        SET_ASIDE = "set_aside", _("Set aside")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="questions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField()
    text = models.TextField(max_length=QUESTION_LENGTH, blank=True)  # as written
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    at = models.DateTimeField(default=timezone.now)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=SENTENCE_LENGTH, blank=True)  # why it was set aside
    seq = models.PositiveBigIntegerField(null=True)  # where it stands in the log

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["room", "author", "client_id"], name="question_asked_once")]
        indexes = [models.Index(fields=["room", "state"], name="question_waiting")]

    def __str__(self) -> str:
        return f"Question {self.pk}"  # never the words: this reaches logs


class TakenUp(models.Model):
    """Somebody takes up another's question: with a sentence of their own, never by a vote."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="taken_up")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=SENTENCE_LENGTH)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["question", "author"], name="taken_up_once")]

    def __str__(self) -> str:
        return f"Taken up {self.pk}"
