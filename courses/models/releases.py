"""From when an activity is open in a cohort, where this is not simply its block's day."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Block, Cohort
from courses.models.groups import Group
from courses.models.modules import Activity
from courses.models.progress import Progress
from lms.permissions import Verb, parts_that

if TYPE_CHECKING:
    from lms.users.models import User


class ReleaseQuerySet(models.QuerySet["Release"]):
    def visible_to(self, user: User, cohort: Cohort) -> ReleaseQuerySet:
        """Of one cohort, for those whose part says when things open there."""
        from courses.models.cohorts import Membership

        here = Membership.objects.current().filter(cohort=cohort, person=user, part__in=parts_that(Verb.RELEASE))
        mine = self.filter(cohort=cohort)
        return mine if user.coordinates else mine.filter(Exists(here))


class Release(models.Model):
    """When one activity opens in one cohort. An activity without a row opens with its block."""

    class Way(models.TextChoices):
        BLOCK = "block", _("With its block")
        DATE = "date", _("On a day of its own")
        GROUP = "group", _("For some groups, or for each on its own day")
        AFTER = "after", _("After another activity is done")
        HAND = "hand", _("When you open it")

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="releases")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="+")
    way = models.CharField(max_length=6, choices=Way.choices, default=Way.BLOCK)
    opens_on = models.DateField(null=True)  # by date: from this day, in the cohort's zone
    after = models.ForeignKey(Activity, on_delete=models.CASCADE, null=True, related_name="+")  # what is to be done first
    opened_at = models.DateTimeField(null=True)  # by hand: open since then; empty: closed
    version = models.PositiveIntegerField(default=1)  # who changes an older one is shown what it says now
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cohort", "activity"], name="release_once")]

    def __str__(self) -> str:
        return f"Release {self.pk}"


class GroupRelease(models.Model):
    """A group for whose members the activity opens. Without a day of its own: with the block."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="groups")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+")
    opens_on = models.DateField(null=True)

    class Meta:
        ordering = ["group__title", "pk"]
        constraints = [models.UniqueConstraint(fields=["release", "group"], name="release_of_group_once")]

    def __str__(self) -> str:
        return f"Release of a group {self.pk}"


def is_open(*, person: int, cohort: Cohort, activity: str) -> Q:
    """The condition for rows whose activity (`activity` is the way to it) is open to this person, who does not preview.

    The same rule as `courses.releasing.why_closed`, for the database; a test holds the two together.
    """
    today = cohort.today()
    alone = Q(way__in=[Release.Way.DATE, Release.Way.GROUP, Release.Way.HAND])
    waits = Q(way=Release.Way.AFTER, after__isnull=False, after__retired_at=None)  # else what it waited for has left the course
    rule = Release.objects.filter(alone | waits, cohort=cohort, activity=OuterRef(activity))
    with_block = Block.objects.filter(cohort=cohort, module=OuterRef(f"{activity}__module"), opens_on__lte=today)
    return Q(Exists(rule.filter(_opened(person, cohort, today)))) | Q(Exists(with_block) & ~Exists(rule))


def _opened(person: int, cohort: Cohort, today: datetime.date) -> Q:
    way = Release.Way
    block = Exists(Block.objects.filter(cohort=cohort, module=OuterRef("activity__module"), opens_on__lte=today))
    done = Exists(Progress.objects.filter(person=person, cohort=cohort, activity=OuterRef("after"), done_at__isnull=False))
    groups = GroupRelease.objects.filter(release=OuterRef("pk"), group__ended_at=None, group__members__person=person)
    on_its_day, with_block = Exists(groups.filter(opens_on__lte=today)), Exists(groups.filter(opens_on=None))
    return (
        Q(way=way.DATE, opens_on__lte=today)
        | Q(way=way.HAND, opened_at__isnull=False)
        | Q(done, block, way=way.AFTER)
        | Q(Q(on_its_day) | Q(with_block, block), way=way.GROUP)
    )
