"""Calling off, whoever calls it: one seminar, a day, or sittings that go out of the plan. What was planned does not take place at its hour;
its page stays and says why."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.utils import timezone

from courses.models import ChangedDate
from courses.signals import DateChange
from live.actions.reminded import take_back_reminders
from live.actions.rooms import shut_with_small
from live.models import Room, Seminar
from lms.users.models import User


def call_off_seminars(*, actor: User | None, rooms: Collection[Room], why: str) -> list[DateChange]:
    """The seminars of these main rooms, which are locked, with their rows as `room.seminar`. Whoever came early is let go, and what
    reminded of the hour goes. Returns what is to be told of it; those that were called off before are left as they are.

    Asks nobody, and tells nobody: the act that calls it has asked, and tells everybody once of all that it did.
    """
    off = [room for room in rooms if room.seminar.called_off_at is None]
    for room in off:
        seminar = room.seminar
        seminar.called_off_at, seminar.called_off_because = timezone.now(), why
        seminar.version += 1
        seminar.save(update_fields=["called_off_at", "called_off_because", "version"])
        shut_with_small(room, actor)
    seminars = [room.seminar for room in off]
    take_back_reminders(seminars=seminars)
    return [date_change(seminar, hours_of(seminar), ()) for seminar in seminars]


def date_change(seminar: Seminar, was: tuple[datetime.datetime, ...], now: tuple[datetime.datetime, ...]) -> DateChange:
    """What is told of a seminar's hours; a sitting is the same thing here as in the plan of the year."""
    sitting = seminar.sitting_id
    return DateChange(ChangedDate.Kind.SITTING, seminar.title, was, now, sitting=sitting, thing="" if sitting else f"seminar:{seminar.pk}")


def hours_of(seminar: Seminar) -> tuple[datetime.datetime, ...]:
    assert seminar.starts_at is not None and seminar.ends_at is not None  # noqa: S101 (for the type checker: what is planned has its time)
    return seminar.starts_at, seminar.ends_at
