"""Seminars, their rooms, and the log that a room is."""

from live.models.calendars import (
    CalendarChoice,
    CalendarEvent,
    CalendarEventQuerySet,
    CalendarInvitation,
    DatesChange,
    DatesTelling,
)
from live.models.flags import REASON_LENGTH, Flag, RoomFlagQuerySet
from live.models.log import MESSAGE_LENGTH, QUOTE_LENGTH, LaneChoice, Reaction, RoomEvent, RoomEventQuerySet
from live.models.presence import BY_PAGE, LEASE, PresenceSpan, PresenceSpanQuerySet, Revocation
from live.models.questions import QUESTION_LENGTH, SENTENCE_LENGTH, Question, QuestionQuerySet, TakenUp
from live.models.rooms import EMPTY, Participant, Room, RoomQuerySet
from live.models.seminars import NO_LANES, WHY_LENGTH, Conference, ConferenceQuerySet, Seminar, SeminarQuerySet, language_name
from live.models.sight import cohorts_of, places_of

__all__ = [
    "BY_PAGE",
    "EMPTY",
    "LEASE",
    "MESSAGE_LENGTH",
    "NO_LANES",
    "QUESTION_LENGTH",
    "QUOTE_LENGTH",
    "REASON_LENGTH",
    "SENTENCE_LENGTH",
    "WHY_LENGTH",
    "CalendarChoice",
    "CalendarEvent",
    "CalendarEventQuerySet",
    "CalendarInvitation",
    "Conference",
    "ConferenceQuerySet",
    "DatesChange",
    "DatesTelling",
    "Flag",
    "LaneChoice",
    "Participant",
    "PresenceSpan",
    "PresenceSpanQuerySet",
    "Question",
    "QuestionQuerySet",
    "Reaction",
    "Revocation",
    "Room",
    "RoomEvent",
    "RoomEventQuerySet",
    "RoomFlagQuerySet",
    "RoomQuerySet",
    "Seminar",
    "SeminarQuerySet",
    "TakenUp",
    "cohorts_of",
    "language_name",
    "places_of",
]
