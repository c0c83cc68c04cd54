"""What happened in a room, numbered without gaps; answers without words, and what somebody reads of several languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    pass
from live.models.rooms import Room
from live.models.seminars import language_name

MESSAGE_LENGTH = 4000
QUOTE_LENGTH = 500


class RoomEventQuerySet(models.QuerySet["RoomEvent"]):
    def drawn(self) -> RoomEventQuerySet:
        """What has a place of its own on the page, with whom it is from and who answered it without words."""
        placed = self.exclude(kind__in=RoomEvent.UNDRAWN).with_people()
        return placed.prefetch_related(models.Prefetch("reactions", Reaction.objects.select_related("person")))

    def in_words(self) -> RoomEventQuerySet:
        """Whatever somebody said, in the room or in a lane, and has not taken back; nothing that was not kept."""
        return self.filter(kind__in=RoomEvent.IN_WORDS, withdrawn_at=None).exclude(text="")

    def said(self) -> RoomEventQuerySet:
        """Messages whose words are still there."""
        return self.in_words().filter(kind__in=RoomEvent.SAID)

    def with_people(self) -> RoomEventQuerySet:
        return self.select_related("author", "whom")


class RoomEvent(models.Model):
    """One thing that happened in a room. client_id is the browser's name for it, so a retry is harmless."""

    class Kind(models.TextChoices):
        POSTED = "message.posted"
        WITHDRAWN = "message.withdrawn"
        PHASE_MOVED = "phase.moved"
        REACTED = "message.reacted"
        PURGED = "words.purged"
        INTERPRETED = "message.interpreted"  # `answers` is the message, `lang` the lane
        TURN_INTERPRETED = "turn.interpreted"  # who has the turn has finished, the interpreter not yet
        LANES_SET = "lanes.set"
        SMALL_OPENED = "rooms.opened"
        CALLED_BACK = "rooms.called_back"
        BROUGHT = "words.brought"  # by a small room, into the main room
        BROUGHT_BACK = "words.brought_back"  # the same, as the small room hears of it

        QUESTIONS = "questions.changed"  # something waits beside the talk, or no longer; without anybody's words
        FLOOR_GIVEN = "floor.given"  # by a facilitator, or because who had it dropped out
        TURN_DONE = "turn.done"
        TURN_PASSED = "turn.passed"
        NOTHING_NOW = "turn.nothing"
        ORDER_CHANGED = "order.changed"
        HAND_RAISED = "hand.raised"
        HAND_LOWERED = "hand.lowered"
        STEPPED_OUT = "person.stepped_out"
        STEPPED_IN = "person.stepped_in"
        PARTS_SET = "parts.set"
        SLOWED = "room.slowed"  # or no longer: `seconds` that everybody leaves between two messages

    # What changes the picture of the room and leaves no line in its log.
    UNDRAWN = (
        Kind.INTERPRETED,
        Kind.LANES_SET,
        Kind.WITHDRAWN,
        Kind.REACTED,
        Kind.PURGED,
        Kind.QUESTIONS,
        Kind.ORDER_CHANGED,
        Kind.HAND_RAISED,
        Kind.HAND_LOWERED,
        Kind.STEPPED_OUT,
        Kind.STEPPED_IN,
    )
    SAID = (Kind.POSTED, Kind.BROUGHT)  # messages
    IN_WORDS = (*SAID, Kind.INTERPRETED)  # what people said

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=24, choices=Kind.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")  # empty: the room itself
    whom = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")  # who has the floor now
    client_id = models.UUIDField(null=True)
    lang = models.CharField(max_length=10, blank=True)
    answers = models.PositiveBigIntegerField(null=True)  # the number of the message whose words it takes up
    quote = models.CharField(max_length=QUOTE_LENGTH, blank=True)
    text = models.TextField(blank=True, max_length=MESSAGE_LENGTH)  # as written; escaped and linked when drawn
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)  # the words are gone, the number stays

    objects = RoomEventQuerySet.as_manager()

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="event_number_once"),
            models.UniqueConstraint(fields=["room", "author", "client_id"], name="event_sent_once"),
        ]
        indexes = [models.Index(fields=["room", "author", "at"], name="event_pace")]

    def __str__(self) -> str:
        return f"Event {self.seq} of room {self.room_id}"  # never the words: this reaches logs

    @property
    def is_message(self) -> bool:
        return self.kind in self.SAID

    @property
    def voice(self) -> str:
        """Whose words they are: somebody's, or a small room's, which speaks as one."""
        if self.kind == self.Kind.BROUGHT:
            return str(self.data.get("from") or gettext("A small room"))
        return self.author.display_name if self.author else ""

    @property
    def lang_name(self) -> str:
        return language_name(self.lang)


class Reaction(models.Model):
    """An answer to a message without words of one's own. Shown as names, never counted. What happened stands in the log; this is how
    it stands now."""

    class Kind(models.TextChoices):
        HEARD = "heard", _("Heard")
        MOVED = "moved", _("Moved")
        WITH_YOU = "with_you", _("With you")

    event = models.ForeignKey(RoomEvent, on_delete=models.CASCADE, related_name="reactions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["event", "person", "kind"], name="room_reaction_once")]

    def __str__(self) -> str:
        return f"Reaction {self.pk}"


class LaneChoice(models.Model):
    """What somebody reads in rooms with interpreters: the words as they were said, one lane, or both. Who never chose has no row."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lane_choice")
    lang = models.CharField(max_length=10, blank=True)  # empty: no lane
    original = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"Lane choice {self.pk}"
