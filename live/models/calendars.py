"""What calendar programs know of our dates: each date as it was last told, who reads them how, and whom a change was told."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Cohort, Membership
from live.models.sight import places_of
from lms.permissions import Verb

if TYPE_CHECKING:
    from lms.users.models import User


class CalendarEventQuerySet(models.QuerySet["CalendarEvent"]):
    def visible_to(self, user: User | AnonymousUser) -> CalendarEventQuerySet:
        """Of the cohorts in which this person's part sees the live rooms now; days of a block only who sees the course too, and what is
        of a group only who is in it."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        days = ~Q(kind=CalendarEvent.Kind.BLOCK) | places_of(user, Verb.SEE_COURSE, "cohort")
        in_group = Membership.objects.current().filter(person=user, groups=models.OuterRef("group"))
        return self.filter(places_of(user, Verb.SEE_LIVE, "cohort"), days, Q(group=None) | Q(in_group.exists_here()))

    def belonging_to(self, user: User) -> CalendarEventQuerySet:
        """Of the cohorts this person is a member of: who coordinates the site sees more than is theirs."""
        here = Membership.objects.current().filter(person=user, cohort=models.OuterRef("cohort"))
        return self.filter(here.exists_here())


class CalendarEvent(models.Model):
    """A date as calendar programs were last told of it (RFC 5545). Its `uid` stays whatever becomes of it; `sequence` is one more each
    time it moves. What is no longer there keeps its row, so that programs hear that it is cancelled."""

    class Kind(models.TextChoices):
        SITTING = "cohort_sitting", _("Sitting")
        OPEN_SEMINAR = "open_seminar", _("Open seminar")
        TALK = "talk", _("Talk")
        CONFERENCE = "conference", _("Day of talks")
        BLOCK = "block", _("Days together")
        GROUP = "group", _("Group")

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="calendar_events")
    group = models.ForeignKey("courses.Group", on_delete=models.CASCADE, null=True, related_name="+")  # empty: everybody's
    key = models.CharField(max_length=80, unique=True)  # what it is, such as "seminar:<id>"
    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    sequence = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField(null=True)  # of hours
    ends_at = models.DateTimeField(null=True)
    first_on = models.DateField(null=True)  # of whole days, both included
    last_on = models.DateField(null=True)
    zone = models.CharField(max_length=64)  # by whose clocks it is planned
    path = models.CharField(max_length=200)  # its page on this site
    changed_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True)

    objects = CalendarEventQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=False, ends_at__isnull=False, first_on=None, last_on=None)
                | Q(starts_at=None, ends_at=None, first_on__isnull=False, last_on__isnull=False),
                name="calendar_event_hours_or_days",
            )
        ]

    def __str__(self) -> str:
        return f"Calendar event {self.pk}"


class CalendarChoiceQuerySet(models.QuerySet["CalendarChoice"]):
    def visible_to(self, user: User | AnonymousUser) -> CalendarChoiceQuerySet:
        """A person's own."""
        return self.filter(person=user) if user.is_authenticated else self.none()


class CalendarChoice(models.Model):
    """How somebody's own calendar programs hear of our dates. Of the secret in the feed's address only a hash is kept."""

    class Titles(models.TextChoices):
        FULL = "full", _("As they are: “Listening without preparing an answer”")
        COURSE = "course", _("Always “Course”")
        BUSY = "busy", _("Always “Busy”")

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_choice")
    token_hash = models.CharField(max_length=64, unique=True, null=True)  # empty: no feed
    made_at = models.DateTimeField(null=True)  # when the address was made that holds now
    asked_at = models.DateTimeField(null=True)  # when a program asked last, to the hour
    titles = models.CharField(max_length=8, choices=Titles.choices, default=Titles.FULL)
    by_mail = models.BooleanField(default=False)  # an invitation by letter for each date

    objects = CalendarChoiceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Calendar choice {self.pk}"


class CalendarInvitation(models.Model):
    """A date that somebody was invited to by letter, and what that letter said. One who is invited again after a cancellation has the
    same row."""

    event = models.ForeignKey(CalendarEvent, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    told = models.PositiveIntegerField()  # the event's sequence that the last letter told of
    sequence = models.PositiveIntegerField()  # the number that letter carried: one more for each letter
    cancelled_at = models.DateTimeField(null=True)
    letter = models.UUIDField(null=True)  # the last one
    reached = models.BooleanField(default=False, db_default=True)  # one before the last has left: there is something to take back

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="calendar_invited_once")]

    def __str__(self) -> str:
        return f"Calendar invitation {self.pk}"


class DatesChangeQuerySet(models.QuerySet["DatesChange"]):
    def visible_to(self, user: User | AnonymousUser) -> DatesChangeQuerySet:
        """What this person was told, or will be, while they belong to the cohort."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(places_of(user, Verb.BELONG, "cohort"), tellings__person=user)


class DatesChange(models.Model):
    """One save that moved dates: [[kind, title, before, after], …], with before and after as days or moments in ISO 8601. It says nothing
    of dates that concern only who plans. `things` names what each of them is of, in the same order, so that a later change of the same
    thing is found."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    why = models.CharField(max_length=300, blank=True)  # for everybody whom it concerns
    changes = models.JSONField()
    things = models.JSONField(null=True)  # such as "sitting:12"; empty: as the release before wrote it

    objects = DatesChangeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Change of dates {self.pk}"


class DatesTelling(models.Model):
    """Somebody is to be told of a change, once. The row comes with the change, so a worker may be killed anywhere."""

    change = models.ForeignKey(DatesChange, on_delete=models.CASCADE, related_name="tellings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()  # not in their quiet hours
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "person"], name="dates_told_once")]
        indexes = [models.Index(fields=["due_at"], condition=Q(told_at=None), name="dates_to_tell")]

    def __str__(self) -> str:
        return f"Telling {self.pk}"
