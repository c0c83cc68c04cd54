"""The paper at the end of a year: given by a trainer's decision, and its holder's from then on."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Cohort, Membership
from lms.permissions import Verb, parts_that

if TYPE_CHECKING:
    from lms.users.models import User

NAME_LENGTH = 120
WHY_LENGTH = 400


def new_address() -> str:
    """192 bits of chance: nobody finds a page by trying."""
    return secrets.token_urlsafe(24)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: User | AnonymousUser) -> CertificateQuerySet:
        """One's own, also after one has left the cohort; and those of the cohorts in which this person's part gives them now."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        here = Membership.objects.current().filter(person=user, part__in=parts_that(Verb.GIVE_CERTIFICATES))
        return self.filter(Q(person=user) | Q(cohort__in=here.values("cohort")))

    def valid(self) -> CertificateQuerySet:
        return self.filter(revoked_at=None)

    def shown_at(self, address: str) -> CertificateQuerySet:
        """That of a public page, which anybody may open who holds its address; none where its holder never chose to have one, or has no
        account any more and could not take it away."""
        return self.filter(address=address, person__is_active=True).exclude(shown="")


class Certificate(models.Model):
    """Somebody has completed a cohort's year: a trainer says so, with a sentence where the rule alone would not.

    The row is the record of who gave and who took it back, when and why; it is never deleted or given another person. What the
    public page says is its holder's choice and nothing until they choose.
    """

    class Shown(models.TextChoices):
        """Whether there is a public page, and what it says of who holds the certificate."""

        NOTHING = "", _("No page")
        NAME = "name", _("My name, as it stands on the certificate")
        INITIALS = "initials", _("Only the initials of that name")
        NOBODY = "nobody", _("No name at all")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="certificates")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="certificates")
    name = models.CharField(max_length=NAME_LENGTH)  # as its holder wants it printed
    live_minutes = models.PositiveIntegerField()  # together with others in the year's sittings, when it was given
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    met = models.BooleanField()  # whether what the rule asks for was there
    why = models.CharField(max_length=WHY_LENGTH, blank=True)  # the trainer's sentence where it was not; for the holder and trainers
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.CharField(max_length=WHY_LENGTH, blank=True)  # for the holder and trainers, never for the public page
    address = models.CharField(max_length=40, unique=True, default=new_address)
    shown = models.CharField(max_length=8, choices=Shown.choices, blank=True)
    shows_programme = models.BooleanField(default=False)
    shows_dates = models.BooleanField(default=False)
    shows_hours = models.BooleanField(default=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "person"], condition=Q(revoked_at=None), name="certificate_valid_once"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="certificate_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Certificate {self.pk}"

    @property
    def live_hours(self) -> int:
        """Whole hours, rounded down: a paper never says more than was there."""
        return self.live_minutes // 60

    @property
    def initials(self) -> str:
        """Of the printed name: "Õie Mari Tamm" -> "Õ. M. T."."""
        return " ".join(f"{word[0]}." for word in self.name.split())
