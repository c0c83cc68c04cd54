"""Somebody to turn to: who is on duty, who asked to be contacted, numbers for a crisis and the page on safeguarding as this site has
changed them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from courses.models.cohorts import Cohort, Membership
from lms.permissions import Verb, parts_that

if TYPE_CHECKING:
    from lms.users.models import User


class AftercareDutyQuerySet(models.QuerySet["AftercareDuty"]):
    def visible_to(self, user: User | AnonymousUser) -> AftercareDutyQuerySet:
        """Those of the cohorts in which this person plans who is on duty."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        here = Membership.objects.current().filter(person=user, cohort=OuterRef("cohort"))
        plans = Q(Exists(here.filter(part__in=parts_that(Verb.PLAN_DUTY))))
        return self.filter(plans | ~Q(Exists(here)) if user.coordinates else plans)


class AftercareDuty(models.Model):
    """Who answers "Please contact me" in a cohort, from one day to another (both included)."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="duties")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField()

    objects = AftercareDutyQuerySet.as_manager()

    class Meta:
        ordering = ["from_on"]
        constraints = [models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="duty_in_order")]

    def __str__(self) -> str:
        return f"Duty {self.pk}"


class ContactRequestQuerySet(models.QuerySet["ContactRequest"]):
    def visible_to(self, user: User | AnonymousUser) -> ContactRequestQuerySet:
        """One's own; those of a cohort where one answers them; those sent to this person, while they belong there or coordinate the
        site; and, for who coordinates, those of people without a cohort. Never a worry about oneself."""
        if not user.is_authenticated:
            return self.none()
        here = Membership.objects.current().filter(person=user)
        answering = here.filter(part__in=parts_that(Verb.TAKE_CONTACT_REQUESTS))
        was_told = Q(sent_to=user) | Q(Exists(ContactTold.objects.filter(person=user, request=OuterRef("pk"))))
        theirs = Q(person=user) | Q(cohort__in=answering.values("cohort")) | (was_told & Q(cohort__in=here.values("cohort")))
        others = ~Q(about=user) | Q(about=None)
        return self.filter(others, theirs | was_told | Q(cohort=None) if user.coordinates else theirs)

    def waiting(self) -> ContactRequestQuerySet:
        """Nobody has taken them on, and whoever asked has not closed them."""
        return self.filter(taken_at=None, closed_at=None)


class ContactRequest(models.Model):
    """Somebody asked to be contacted, or is worried about somebody else (`about`). Their words are sealed under their own key; no
    letter carries them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, null=True, related_name="+")
    sent_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    client_id = models.UUIDField(default=uuid.uuid4)
    wrapped_key = models.BinaryField()
    note_sealed = models.BinaryField()
    asked_at = models.DateTimeField(default=timezone.now)
    promised_by = models.DateTimeField()  # told to the person when asking
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    about = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    about_name = models.CharField(max_length=80, blank=True)  # as the asker knows them: perhaps an alias
    about_url = models.CharField(max_length=200, blank=True)  # where the worry arose, on this site
    handed_on = models.PositiveSmallIntegerField(default=0, db_default=0)  # how often others were asked, because nobody had answered
    handed_on_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # by whoever asked

    objects = ContactRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [models.UniqueConstraint(fields=["person", "client_id"], name="contact_asked_once")]
        indexes = [models.Index(fields=["promised_by"], condition=Q(taken_at=None, closed_at=None), name="contact_waiting")]

    def __str__(self) -> str:
        return f"Contact request {self.pk}"

    @property
    def is_late(self) -> bool:
        """Nobody has taken it on by the time that was promised."""
        return self.taken_at is None and self.closed_at is None and self.promised_by <= timezone.now()

    @property
    def told_names(self) -> list[str]:
        """Everybody who was told, in that order. Nobody: it went to the site's own address."""
        return [row.person.display_name for row in self.told.all()] or ([self.sent_to.display_name] if self.sent_to else [])


class ContactTold(models.Model):
    """Somebody was told of a request and may answer it; others follow if nobody does."""

    request = models.ForeignKey(ContactRequest, on_delete=models.CASCADE, related_name="told")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "person"], name="contact_told_once")]

    def __str__(self) -> str:
        return f"Told {self.pk}"


class CrisisNumbers(models.Model):
    """The numbers of one country as a coordinator wrote them. The newest row of a country counts and the others are the record; with
    `as_delivered` it is what came with this site again."""

    code = models.CharField(max_length=2, db_index=True)  # ISO 3166
    emergency = models.CharField(max_length=20, blank=True)
    lines = models.JSONField(default=list)  # [{name, number, hours, source, text}, …]
    as_delivered = models.BooleanField(default=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    follows = models.PositiveBigIntegerField(default=0)  # the row that it was written over; 0: none

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["code", "follows"], name="crisis_numbers_follow_once")]

    def __str__(self) -> str:
        return f"Numbers {self.pk}"


class SafeguardingText(models.Model):
    """The page on safeguarding as a coordinator wrote it. The newest counts and the others are the record; before the first it is the
    one that came with this site."""

    source = models.TextField()  # Markdown
    html = models.TextField()  # cleaned
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    follows = models.PositiveBigIntegerField(default=0, unique=True)  # the row that it was written over; 0: none

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Text on safeguarding {self.pk}"
