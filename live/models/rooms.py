"""Rooms, and who has a place in them."""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.floor import PHASE_LABELS, SEAT_LABELS, Phase, Seat, Turns
from lms.permissions import Verb

if TYPE_CHECKING:
    from lms.users.models import User
from live.models.seminars import Seminar
from live.models.sight import cohorts_of, in_group_of

EMPTY = models.Value({}, models.JSONField())  # for rows of a process that does not know the column yet


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, user: User | AnonymousUser, verb: Verb = Verb.ENTER_ROOM) -> RoomQuerySet:
        """Rooms of the cohorts in which this person's part may enter them (or has another verb) now. Small rooms only for whom they
        are, and for who visits them all; nobody else learns that they exist. The room of a group is its members', who all look after it."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        rooms = self.filter(Q(seminar__group=None, seminar__cohort__in=cohorts_of(user, verb)) | Q(in_group_of(user, "seminar__group")))
        placed = Exists(Participant.objects.filter(room=OuterRef("pk"), person=user.pk, placed=True))
        sits = Q(placed, seminar__cohort__in=cohorts_of(user, Verb.SIT_IN_SMALL_ROOM))
        return rooms.filter(Q(kind=Room.Kind.MAIN) | Q(seminar__cohort__in=cohorts_of(user, Verb.VISIT_SMALL_ROOMS)) | sits)

    def small_of(self, room: Room) -> RoomQuerySet:
        """The small rooms of the same seminar that are open, in the order in which they were opened."""
        return self.filter(seminar=room.seminar_id, kind=Room.Kind.SMALL, closed_at=None).order_by("opened_at", "number", "pk")

    def for_page(self, user: User) -> RoomQuerySet:
        """With its seminar; with `small_open`, whether a small room that this person sees is open beside it; and with `read_in`, the
        number of the span that says that they read its page now, if there is one."""
        small = Room.objects.visible_to(user).filter(seminar=OuterRef("seminar"), kind=Room.Kind.SMALL, closed_at=None)
        reading = apps.get_model("live", "PresenceSpan").objects.by_page_now(user).filter(room=OuterRef("pk"))
        return self.with_seminar().annotate(small_open=Exists(small), read_in=Subquery(reading.values("pk")[:1]))

    def for_news(self, person: int, now: datetime.datetime) -> RoomQuerySet:
        """With its seminar; and with `read_in` and `read_until`, the number of the span that says that this person reads its page at this
        moment, and until when it says so, if there is one."""
        reading = apps.get_model("live", "PresenceSpan").objects.by_page_at(person, now).filter(room=OuterRef("pk"))
        span, until = (Subquery(reading.values(name)[:1]) for name in ("pk", "seen_until"))
        return self.with_seminar().annotate(read_in=span, read_until=until)

    def with_seminar(self) -> RoomQuerySet:
        return self.select_related("seminar__cohort", "seminar__sitting")


class Room(models.Model):
    """A log, numbered without gaps. `last_seq` is the number of what happened last."""

    class Kind(models.TextChoices):
        MAIN = "main", _("Main room")
        SMALL = "small", _("Small room")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seminar = models.ForeignKey(Seminar, on_delete=models.CASCADE, related_name="rooms")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.MAIN)
    title = models.CharField(max_length=80, blank=True, db_default="")  # of a small room: its group's; empty: it has only a number
    number = models.PositiveSmallIntegerField(default=0, db_default=0)  # of a small room among those opened with it
    phase = models.CharField(
        max_length=16, choices=[(phase.value, PHASE_LABELS[phase]) for phase in Phase], default=Phase.CONVERSATION.value
    )
    last_seq = models.PositiveBigIntegerField(default=0)
    epoch = models.PositiveIntegerField(default=1)  # raised when a restore breaks the numbering
    opened_at = models.DateTimeField(null=True)  # a facilitator opened it, perhaps before its time
    closed_at = models.DateTimeField(null=True)
    slow_seconds = models.PositiveSmallIntegerField(default=0, db_default=0)  # what everybody leaves between two messages; 0: nothing
    closes_at = models.DateTimeField(null=True)  # a small room that was called back
    purged_at = models.DateTimeField(null=True)  # when its words went, where nothing is kept; empty again once it is opened again
    consecutive = models.BooleanField(default=False, db_default=False)  # a turn of a round ends when the interpreter says so
    waits_for_interpreter = models.BooleanField(default=False, db_default=False)  # who has the turn has finished
    # --- the settings of the phase
    phase_at = models.DateTimeField(default=timezone.now, db_default=Now())  # when it began
    turns = models.JSONField(default=dict, db_default=EMPTY)  # whose turn it is: lms.floor.Turns
    quiet_until = models.DateTimeField(null=True)  # a silence ends by itself then; empty: when a facilitator ends it
    before_silence = models.JSONField(default=dict, db_default=EMPTY)  # the phase and the turns that a silence interrupts
    others_listen = models.BooleanField(default=False, db_default=False)  # who was given no seat of their own
    facilitated_at = models.DateTimeField(default=timezone.now, db_default=Now())  # when a facilitator did something last

    objects = RoomQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seminar"], condition=Q(kind="main"), name="main_room_once")]

    def __str__(self) -> str:
        return f"Room {self.pk}"

    def main(self) -> Room:
        """The main room of the same seminar."""
        return Room.objects.get(seminar=self.seminar_id, kind=Room.Kind.MAIN)

    @property
    def name(self) -> str:
        if self.kind == self.Kind.MAIN:
            return str(self.Kind.MAIN.label)
        return self.title or gettext("Small room %(number)s") % {"number": self.number}

    def silence_is_over(self) -> bool:
        """Its time has come, whether or not a process has noticed."""
        return self.phase == Phase.SILENCE and self.quiet_until is not None and self.quiet_until <= timezone.now()

    def standing_now(self) -> tuple[Phase, Turns]:
        """The phase and the turns of this moment."""
        if self.silence_is_over():
            return Phase(self.before_silence["phase"]), Turns.of(self.before_silence["turns"])
        return Phase(self.phase), Turns.of(self.turns)


class Participant(models.Model):
    """Somebody who has been in a room, or said how they will be there, and their seat."""

    class Way(models.TextChoices):
        """What somebody answered to the before-you-join card; nobody asks why."""

        TAKES_PART = "takes_part", _("Taking part")
        WATCHES = "watches", _("Watching")
        STAYS_OUT = "stays_out", _("Sitting this one out")

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(
        max_length=16, choices=[(seat.value, SEAT_LABELS[seat]) for seat in Seat], blank=True
    )  # empty: as in the cohort
    placed = models.BooleanField(default=False, db_default=False)  # a facilitator put them into this small room
    way = models.CharField(max_length=12, choices=Way.choices, blank=True, db_default="")
    hosts = models.BooleanField(default=False, db_default=False)  # looks after the questions with those who facilitate
    came_at = models.DateTimeField(null=True)  # through the door of a room that may be full
    counted_at = models.DateTimeField(null=True)  # when their presence was long enough to count
    hand_at = models.DateTimeField(null=True)  # when they raised their hand; empty: it is down
    stepped_out_at = models.DateTimeField(null=True)  # they are away for a while, without leaving

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "person"], name="participant_once")]

    def __str__(self) -> str:
        return f"Participant {self.pk}"

    @property
    def own_seat(self) -> str:
        """The seat a facilitator gave, or a listening one for who chose to watch; empty: that of their part."""
        return self.part or (Seat.LISTENER.value if self.way == self.Way.WATCHES else "")
