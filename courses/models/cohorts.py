"""Cohorts: the people who learn together, when, and what part each has."""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.modules import Activity, Module
from courses.models.programmes import Programme
from lms.db import validate_time_zone
from lms.permissions import PART_LABELS, Part

if TYPE_CHECKING:
    from lms.users.models import User


NOTHING = models.Value([], models.JSONField())  # for rows of a process that does not know the column yet
KEPT_YEARS = 2  # how long after a cohort's end its journals are kept, unless its coordinators or their authors say longer
ATTENDANCE_THRESHOLD = 90  # percent, unless its coordinators say otherwise
LONGEST_YEARS = 10  # the longest that its coordinators may say
NO_LANGUAGES = models.Value([], models.JSONField())  # for rows of a process that does not know the column yet


class CohortQuerySet(models.QuerySet["Cohort"]):
    def visible_to(self, user: User | AnonymousUser) -> CohortQuerySet:
        """Cohorts this person belongs to now, and, for who coordinates the site, all."""
        if not user.is_authenticated:
            return self.none()
        if user.coordinates:
            return self
        return self.filter(Membership.objects.current().filter(cohort=models.OuterRef("pk"), person=user).exists_here())


class Cohort(models.Model):
    """A group of people on one run of a programme."""

    class Access(models.TextChoices):
        PUBLIC = "public", _("Public: people apply one by one")
        IN_HOUSE = "in_house", _("In-house: for the people of one organisation")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="Europe/London", validators=[validate_time_zone])
    starts_on = models.DateField()
    ends_on = models.DateField()
    journal_keep_until = models.DateField(null=True)  # its journals' last day; empty: so many years after the end (KEPT_YEARS)
    promised_hours = models.PositiveSmallIntegerField(default=24)  # "Please contact me": within how many hours somebody answers
    attendance_threshold = models.PositiveSmallIntegerField(  # percent of the hours held that everybody is asked to be there for
        default=ATTENDANCE_THRESHOLD,
        db_default=ATTENDANCE_THRESHOLD,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    # --- what is said of it, and for how many it is planned
    access = models.CharField(max_length=8, choices=Access.choices, default=Access.PUBLIC, db_default=Access.PUBLIC.value)
    organisation = models.CharField(max_length=120, blank=True, db_default="")  # whose people an in-house cohort is for
    contact_name = models.CharField(max_length=80, blank=True, db_default="")  # who is to be asked there
    contact_email = models.EmailField(blank=True, db_default="")
    organisation_words = models.TextField(max_length=1000, blank=True, db_default="")  # plain; on the cohort's first page
    size = models.PositiveSmallIntegerField(null=True)  # how many trainees it is planned for; empty: not said
    languages = models.JSONField(default=list, db_default=NO_LANGUAGES)  # into which it is interpreted, such as ["fr", "et"]
    # --- its plan
    like = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")  # the cohort whose year was copied
    plan_version = models.PositiveIntegerField(default=1, db_default=1)  # one more with every change; a form says which it shows
    year_stamp = models.UUIDField(default=uuid.uuid4, editable=False)  # another one whenever its year changes: see courses.years
    agreement_version = models.PositiveSmallIntegerField(default=0, db_default=0)  # the one that holds now; 0: none was frozen yet
    news_stamp = models.UUIDField(null=True, editable=False)  # another one whenever an announcement goes out or changes: courses.news

    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "pk"]
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="cohort_ends_after_start")]

    def __str__(self) -> str:
        return self.title

    @property
    def in_house(self) -> bool:
        return self.access == self.Access.IN_HOUSE

    def today(self) -> datetime.date:
        """The date where the course is held."""
        return timezone.localdate(timezone=ZoneInfo(self.time_zone))

    def keeps_journals_until(self) -> datetime.date:
        """The last day on which what was written here is kept, for authors who have not asked for longer."""
        return self.journal_keep_until or self.usually_keeps_journals_until()

    def usually_keeps_journals_until(self) -> datetime.date:
        """That day where its coordinators have not said another."""
        return years_after(self.ends_on, KEPT_YEARS)

    def may_keep_journals(self) -> tuple[datetime.date, datetime.date]:
        """The first and the last day that its coordinators may choose: not before the end, not in the past, and not for ever."""
        first = max(self.ends_on, self.today())
        return first, years_after(first, LONGEST_YEARS)


def years_after(day: datetime.date, years: int) -> datetime.date:
    """The same day so many years later; of a leap day the day before."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


class Block(models.Model):
    """A module in one cohort's year: the days together, and from when its texts are open."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="blocks")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="blocks")
    opens_on = models.DateField()  # activities may be read from this day, in the cohort's zone
    starts_on = models.DateField()  # first day together
    ends_on = models.DateField()  # last day together

    class Meta:
        ordering = ["module__number"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "module"], name="block_once_per_cohort"),
            models.CheckConstraint(condition=Q(starts_on__gte=F("opens_on")) & Q(ends_on__gte=F("starts_on")), name="block_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.module} ({self.starts_on})"


class Sitting(models.Model):
    """A taught hour. Stored in UTC; shown in each reader's zone and the cohort's."""

    block = models.ForeignKey(Block, on_delete=models.CASCADE, related_name="sittings")
    title = models.CharField(max_length=160)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    activities = models.ManyToManyField(Activity, related_name="sittings", blank=True)
    called_off_at = models.DateTimeField(null=True)  # it does not take place, and counts for nobody's hours; moved, it does again

    class Meta:
        ordering = ["starts_at"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="sitting_takes_time")]

    def __str__(self) -> str:
        return self.title

    def has_begun(self, now: datetime.datetime) -> bool:
        """It goes on or was held, so its time stays. What was called off never began."""
        return self.called_off_at is None and self.starts_at <= now


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        return self.filter(ended_at=None)

    def exists_here(self) -> models.Exists:
        return models.Exists(self)


class Membership(models.Model):
    """A person's part in a cohort. Ending it keeps the row: what they said stays theirs."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    part = models.CharField(max_length=14, choices=[(part.value, PART_LABELS[part]) for part in Part])
    joined_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True)  # which cohort /course/ and the like lead to
    signed_version = models.PositiveSmallIntegerField(default=0, db_default=0)  # of the agreement, the last they signed; 0: none
    pinned = models.JSONField(default=list, db_default=NOTHING)  # announcements they have not read yet, by id

    objects = MembershipQuerySet.as_manager()

    staff_somewhere: bool  # on what `courses.permissions.recent_places_of` finds

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["cohort", "person"], name="member_once")]

    def __str__(self) -> str:
        return f"Membership {self.pk}"
