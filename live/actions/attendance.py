"""Minutes of attendance: from the spans in which people were in a seminar's rooms to how long they were there in its sitting.

What counts is the sitting as it was held: from its beginning to its end, or until its room was closed. Coming early adds nothing, so
that nobody makes up for a missed half hour by waiting at the door. A person is in one of the rooms of a seminar or not, whichever it
is and in however many tabs. Whoever stepped out and came back was there all the time; a line that dropped for a moment was no absence.
"""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict

from django.db.models import Exists, OuterRef
from django.utils import timezone

from courses.actions.attendance import record_minutes
from courses.models import Attendance
from live.models import PresenceSpan, Room, RoomEvent, Seminar

DROPPED = datetime.timedelta(minutes=2)  # away for no longer than this without a word: the line, not the person
SWEPT = datetime.timedelta(days=14)  # how long after its end a sitting that was not counted is still looked for
SETTLED = datetime.timedelta(minutes=5)  # so long after its end everybody's span has ended
MINUTE = datetime.timedelta(minutes=1)

Kind = RoomEvent.Kind
Span = tuple[datetime.datetime, datetime.datetime]


def count_minutes(*, seminar_id: uuid.UUID) -> int:
    """Counts anew how long everybody was there in a seminar's sitting, as far as it has gone. Returns how many people came to its rooms;
    to one that was called off nobody did."""
    seminar = Seminar.objects.taking_place().select_related("sitting").filter(pk=seminar_id, sitting__isnull=False).first()
    if seminar is None or seminar.sitting is None:
        return 0
    held = _held(seminar)
    times = {person: _time_in(spans, held) for person, spans in _spans_by_person(seminar).items()}
    minutes = {person: round(time / MINUTE) for person, time in times.items()}
    return record_minutes(sitting=seminar.sitting, minutes_by_person=minutes, of_minutes=round((held[1] - held[0]) / MINUTE))


def sweep_minutes() -> int:
    """Counts the sittings that ended and of which nobody has counted since; by the clock. Returns how many sittings."""
    now = timezone.now()
    ended = Seminar.objects.taking_place().filter(sitting__isnull=False, ends_at__gt=now - SWEPT, ends_at__lte=now - SETTLED)
    settled = Attendance.objects.counted_by_room().filter(sitting=OuterRef("sitting"), counted_at__gte=OuterRef("ends_at") + SETTLED)
    somebody = PresenceSpan.objects.filter(room__seminar=OuterRef("pk"), seen_until__gt=OuterRef("starts_at"))
    waiting = ended.filter(~Exists(settled), Exists(somebody)).values_list("pk", flat=True)
    return sum(bool(count_minutes(seminar_id=pk)) for pk in list(waiting))


def _held(seminar: Seminar) -> Span:
    """From the beginning until it ended, was closed, or now."""
    assert seminar.starts_at is not None and seminar.ends_at is not None  # noqa: S101 (for the type checker: a sitting has times)
    closed_at = Room.objects.filter(seminar=seminar, kind=Room.Kind.MAIN).values_list("closed_at", flat=True).first()
    until = min(seminar.ends_at, closed_at or seminar.ends_at, timezone.now())
    return seminar.starts_at, max(until, seminar.starts_at)


def _spans_by_person(seminar: Seminar) -> dict[int, list[Span]]:
    """When everybody was there, in whatever room; stepping out, until they came back, was being there."""
    spans: dict[int, list[Span]] = defaultdict(list)
    here = PresenceSpan.objects.filter(room__seminar=seminar).values_list("person", "started_at", "seen_until")
    for person, start, until in here:
        spans[person].append((start, until))
    out: dict[int, datetime.datetime] = {}
    moves = RoomEvent.objects.filter(room__seminar=seminar, kind__in=[Kind.STEPPED_OUT, Kind.STEPPED_IN], author__isnull=False)
    for person, kind, at in moves.order_by("at").values_list("author", "kind", "at"):
        if kind == Kind.STEPPED_OUT:
            out[person] = at
        elif person in out:
            spans[person].append((out.pop(person), at))
    return spans


def _time_in(spans: list[Span], held: Span) -> datetime.timedelta:
    """How much of the time that was held these spans cover; what overlaps counts once, and so does a gap that nobody meant."""
    total, reached = datetime.timedelta(), None
    for start, until in sorted(spans):
        if reached is not None and start - reached <= DROPPED:
            start = min(start, reached)
        start, until = max(start, held[0], reached or held[0]), min(until, held[1])
        total += max(until - start, datetime.timedelta())
        reached = max(filter(None, [until, reached]))
    return total
