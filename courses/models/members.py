"""What is kept of people in a cohort: how their part changed, and what they say of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models.attachments import StoredFile
from courses.models.cohorts import Membership
from courses.models.invitations import InvitationLink
from lms.permissions import PART_LABELS, Part, Verb, parts_that

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from lms.users.models import User

LONGEST_WORDS, LONGEST_ALT = 600, 200  # characters


def _cohorts_where(user: User, verb: Verb) -> models.QuerySet[Membership, int]:
    return Membership.objects.current().filter(person=user, part__in=parts_that(verb)).values_list("cohort", flat=True)


class MembershipChangeQuerySet(models.QuerySet["MembershipChange"]):
    def visible_to(self, user: User | AnonymousUser) -> MembershipChangeQuerySet:
        """One's own, always; and, for who looks after the people of a cohort, those of that cohort."""
        if not user.is_authenticated:
            return self.none()
        if user.coordinates:
            return self
        return self.filter(Q(membership__person=user) | Q(membership__cohort__in=_cohorts_where(user, Verb.INVITE_PEOPLE)))


class MembershipChange(models.Model):
    """Somebody's part in a cohort became another one. Written once and never changed: the record of who gave and took what, when."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")  # or who invited them
    link = models.ForeignKey(InvitationLink, on_delete=models.SET_NULL, null=True, related_name="changes")  # by which they came in
    before = models.CharField(max_length=14, blank=True)  # the part; empty: none
    after = models.CharField(max_length=14, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = MembershipChangeQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"Membership change {self.pk}"

    @property
    def before_label(self) -> _StrPromise | str:
        return PART_LABELS[Part(self.before)] if self.before else _("not in the cohort")

    @property
    def after_label(self) -> _StrPromise | str:
        return PART_LABELS[Part(self.after)] if self.after else _("not in the cohort")


class IntroductionQuerySet(models.QuerySet["Introduction"]):
    def visible_to(self, user: User | AnonymousUser) -> IntroductionQuerySet:
        """Of who is in the cohort now: one's own, and those of cohorts whose people one sees."""
        if not user.is_authenticated:
            return self.none()
        now = self.filter(membership__ended_at=None)
        if user.coordinates:
            return now
        return now.filter(Q(membership__person=user) | Q(membership__cohort__in=_cohorts_where(user, Verb.SEE_PEOPLE)))


class Introduction(models.Model):
    """What somebody shows of themselves to the people of one cohort: a few plain words, a face, both or neither.

    The face is a picture drawn anew, sealed under the person's own key: with that key gone it opens nowhere, in no backup either.
    """

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="introduction")
    words = models.TextField(max_length=LONGEST_WORDS, blank=True)
    face = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, related_name="face")
    face_kind = models.CharField(max_length=8, blank=True)  # lms.files.kinds.Kind
    face_size = models.PositiveIntegerField(default=0)  # bytes in the open
    face_alt = models.CharField(max_length=LONGEST_ALT, blank=True)  # what can be seen on it
    changed_at = models.DateTimeField(default=timezone.now)

    objects = IntroductionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Introduction {self.pk}"  # never the words
