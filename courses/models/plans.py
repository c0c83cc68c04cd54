"""What was changed in a cohort's plan: no date moves without a row here."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Block, Cohort, Membership, Sitting
from lms.permissions import Part, Verb, may, parts_that

if TYPE_CHECKING:
    from lms.users.models import User

DETAILS = {  # of a cohort, that coordinators say; a ChangedDate of this kind has the name
    "title": _("Name of the cohort"),
    "access": _("Whom it is for"),
    "organisation": _("Organisation"),
    "contact_name": _("Whom to ask there"),
    "contact_email": _("Their address"),
    "organisation_words": _("Its words on the cohort's first page"),
    "size": _("For how many trainees"),
    "languages": _("Interpreted into"),
}
# Rows of this kind, too, are of a sitting: it was called off (its title, its hours), or is called otherwise.
CALLED_OFF, RENAMED = "called_off", "sitting_title"
Moments = tuple[datetime.date | datetime.datetime, ...]  # a day, or from when until when


class PlanChangeQuerySet(models.QuerySet["PlanChange"]):
    def visible_to(self, user: User | AnonymousUser) -> PlanChangeQuerySet:
        """Those of the cohorts whose plan this person's part sees now."""
        if not user.is_authenticated:
            return self.none()
        mine = Membership.objects.current().filter(person=user)
        seen = models.Q(cohort__in=mine.filter(part__in=parts_that(Verb.SEE_PLAN)).values("cohort"))
        if user.coordinates and may(Part.COORDINATOR, Verb.SEE_PLAN):  # coordinator wherever they have no other part
            seen |= ~models.Q(cohort__in=mine.values("cohort"))
        return self.filter(seen)


class PlanChange(models.Model):
    """Something in a cohort's plan was saved: by whom, when, and why if they said so."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="plan_changes")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField()  # of the cohort's plan from then on
    why = models.CharField(max_length=300, blank=True)

    objects = PlanChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["cohort", "version"], name="plan_version_once")]

    def __str__(self) -> str:
        return f"Plan change {self.pk}"


class ChangedDate(models.Model):
    """One date of such a change, from what to what; or a detail, such as for how many people the cohort is."""

    class Kind(models.TextChoices):
        OPENS = "opens", _("Texts open")
        STARTS = "starts", _("First day")
        ENDS = "ends", _("Last day")
        SITTING = "sitting", _("Sitting")
        RELEASE = "release", _("Opens on its own day")
        COURSE_STARTS = "course_starts", _("The course begins")
        COURSE_ENDS = "course_ends", _("The course ends")
        KEEP_UNTIL = "keep_until", _("Journals are kept until")
        DUTY = "duty", _("On duty")
        DETAIL = "detail", _("About the cohort")

    change = models.ForeignKey(PlanChange, on_delete=models.CASCADE, related_name="dates")
    kind = models.CharField(max_length=13, choices=Kind.choices)
    name = models.CharField(max_length=160, blank=True)  # of what, as it was called then; of a detail one of DETAILS
    was = models.CharField(max_length=140, blank=True)  # ISO 8601, two with a stroke between them; of a detail its words
    now = models.CharField(max_length=140, blank=True)
    block = models.ForeignKey(Block, on_delete=models.SET_NULL, null=True, related_name="+")
    sitting = models.ForeignKey(Sitting, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Changed date {self.pk}"


def written(moments: Moments) -> str:
    """As it stands in a row."""
    return "/".join(moment.isoformat() for moment in moments)


def moments_of(text: str) -> Moments:
    """The same, read again."""
    return tuple(_moment(one) for one in text.split("/") if one)


def _moment(text: str) -> datetime.date | datetime.datetime:
    return datetime.datetime.fromisoformat(text) if "T" in text else datetime.date.fromisoformat(text)
