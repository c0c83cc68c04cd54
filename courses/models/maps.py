"""Relational maps: people and voices as circles, lines between them. Private like an entry."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, TypedDict

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.cohorts import Cohort
from courses.models.modules import Activity

if TYPE_CHECKING:
    from lms.users.models import User


class Circle(TypedDict):
    """Somebody or something on a map. `x` and `y` reach from 0 (left, top) to 1000; `size` from 1 to 3."""

    id: str
    name: str
    kind: str
    x: int
    y: int
    size: int
    note: str


# "from" is a word of Python's own, so this one is written as a call. A tie between two circles, by their ids.
Line = TypedDict("Line", {"from": str, "to": str, "manner": str, "note": str})


class Drawing(TypedDict):
    """What is on a map. courses.forms.maps.DrawingField is the only way in."""

    circles: list[Circle]
    lines: list[Line]


class RelationalMapQuerySet(models.QuerySet["RelationalMap"]):
    def visible_to(self, user: User | AnonymousUser) -> RelationalMapQuerySet:
        """A person's own maps, nobody else's."""
        return self.filter(author=user) if user.is_authenticated else self.none()


class RelationalMap(models.Model):
    """One map. Its title and drawing (JSON: circles and lines) are sealed under a key of its own, wrapped by the author's."""

    class Kind(models.TextChoices):
        """What a circle stands for, and its sign (the handout "Map symbols")."""

        ME = "me", _("Me (a double circle)")
        PERSON = "person", _("A person (a circle)")
        VOICE = "voice", _("A voice (a speech bubble)")
        PLACE = "place", _("A place (a square)")

    class Manner(models.TextChoices):
        """What a tie is like today, and its sign."""

        NEAR = "near", _("Near (a thick line)")
        DISTANT = "distant", _("Distant (a thin line)")
        STRAINED = "strained", _("Not easy (a wavy line)")
        BROKEN = "broken", _("Cut, or resting (a broken line)")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField(default=uuid.uuid4)
    cohort = models.ForeignKey(Cohort, on_delete=models.SET_NULL, null=True, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.SET_NULL, null=True, related_name="+")
    wrapped_key = models.BinaryField()
    title_sealed = models.BinaryField()
    drawing_sealed = models.BinaryField()
    shown_kept = models.BooleanField(default=False)  # ticked by the author: the course may know that it was kept, and nothing else
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(default=timezone.now)

    objects = RelationalMapQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["author", "client_id"], name="map_sent_once")]

    def __str__(self) -> str:
        return f"Map {self.pk}"  # never the words
