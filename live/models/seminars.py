"""Times that have rooms, and days of talks."""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING

from django.conf.locale import LANG_INFO
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models import Cohort, Group, Sitting
from lms.db import validate_time_zone
from lms.permissions import Verb

if TYPE_CHECKING:
    from live.models.rooms import Room
    from lms.users.models import User
from live.models.sight import in_group_of, places_of

WHY_LENGTH = 400
NO_LANES = models.Value([], models.JSONField())


def language_name(code: str) -> str:
    """What people who speak it call a language."""
    info = LANG_INFO.get(code.lower())
    return str(info["name_local"]) if info and "name_local" in info else code


class ConferenceQuerySet(models.QuerySet["Conference"]):
    def visible_to(self, user: User | AnonymousUser) -> ConferenceQuerySet:
        """Those of the cohorts in which this person's part sees the live rooms now."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(places_of(user, Verb.SEE_LIVE, "cohort"))


class Conference(models.Model):
    """A day of talks in several rooms, for everybody of a cohort."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="conferences")
    title = models.CharField(max_length=160)
    about = models.TextField(max_length=2000, blank=True)  # plain
    day = models.DateField()  # by the clock of its zone
    version = models.PositiveIntegerField(default=1, db_default=1)  # one more with every change of what is planned
    time_zone = models.CharField(max_length=64, default="Europe/London", validators=[validate_time_zone])

    objects = ConferenceQuerySet.as_manager()

    class Meta:
        ordering = ["day", "title"]

    def __str__(self) -> str:
        return self.title


class SeminarQuerySet(models.QuerySet["Seminar"]):
    def visible_to(self, user: User | AnonymousUser) -> SeminarQuerySet:
        """Seminars of the cohorts in which this person's part sees the live rooms now; of groups, only their own."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(Q(group=None) | Q(in_group_of(user, "group")), places_of(user, Verb.SEE_LIVE, "cohort"))

    def still_to_come(self, now: datetime.datetime) -> SeminarQuerySet:
        """Not over yet and not called off; what is always open does not count."""
        return self.filter(ends_at__gte=now).taking_place()

    def taking_place(self) -> SeminarQuerySet:
        return self.filter(called_off_at=None)

    def over(self, now: datetime.datetime) -> SeminarQuerySet:
        return self.filter(ends_at__lt=now)


class Seminar(models.Model):
    """A time and its rooms."""

    class Kind(models.TextChoices):
        COHORT_SITTING = "cohort_sitting", _("Sitting")
        OPEN_SEMINAR = "open_seminar", _("Open seminar")
        TALK = "talk", _("Talk")
        PRACTICE = "practice", _("Practice room")
        GROUP = "group", _("Room of a group")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="seminars")
    sitting = models.OneToOneField(Sitting, on_delete=models.SET_NULL, null=True, related_name="seminar")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    group = models.OneToOneField(Group, on_delete=models.CASCADE, null=True, related_name="seminar")  # whose room it is
    title = models.CharField(max_length=160)
    starts_at = models.DateTimeField(null=True)  # both empty: always open
    ends_at = models.DateTimeField(null=True)
    time_zone = models.CharField(max_length=64, default="Europe/London", validators=[validate_time_zone])
    video_url = models.URLField(blank=True)  # a meeting beside the words
    before = models.JSONField(default=dict)  # before-you-join card: asked, personal, size, watching, opt_out
    keeps_text = models.BooleanField(default=True)  # whether the room can be read again after it closed
    languages = models.JSONField(default=list, db_default=NO_LANES)  # into which interpreters translate, such as ["fr", "pt-br"]
    capacity = models.PositiveSmallIntegerField(null=True)  # people at a time, not browsers; empty: as many as come
    conference = models.ForeignKey(Conference, on_delete=models.CASCADE, null=True, related_name="talks")
    hall = models.CharField(max_length=60, blank=True, db_default="")  # what its room is called on the page of the day
    version = models.PositiveIntegerField(default=1, db_default=1)  # one more with every change of what is planned
    called_off_at = models.DateTimeField(null=True)
    called_off_because = models.CharField(max_length=WHY_LENGTH, blank=True, db_default="")  # for everybody it concerns

    objects = SeminarQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None) | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")),
                name="seminar_takes_time",
            ),
            models.UniqueConstraint(fields=["cohort"], condition=Q(kind="practice"), name="practice_room_once"),
        ]

    def __str__(self) -> str:
        return self.title

    def main_room(self) -> Room:
        return self.rooms.get(kind="main")

    @property
    def always_open(self) -> bool:
        return self.starts_at is None
