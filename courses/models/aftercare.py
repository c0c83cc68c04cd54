"""Somebody to turn to: who is on duty, and who asked to be contacted."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models.cohorts import Cohort, Membership
from lms.permissions import Verb, parts_that

if TYPE_CHECKING:
    from lms.users.models import User


class AftercareDuty(models.Model):
    """Who answers "Please contact me" in a cohort, from one day to another (both included)."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="duties")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField()

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
        theirs = Q(person=user) | Q(cohort__in=answering.values("cohort")) | Q(sent_to=user, cohort__in=here.values("cohort"))
        others = ~Q(about=user) | Q(about=None)
        return self.filter(others, theirs | Q(sent_to=user) | Q(cohort=None) if user.coordinates else theirs)

    def waiting(self) -> ContactRequestQuerySet:
        return self.filter(taken_at=None)


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

    objects = ContactRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [models.UniqueConstraint(fields=["person", "client_id"], name="contact_asked_once")]

    def __str__(self) -> str:
        return f"Contact request {self.pk}"
