"""What an author lets others read: a version of its own, with its own text, its readers and its end."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Cohort, Membership
from courses.models.journals import JournalEntry

if TYPE_CHECKING:
    from lms.users.models import User


def _open(share: str = "") -> models.Q:
    """Neither withdrawn nor past its end; `share` is the way to it, such as "share__"."""
    not_over = models.Q(**{f"{share}ends_at": None}) | models.Q(**{f"{share}ends_at__gt": timezone.now()})
    return not_over & models.Q(**{f"{share}withdrawn_at": None})


class SharedVersionQuerySet(models.QuerySet["SharedVersion"]):
    def open(self) -> SharedVersionQuerySet:
        """Neither withdrawn nor past their end."""
        return self.filter(_open())

    def visible_to(self, user: User | AnonymousUser) -> SharedVersionQuerySet:
        """The author's own, and those open ones a person was asked to read, while both are still in the cohort it was shared in."""
        if not user.is_authenticated:
            return self.none()
        here = Membership.objects.current().filter(cohort=models.OuterRef("cohort"))
        reader = ShareReader.objects.filter(share=models.OuterRef("pk"), person=user)
        mine = self.filter(entry__author=user)
        shared = self.open().filter(
            models.Exists(reader),
            models.Exists(here.filter(person=user)),
            models.Exists(here.filter(person=models.OuterRef("entry__author"))),
        )
        return self.filter(models.Q(pk__in=mine.values("pk")) | models.Q(pk__in=shared.values("pk")))


class SharedVersion(models.Model):
    """The whole entry as it stood, or a passage of it. Never changes; later edits are not visible until shared anew.

    Sealed under the entry's key, so that it goes with the entry.
    """

    is_open: bool  # on what `courses.reading.shares` asks for

    class Manner(models.TextChoices):
        READ = "read", _("Just read")
        REFLECT = "reflect", _("Reflect back")
        TALK = "talk", _("Talk about it live")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(JournalEntry, on_delete=models.CASCADE, related_name="shares")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")  # in which it is shared
    client_id = models.UUIDField(default=uuid.uuid4)
    manner = models.CharField(max_length=8, choices=Manner.choices)
    passage = models.BooleanField()  # a passage, not the whole entry
    title_sealed = models.BinaryField()
    body_sealed = models.BinaryField()
    shared_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = SharedVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-shared_at"]
        constraints = [models.UniqueConstraint(fields=["entry", "client_id"], name="shared_once")]

    def __str__(self) -> str:
        return f"Shared version {self.pk}"  # never the words

    def is_over(self) -> bool:
        """Withdrawn or past its end: only its author still sees it."""
        return self.withdrawn_at is not None or (self.ends_at is not None and self.ends_at <= timezone.now())


class ShareReader(models.Model):
    """Somebody who may read a shared version, and when they did: shown to the author, and the reader knows."""

    reads_now: bool  # on what `courses.reading.shares` asks for

    share = models.ForeignKey(SharedVersion, on_delete=models.CASCADE, related_name="readers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    first_opened_at = models.DateTimeField(null=True)
    last_opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["share", "person"], name="reader_once")]

    def __str__(self) -> str:
        return f"Reader {self.pk}"


class ShareResponseQuerySet(models.QuerySet["ShareResponse"]):
    def visible_to(self, user: User | AnonymousUser) -> ShareResponseQuerySet:
        """One's own; those beside one's own entries; and what an author answered to one's own while one may read what it is about.

        Readers of the same passage do not read each other's: each of them speaks with the author.
        """
        if not user.is_authenticated:
            return self.none()
        to_me = models.Q(answers__author=user, share__in=SharedVersion.objects.visible_to(user).values("pk"))
        return self.filter(models.Q(author=user) | models.Q(share__entry__author=user) | to_me)

    def unanswered_by(self, author: User) -> ShareResponseQuerySet:
        """What readers said beside this author's own entries and the author, who still can, has not answered."""
        answered = ShareResponse.objects.filter(answers=models.OuterRef("pk"), author=author)
        said = self.filter(_open("share__"), share__entry__author=author, withdrawn_at=None, answers=None)
        return said.filter(~models.Exists(answered)).exclude(author=author)


class ShareResponse(models.Model):
    """Words in the margin, beside the words they answer. By a reader who was asked to reflect back, or by the author in answer.

    Sealed twice: under a key wrapped by the responder's, inside the entry's. Whoever of the two is erased, it is unreadable.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    share = models.ForeignKey(SharedVersion, on_delete=models.CASCADE, related_name="responses")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField(default=uuid.uuid4)
    answers = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="answered_by")
    wrapped_key = models.BinaryField()
    quoted_sealed = models.BinaryField()  # plain words of the shared text that it stands beside; may be none
    body_sealed = models.BinaryField()
    said_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)  # the words are gone then, the place stays

    objects = ShareResponseQuerySet.as_manager()

    class Meta:
        ordering = ["said_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["share", "author", "client_id"], name="response_sent_once")]

    def __str__(self) -> str:
        return f"Response {self.pk}"
