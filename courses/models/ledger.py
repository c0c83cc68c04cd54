"""Hours that somebody keeps of their own: self-experience, supervision, peer meetings, reading. The ledger is its owner's."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Cohort, Membership
from lms.permissions import Verb, parts_that

if TYPE_CHECKING:
    from lms.users.models import User

LONGEST_ENTRY = 24 * 60  # minutes


class LedgerKind(models.TextChoices):
    """Live hours are not among them: they come from attendance."""

    SELF_EXPERIENCE = "self_experience", _("Self-experience")
    SUPERVISION = "supervision", _("Supervision")
    PEER_MEETING = "peer_meeting", _("Peer meetings")
    READING = "reading", _("Reading")


class LedgerEntryQuerySet(models.QuerySet["LedgerEntry"]):
    def visible_to(self, user: User | AnonymousUser) -> LedgerEntryQuerySet:
        """One's own; nobody else's."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def before(self, entry: LedgerEntry) -> LedgerEntryQuerySet:
        """What comes after it in the list, the latest day first."""
        earlier = Q(on=entry.on, kept_at__lt=entry.kept_at) | Q(on=entry.on, kept_at=entry.kept_at, pk__gt=entry.pk)
        return self.filter(Q(on__lt=entry.on) | earlier)

    def shown_to(self, user: User | AnonymousUser) -> LedgerEntryQuerySet:
        """Those of others that their owners show to the trainers of a cohort, one of whom this person is. Never the note."""
        if not user.is_authenticated:
            return self.none()
        trains = Membership.objects.current().filter(person=user, part__in=parts_that(Verb.AGREE_MAKE_UPS))
        shows = LedgerShare.objects.filter(person=models.OuterRef("person"), cohort=models.OuterRef("cohort"), kind=models.OuterRef("kind"))
        here = Membership.objects.current().filter(person=models.OuterRef("person"), cohort=models.OuterRef("cohort"))
        return self.filter(models.Exists(shows), models.Exists(here), cohort__in=trains.values("cohort"))


class LedgerEntry(models.Model):
    """Some minutes of one kind on one day. With whom, and a note to oneself, are sealed under the owner's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="ledger")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=15, choices=LedgerKind.choices)
    on = models.DateField()
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(LONGEST_ENTRY)])
    client_id = models.UUIDField(default=uuid.uuid4)
    wrapped_key = models.BinaryField()
    with_whom_sealed = models.BinaryField()
    note_sealed = models.BinaryField()
    kept_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-kept_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "client_id"], name="ledger_kept_once")]
        indexes = [models.Index(fields=["person", "cohort", "-on"], name="ledger_list")]

    def __str__(self) -> str:
        return f"Ledger entry {self.pk}"

    @property
    def place(self) -> str:
        return f"courses.ledgerentry:{self.pk}:{self.person_id}"

    @property
    def sealed_for(self) -> int:
        return self.person_id


class LedgerShare(models.Model):
    """Somebody shows one kind of their hours to the trainers of the cohort: days, minutes and with whom; never the note."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=15, choices=LedgerKind.choices)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "cohort", "kind"], name="ledger_shared_once")]

    def __str__(self) -> str:
        return f"Ledger share {self.pk}"
