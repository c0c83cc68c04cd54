"""Ways into a cohort: a place promised by letter, a list of letters sent at once, and a link with an end and a number of uses."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models.cohorts import Cohort, Membership
from lms.permissions import LINK_PARTS, PART_LABELS, Part, Verb, parts_that
from lms.users.models import Invitation, hash_token

if TYPE_CHECKING:
    from lms.users.models import User


MOST_USES = 100  # people that one link lets in
LONGEST = datetime.timedelta(days=60)  # how long a link may stay open


def looked_after_by(user: User | AnonymousUser) -> Q:
    """Rows with a cohort whose people this person looks after; for who coordinates the site, all."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    if user.coordinates:
        return Q()
    mine = Membership.objects.current().filter(person=user, part__in=parts_that(Verb.INVITE_PEOPLE))
    return Q(cohort__in=mine.values("cohort"))


class InvitationLinkQuerySet(models.QuerySet["InvitationLink"]):
    def visible_to(self, user: User | AnonymousUser) -> InvitationLinkQuerySet:
        """For who invites people into its cohort. Whoever holds the link itself is met by `with_token`."""
        return self.filter(looked_after_by(user))

    def open(self) -> InvitationLinkQuerySet:
        """Neither taken back nor ended nor used as often as it allows."""
        return self.filter(revoked_at=None, ends_at__gt=timezone.now(), used__lt=F("uses"))

    def with_token(self, token: str) -> InvitationLinkQuerySet:
        return self.filter(token_hash=hash_token(token))


class InvitationLink(models.Model):
    """A link by which several people may come in, each with the part it names. Only a hash of its token is kept.

    Parts that see other people's affairs are never given this way, because a link is passed on.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="invitation_links")
    part = models.CharField(max_length=14, choices=[(part.value, PART_LABELS[part]) for part in Part if part in LINK_PARTS])
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    uses = models.PositiveSmallIntegerField()  # how many people may come in by it
    used = models.PositiveSmallIntegerField(default=0)  # how many have
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(used__lte=F("uses")), name="link_not_used_beyond"),
            models.CheckConstraint(condition=Q(part__in=sorted(LINK_PARTS)), name="link_gives_no_staff_part"),
        ]

    def __str__(self) -> str:
        return f"Invitation link {self.pk}"

    @property
    def is_open(self) -> bool:
        """As `open` says."""
        return self.revoked_at is None and self.ends_at > timezone.now() and self.used < self.uses


class InvitedList(models.Model):
    """A list of addresses that were invited with one press. client_id makes a second press harmless."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    client_id = models.UUIDField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    letters = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cohort", "client_id"], name="list_invited_once")]

    def __str__(self) -> str:
        return f"Invited list {self.pk}"


class PromisedPlaceQuerySet(models.QuerySet["PromisedPlace"]):
    def visible_to(self, user: User | AnonymousUser) -> PromisedPlaceQuerySet:
        """For who invites people into its cohort."""
        return self.filter(looked_after_by(user))

    def pending(self) -> PromisedPlaceQuerySet:
        """Not accepted, nor replaced or taken back. Those whose link is too old by now are still among them."""
        return self.filter(invitation__accepted_at=None, closed_at=None)


class PromisedPlace(models.Model):
    """What an invitation leads to: a part in a cohort, taken up when the invitation is accepted."""

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="place")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="promised_places")
    part = models.CharField(max_length=14, choices=[(part.value, PART_LABELS[part]) for part in Part])
    # The link by which somebody asked for this letter; accepting it is a use of the link.
    link = models.ForeignKey(InvitationLink, on_delete=models.SET_NULL, null=True, related_name="places")
    closed_at = models.DateTimeField(null=True)  # a newer letter replaced it, or it was taken back

    objects = PromisedPlaceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Place promised by invitation {self.invitation_id}"
