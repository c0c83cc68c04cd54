"""What trainers and coordinators tell a cohort, one of its groups, or everybody with one part in it."""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Cohort, Membership
from courses.models.groups import Group
from lms.permissions import PART_LABELS, Part, Verb, parts_that

if TYPE_CHECKING:
    from lms.users.models import User


LATE = datetime.timedelta(hours=1)


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def visible_to(self, user: User | AnonymousUser) -> AnnouncementQuerySet:
        """What went out to this person, where they belong to the cohort now; and everything, also what is still to go out, for whoever
        makes announcements there."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        here = Membership.objects.current().filter(person=user, cohort=OuterRef("cohort"))
        told = Exists(here.filter(announcements=OuterRef("pk")))
        tells = Q(Exists(here.filter(part__in=parts_that(Verb.ANNOUNCE))))
        if user.coordinates:
            tells |= ~Q(Exists(here))
        return self.filter(Q(told, sent_at__isnull=False) | tells)

    def with_obstacles(self) -> Any:
        """With `writer_left`: who wrote it announces nothing here any more; and `group_gone`: the group it is for is no more. Neither
        goes out until somebody has looked at it."""
        writer = Membership.objects.current().filter(person=OuterRef("author"), cohort=OuterRef("cohort"))
        announces = Exists(writer.filter(part__in=parts_that(Verb.ANNOUNCE))) | (Q(author__coordinates=True) & ~Exists(writer))
        gone = Q(target=Announcement.Target.GROUP) & (Q(group=None) | Q(group__ended_at__isnull=False))
        return self.annotate(
            writer_left=Case(When(announces, author__is_active=True, then=False), default=True, output_field=models.BooleanField()),
            group_gone=Case(When(gone, then=True), default=False, output_field=models.BooleanField()),
        )

    def held_back(self) -> AnnouncementQuerySet:
        """What will not go out as it is."""
        held: AnnouncementQuerySet = self.filter(sent_at=None).with_obstacles().filter(Q(writer_left=True) | Q(group_gone=True))
        return held

    def due(self) -> AnnouncementQuerySet:
        """Its time has come, it has not gone out, and nothing stands in its way."""
        come: AnnouncementQuerySet = self.filter(sent_at=None, goes_at__lte=timezone.now()).with_obstacles()
        return come.filter(writer_left=False, group_gone=False)  # type: ignore[misc]


class Announcement(models.Model):
    """Whom it reaches is known only once it has gone out."""

    class Target(models.TextChoices):
        COHORT = "cohort", _("Everybody in the cohort")
        GROUP = "group", _("A group")
        PART = "part", _("Everybody with one part")

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="announcements")
    target = models.CharField(max_length=6, choices=Target.choices, default=Target.COHORT)
    group = models.ForeignKey(Group, on_delete=models.SET_NULL, null=True, related_name="+")
    part = models.CharField(max_length=14, choices=[(part.value, PART_LABELS[part]) for part in Part], blank=True)
    title = models.CharField(max_length=160)
    html = models.TextField()  # cleaned by lms.richtext on its way in
    words_in_mail = models.BooleanField(default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField(default=uuid.uuid4)
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField(default=timezone.now)
    goes_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)  # after it went out: its readers see that it was corrected
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recipients = models.ManyToManyField(Membership, related_name="announcements", blank=True)  # whom it went to

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-goes_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["author", "client_id"], name="announcement_sent_once"),
            models.CheckConstraint(
                condition=Q(group=None, part="") | Q(target="group", part="") | Q(target="part", group=None),
                name="announcement_to_one_kind",
            ),
        ]
        indexes = [models.Index(fields=["goes_at"], condition=Q(sent_at=None), name="announcement_due")]

    def __str__(self) -> str:
        return f"Announcement {self.pk}"

    @property
    def local_goes_at(self) -> datetime.datetime:
        """When it goes out, by the clock where the course is held."""
        return self.goes_at.astimezone(ZoneInfo(self.cohort.time_zone))

    @property
    def was_late(self) -> bool:
        """It went out long after the moment that was chosen: nothing ran here, or somebody had to look at it first."""
        return self.sent_at is not None and self.sent_at - self.goes_at > LATE

    @property
    def audience(self) -> str:
        """Whom it is for, in words. Needs its group, if it is for one."""
        if self.target == self.Target.PART:
            return str(PART_LABELS[Part(self.part)])
        if self.target == self.Target.GROUP:
            return self.group.title if self.group else gettext("A group that is no more")
        return str(self.Target.COHORT.label)
