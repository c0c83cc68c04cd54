"""What a trainer writes about a trainee. The trainee reads all of it and can answer; there are no other notes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.models.cohorts import Cohort, Membership
from lms.permissions import Verb, parts_that

if TYPE_CHECKING:
    from lms.users.models import User

NOTE_LENGTH = 4000


class TrainerNoteQuerySet(models.QuerySet["TrainerNote"]):
    def visible_to(self, user: User | AnonymousUser) -> TrainerNoteQuerySet:
        """Those about this person, wherever they were written, and those of the cohorts in which their part writes notes now."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        here = Membership.objects.current().filter(person=user, part__in=parts_that(Verb.WRITE_NOTES))
        return self.filter(Q(about=user) | Q(cohort__in=here.values("cohort")))

    def for_page(self) -> TrainerNoteQuerySet:
        """With who wrote it and about whom, and with what was answered. Two queries."""
        answers = models.Prefetch("answers", NoteAnswer.objects.select_related("author"))
        return self.select_related("author", "about", "cohort").prefetch_related(answers)


class TrainerNote(models.Model):
    """Plain words about somebody, for that person and the trainers of the cohort. Whoever is written about is told, each time.

    Taken back, the words are gone for everybody and the place stays for everybody: nothing is left that only one side sees.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    about = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField(default=uuid.uuid4)
    words = models.TextField(max_length=NOTE_LENGTH, blank=True)  # empty once taken back
    said_at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True)

    objects = TrainerNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-said_at"]
        constraints = [models.UniqueConstraint(fields=["author", "client_id"], name="note_sent_once")]
        indexes = [models.Index(fields=["about", "cohort", "said_at"], name="note_about")]

    def __str__(self) -> str:
        return f"Note {self.pk}"  # never the words


class NoteAnswerQuerySet(models.QuerySet["NoteAnswer"]):
    def visible_to(self, user: User | AnonymousUser) -> NoteAnswerQuerySet:
        """Those of the notes that this person sees."""
        return self.filter(note__in=TrainerNote.objects.visible_to(user).values("pk"))


class NoteAnswer(models.Model):
    """Words beside a note: by whom it is about, or by a trainer. Whoever sees the note sees all of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    note = models.ForeignKey(TrainerNote, on_delete=models.CASCADE, related_name="answers")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField(default=uuid.uuid4)
    words = models.TextField(max_length=NOTE_LENGTH, blank=True)
    said_at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True)

    objects = NoteAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["said_at"]
        constraints = [models.UniqueConstraint(fields=["author", "client_id"], name="note_answered_once")]

    def __str__(self) -> str:
        return f"Answer {self.pk}"
