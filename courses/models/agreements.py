"""The agreement of a cohort: the text that is being written, what is proposed for it, and the versions people signed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Cohort

if TYPE_CHECKING:
    from lms.users.models import User

LONGEST_TITLE = 120
LONGEST_WORDS = 4000
LONGEST_REMARK = 2000  # of a comment
LONGEST_WHY = 600  # a sentence or two: why something is proposed, why it is not taken up


class Covers(models.TextChoices):
    """What an agreement has to speak of before anybody can sign it."""

    CONFIDENTIALITY = "confidentiality", _("where confidentiality ends")
    DISGUISE = "disguise", _("how people met at work are disguised")
    ROOM = "room", _("a private room and headphones")
    PICTURES = "pictures", _("no pictures of the screen")
    INTERPRETERS = "interpreters", _("what interpreters hear")


class PassageQuerySet(models.QuerySet["Passage"]):
    def visible_to(self, user: User | AnonymousUser) -> PassageQuerySet:
        """Those of the cohorts this person belongs to now. Everybody who signs reads."""
        return self.filter(cohort__in=Cohort.objects.visible_to(user))

    def standing(self) -> PassageQuerySet:
        """What has not been taken out."""
        return self.filter(removed_at=None)


class Passage(models.Model):
    """One numbered passage of the text that is being written. `version` goes up with each change, so that nobody writes over another."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="passages")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=LONGEST_TITLE)
    words = models.TextField()  # plain
    covers = models.JSONField(default=list)  # of Covers, as whoever froze the text said last
    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True)

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"Passage {self.pk}"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: User | AnonymousUser) -> ProposalQuerySet:
        """Those of the cohorts this person belongs to now."""
        return self.filter(cohort__in=Cohort.objects.visible_to(user))

    def waiting(self) -> ProposalQuerySet:
        return self.filter(state=Proposal.State.OPEN)


class Proposal(models.Model):
    """What somebody would have the text say. It holds the passage as it stood, so that both can be shown whatever happened since."""

    class Kind(models.TextChoices):
        CHANGE = "change", _("Other words")
        NEW = "new", _("A new passage")
        REMOVE = "remove", _("To take this passage out")

    class State(models.TextChoices):
        OPEN = "open", _("Proposed")
        TAKEN_UP = "taken_up", _("Taken up")
        LEFT = "left", _("Not taken up")
        WITHDRAWN = "withdrawn", _("Taken back")

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="proposals")
    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, null=True, related_name="proposals")  # a new one comes after it
    kind = models.CharField(max_length=8, choices=Kind.choices)
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    words = models.TextField(blank=True)  # plain
    why = models.CharField(max_length=LONGEST_WHY, blank=True)
    based_on = models.PositiveIntegerField(default=0)  # the version of the passage that was proposed against
    was_title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    was_words = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField(default=uuid.uuid4)  # the browser's name for it: sent twice, it is one proposal
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=LONGEST_WHY, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["author", "client_id"], name="proposal_sent_once")]

    def __str__(self) -> str:
        return f"Proposal {self.pk}"


class Remark(models.Model):
    """What somebody says about a passage, or about what is proposed."""

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, null=True, related_name="remarks")
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, null=True, related_name="remarks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()  # plain
    client_id = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["author", "client_id"], name="remark_sent_once"),
            models.CheckConstraint(
                condition=Q(passage=None, proposal__isnull=False) | Q(passage__isnull=False, proposal=None), name="remark_about_one"
            ),
        ]

    def __str__(self) -> str:
        return f"Remark {self.pk}"


class AgreementVersionQuerySet(models.QuerySet["AgreementVersion"]):
    def visible_to(self, user: User | AnonymousUser) -> AgreementVersionQuerySet:
        """Those of the cohorts this person belongs to now."""
        return self.filter(cohort__in=Cohort.objects.visible_to(user))


class AgreementVersion(models.Model):
    """The text as it was frozen. It never changes: people have signed it."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="agreements")
    number = models.PositiveSmallIntegerField()
    passages = models.JSONField()  # [{"title", "words", "covers"}, …] in order
    note = models.CharField(max_length=LONGEST_WHY, blank=True)  # what is different, in a sentence
    frozen_at = models.DateTimeField(default=timezone.now)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = AgreementVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["cohort", "number"], name="agreement_version_once")]

    def __str__(self) -> str:
        return f"Version {self.number} of an agreement"


class AgreementSignature(models.Model):
    """Somebody's own name under one version. What a membership says (`signed_version`) is kept true by the action that makes this row."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="signatures")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)  # as they typed it
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["signed_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="signed_once")]

    def __str__(self) -> str:
        return f"Signature {self.pk}"
