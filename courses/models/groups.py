"""Groups: who does something together, when they meet, who moved, and whom somebody would like to be with."""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Cohort, Membership
from courses.models.modules import Activity
from lms.permissions import Verb, parts_that

if TYPE_CHECKING:
    from lms.users.models import User

MOST_WISHES = 3  # people whom somebody may wish to be with


def _current(user: User, cohort: str, verb: Verb) -> models.QuerySet[Membership]:
    """This person's place in the cohort of a row, if their part there has the verb."""
    return Membership.objects.current().filter(person=user, cohort=OuterRef(cohort), part__in=parts_that(verb))


class GroupQuerySet(models.QuerySet["Group"]):
    def current(self) -> GroupQuerySet:
        """Those that have not ended."""
        return self.filter(ended_at=None)

    def visible_to(self, user: User | AnonymousUser) -> GroupQuerySet:
        """Of the cohorts in which this person's part sees who is there."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.coordinates else self.filter(Exists(_current(user, "cohort", Verb.SEE_PEOPLE)))

    def of(self, user: User | AnonymousUser) -> GroupQuerySet:
        """In which this person is now."""
        return self.current().filter(Exists(Membership.objects.current().filter(person=user.pk, groups=OuterRef("pk"))))


class Group(models.Model):
    """People within a cohort who do something together. One that has ended keeps its row: what was said in it stays."""

    class Kind(models.TextChoices):
        PEER_GROUP = "peer_group", _("Peer group")  # fixed for the year
        TRIAD = "triad", _("Triad")
        HOME_TEAM = "home_team", _("Home team")  # colleagues from one service

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="groups")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=80)
    members = models.ManyToManyField(Membership, related_name="groups", blank=True)
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, null=True, related_name="+")  # the exercise that a triad is for
    made_with = models.UUIDField(null=True)  # the plan it was saved from: saved again, it is the same
    ended_at = models.DateTimeField(null=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "title"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "kind", "title"], condition=Q(activity=None), name="group_title_once"),
            models.UniqueConstraint(
                fields=["cohort", "kind", "title", "activity"], condition=Q(activity__isnull=False), name="group_title_once_per_activity"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class GroupDateQuerySet(models.QuerySet["GroupDate"]):
    def visible_to(self, user: User | AnonymousUser) -> GroupDateQuerySet:
        """Those of one's own groups, and for who forms groups all of the cohort."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = Exists(Membership.objects.current().filter(person=user, groups=OuterRef("group")))
        return self if user.coordinates else self.filter(Q(mine) | Q(Exists(_current(user, "group__cohort", Verb.FORM_GROUPS))))

    def to_come(self, now: datetime.datetime) -> GroupDateQuerySet:
        """Not over and not called off."""
        return self.filter(ends_at__gte=now, called_off_at=None).order_by("starts_at", "pk")


class GroupDate(models.Model):
    """When a group meets, as its members set it themselves. Stored in UTC; each of them reads it by their own clock."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="dates")
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    about = models.CharField(max_length=120, blank=True)  # plain, one line
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    called_off_at = models.DateTimeField(null=True)
    client_id = models.UUIDField(default=uuid.uuid4)

    objects = GroupDateQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="group_date_takes_time"),
            models.UniqueConstraint(fields=["group", "client_id"], name="group_date_once"),
        ]

    def __str__(self) -> str:
        return f"Date of a group {self.pk}"


class GroupExchangeQuerySet(models.QuerySet["GroupExchange"]):
    def visible_to(self, user: User | AnonymousUser) -> GroupExchangeQuerySet:
        """For who is now in one of the two groups, who moved, and who forms groups there."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = Membership.objects.current().filter(person=user)
        here = Q(Exists(mine.filter(groups=OuterRef("came_from")))) | Q(Exists(mine.filter(groups=OuterRef("went_to"))))
        moved = Q(Exists(mine.filter(pk=OuterRef("member")))) | Q(Exists(mine.filter(pk=OuterRef("swapped_with"))))
        forms = Q(Exists(_current(user, "cohort", Verb.FORM_GROUPS)))
        return self if user.coordinates else self.filter(here | moved | forms)


class GroupExchange(models.Model):
    """Somebody went from one group to another, perhaps in exchange for somebody else. The note is read by both groups."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    came_from = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+")
    went_to = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+")
    swapped_with = models.ForeignKey(Membership, on_delete=models.CASCADE, null=True, related_name="+")  # went the other way
    note = models.CharField(max_length=300, blank=True)  # plain
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    client_id = models.UUIDField(default=uuid.uuid4)

    objects = GroupExchangeQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["cohort", "client_id"], name="group_exchange_once")]

    def __str__(self) -> str:
        return f"Exchange {self.pk}"


class WishesAsked(models.Model):
    """A cohort is asked with whom its trainees would like to be, until the end of a day."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="wishes_asked")
    until = models.DateField()  # in the cohort's zone, this day included
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"Wishes asked {self.pk}"

    @property
    def is_over(self) -> bool:
        return self.cohort.today() > self.until


class GroupWishQuerySet(models.QuerySet["GroupWish"]):
    def visible_to(self, user: User | AnonymousUser) -> GroupWishQuerySet:
        """One's own, and for who forms groups all of the cohort. Nobody learns who wished for them, or did not."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = Exists(Membership.objects.current().filter(person=user, pk=OuterRef("member")))
        forms = Exists(_current(user, "member__cohort", Verb.FORM_GROUPS))
        return self if user.coordinates else self.filter(Q(mine) | Q(forms))


class GroupWish(models.Model):
    """Whom somebody would like to be in a group with, and in which languages they talk with ease."""

    member = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="group_wish")
    people = models.ManyToManyField(Membership, related_name="+", blank=True)  # at most MOST_WISHES
    languages = models.JSONField(default=list)  # such as ["en", "et"]
    changed_at = models.DateTimeField(default=timezone.now)

    objects = GroupWishQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Wish {self.pk}"
