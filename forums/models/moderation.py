"""What members and trainers do so that everybody can go on talking: flags, holds, acts with their reasons, claims."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Cohort, ContactRequest
from courses.permissions import part_in
from forums.models.forums import Forum
from forums.models.posts import Post
from forums.models.threads import Thread
from lms.permissions import Part, Verb, may

if TYPE_CHECKING:
    from lms.users.models import User

ANSWER_LENGTH = 2000


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, user: User | AnonymousUser) -> FlagQuerySet:
        """A person's own. Trainers meet the others on the page of the post (`forums.reading.moderation`)."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def waiting(self) -> FlagQuerySet:
        """At which no trainer has looked yet."""
        return self.filter(settled_at=None)


REASON_LENGTH = 300


class Flag(models.Model):
    """Somebody asks for a post to be looked at. Who it was is for the trainers, never for the author.

    Of a worry the words are not here: they are in the request to the aftercare contact, sealed.
    """

    class Kind(models.TextChoices):
        IDENTIFIES = "identifies", _("This identifies someone")
        HURTS = "hurts", _("This hurts")
        WORRIED = "worried", _("I am worried about this person")  # goes at once to the aftercare contact
        OTHER = "other", _("Something else")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="flags")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    words = models.CharField(max_length=1000, blank=True)
    request = models.ForeignKey(ContactRequest, on_delete=models.SET_NULL, null=True, related_name="+")  # of a worry
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["post", "person", "kind"], condition=Q(settled_at=None), name="flag_open_once")]
        indexes = [models.Index(fields=["post"], condition=Q(settled_at=None), name="flag_open")]

    def __str__(self) -> str:
        return f"Flag {self.pk}"


class PostCheck(models.Model):
    """A post went out although the check noticed something: what kinds, and the author's reason. Never the words it noticed."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="check_passed")
    kinds = models.JSONField(default=list)  # of lms.identifying
    reason = models.CharField(max_length=REASON_LENGTH)
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"Post check {self.pk}"


class HoldQuerySet(models.QuerySet["Hold"]):
    def visible_to(self, user: User | AnonymousUser, cohort: Cohort, part: Part | None = None) -> HoldQuerySet:
        """Those of the forums a trainer looks after here. Whom it concerns reads of it in the act that began it."""
        part = part or part_in(user, cohort)
        if not may(part, Verb.MODERATE):
            return self.none()
        return self.filter(forum__in=Forum.objects.visible_to(user, cohort, part))

    def current(self) -> HoldQuerySet:
        return self.filter(ended_at=None, until__gt=timezone.now())


class Hold(models.Model):
    """Until then, posts of a person in a forum, or everybody's in a thread, wait for a trainer's approval."""

    forum = models.ForeignKey(Forum, on_delete=models.CASCADE, related_name="holds")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, null=True, related_name="holds")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    until = models.DateTimeField()
    why = models.CharField(max_length=400)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)  # a trainer ended it before its time

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(thread=None, person__isnull=False) | Q(thread__isnull=False, person=None), name="hold_of_thread_or_person"
            )
        ]

    def __str__(self) -> str:
        return f"Hold {self.pk}"


class ActQuerySet(models.QuerySet["ModerationAct"]):
    def visible_to(self, user: User | AnonymousUser, cohort: Cohort, part: Part | None = None) -> ActQuerySet:
        """In full: what concerns this person here; and to trainers everything in the forums they look after."""
        part = part or part_in(user, cohort)
        if not user.is_authenticated or not may(part, Verb.SEE_FORUM):
            return self.none()
        here = Q(forum__cohort=cohort) | Q(forum__programme=cohort.programme_id)
        seen = Q(person=user) & here
        if may(part, Verb.MODERATE):
            seen |= Q(forum__in=Forum.objects.visible_to(user, cohort, part))
        return self.filter(seen)

    def in_general(self) -> ActQuerySet:
        """What members of the forum read of it: without the person, the reason and the post, which are not even fetched."""
        return self.filter(in_log=True).defer("why", "person", "post")


class ModerationAct(models.Model):
    """One thing a trainer did (or somebody who asked to talk first), with the reason: for the person concerned in full, for the
    members of the forum in general. Never changed, never deleted but with its forum."""

    class Verb(models.TextChoices):
        HIDE = "hide", _("hid a post")
        RESTORE = "restore", _("showed a post again")
        REWORK = "rework", _("asked for other words")
        MOVE = "move", _("moved a thread")
        SPLIT = "split", _("divided a thread")
        MERGE = "merge", _("joined two threads")
        LOCK = "lock", _("closed a thread to answers")
        UNLOCK = "unlock", _("opened a thread to answers again")
        PIN = "pin", _("put a thread first")
        UNPIN = "unpin", _("no longer puts a thread first")
        SLOW = "slow", _("changed how often one may post in a thread")
        HOLD = "hold", _("looks at posts before they are shown")
        END_HOLD = "end_hold", _("no longer looks at posts beforehand")
        APPROVE = "approve", _("let a post through")
        DECLINE = "decline", _("did not let a post through")
        PAUSE = "pause", _("asked for a post to rest while people talk")
        SETTLE = "settle", _("looked at a flag")
        RENAME = "rename", _("gave a thread another title")

    forum = models.ForeignKey(Forum, on_delete=models.CASCADE, related_name="acts")
    thread = models.ForeignKey(Thread, on_delete=models.SET_NULL, null=True, related_name="acts")
    post = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="acts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")  # whom it concerns
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=10, choices=Verb.choices)
    why = models.CharField(max_length=400, blank=True)
    until = models.DateTimeField(null=True)
    in_log = models.BooleanField(default=True)  # one row for each person concerned; of these the log shows the first
    at = models.DateTimeField(default=timezone.now)

    objects = ActQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["forum", "-at"], name="act_by_forum"), models.Index(fields=["person", "-at"], name="act_by_person")]

    def __str__(self) -> str:
        return f"Moderation act {self.pk}"


class ActAnswer(models.Model):
    """What the person concerned says to an act, and what trainers say to that. They and the trainers read it."""

    act = models.ForeignKey(ModerationAct, on_delete=models.CASCADE, related_name="answers")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField(default=uuid.uuid4)
    words = models.TextField(max_length=ANSWER_LENGTH)  # plain
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["act", "author", "client_id"], name="act_answered_once")]

    def __str__(self) -> str:
        return f"Answer {self.pk}"


class ClaimQuerySet(models.QuerySet["Claim"]):
    def current(self) -> ClaimQuerySet:
        return self.filter(until__gt=timezone.now())


class Claim(models.Model):
    """A trainer is looking at a post of the queue; until then nobody else acts on it."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="claim")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    objects = ClaimQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Claim {self.pk}"
