"""Changing what is planned, and calling it off: until it begins, and against the version that somebody looked at. Everybody whom it
concerns hears of another time."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Cohort
from courses.permissions import may_in
from courses.signals import DateChange
from live.actions.calendars.publishing import publish
from live.actions.calendars.telling import note_changes
from live.actions.calling_off import call_off_seminars, date_change, hours_of
from live.actions.conferences import require_free
from live.actions.log import locked
from live.actions.reminded import take_back_reminders
from live.models import Conference, Room, RoomEvent, Seminar
from live.permissions import PLANNED, somebody_came
from lms.db import local_datetime
from lms.permissions import Verb, require
from lms.users.models import User

CHANGED_MEANWHILE = "changed_meanwhile"


@transaction.atomic
def change_talk(
    *,
    actor: User,
    seminar: Seminar,
    version: int,
    title: str,
    hall: str,
    begins: datetime.time,
    ends: datetime.time,
    keeps_text: bool,
    capacity: int,
) -> Seminar:
    """Another title, room or hour of a talk, on the same day. Raises Refused with `changed_meanwhile` for another version than this."""
    day = Conference.objects.select_for_update().get(talks=seminar)
    held = _held(actor, seminar, version)
    starts_at, ends_at = (local_datetime(day.day, clock, day.time_zone) for clock in (begins, ends))
    require_free(day, hall, starts_at, ends_at, but=held)
    own = {"title": title, "hall": hall, "capacity": capacity, "keeps_text": keeps_text}
    return _changed(actor, held, {**own, "starts_at": starts_at, "ends_at": ends_at})


@transaction.atomic
def change_open_seminar(
    *,
    actor: User,
    seminar: Seminar,
    version: int,
    title: str,
    day: datetime.date,
    begins: datetime.time,
    ends: datetime.time,
    keeps_text: bool,
) -> Seminar:
    """Another title or time of one open seminar; the other weeks stay as they are."""
    held = _held(actor, seminar, version)
    starts_at, ends_at = (local_datetime(day, clock, held.time_zone) for clock in (begins, ends))
    return _changed(actor, held, {"title": title, "keeps_text": keeps_text, "starts_at": starts_at, "ends_at": ends_at})


@transaction.atomic
def call_off(*, actor: User, seminar: Seminar, version: int, reason: str) -> Seminar:
    """It does not take place; its page stays and says why. Whoever came early is let go. Again is harmless."""
    if Seminar.objects.filter(pk=seminar.pk, called_off_at__isnull=False).exists():
        return seminar
    held = _held(actor, seminar, version)
    room = locked(held.main_room().pk)
    room.seminar = held
    changes = call_off_seminars(actor=actor, rooms=[room], why=reason)
    publish(cohort=held.cohort)
    note_changes(cohort=held.cohort, actor=actor, changes=changes, why=reason)
    return held


@transaction.atomic
def change_conference(*, actor: User, conference: Conference, version: int, title: str, about: str, day: datetime.date) -> Conference:
    """Another title or day. Its talks move with it, to the same hours by the clock of the day; none of them may have begun."""
    held = Conference.objects.select_for_update().select_related("cohort").get(pk=conference.pk)
    _require_planner(actor, held.cohort)
    require_version(held.version, version)
    moved = day != held.day
    held.title, held.about, held.day, held.version = title, about, day, held.version + 1
    held.save(update_fields=["title", "about", "day", "version"])
    rooms = Room.objects.filter(kind=Room.Kind.MAIN, seminar__in=held.talks.taking_place()) if moved else Room.objects.none()
    changes = [change for room in rooms.order_by("pk").values_list("pk", flat=True) for change in _move(locked(room).seminar, held)]
    publish(cohort=held.cohort)
    note_changes(cohort=held.cohort, actor=actor, changes=sorted(changes, key=lambda change: change.now))
    return held


def _move(talk: Seminar, conference: Conference) -> list[DateChange]:
    """To the day of its conference."""
    assert talk.starts_at is not None and talk.ends_at is not None  # noqa: S101 (for the type checker: a talk has its time)
    require(talk.starts_at > timezone.now(), _("A talk of this day has begun. It stays on its day."))
    zone = ZoneInfo(conference.time_zone)
    clocks = [moment.astimezone(zone).time() for moment in (talk.starts_at, talk.ends_at)]
    starts_at, ends_at = (local_datetime(conference.day, clock, conference.time_zone) for clock in clocks)
    return _change(talk, {"starts_at": starts_at, "ends_at": ends_at})


def _held(actor: User, seminar: Seminar, version: int) -> Seminar:
    """The seminar with its row locked, as somebody may change it who looked at this version."""
    locked(seminar.main_room().pk)  # before the seminar's row, as by everything that holds both
    held = Seminar.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=seminar.pk)
    _require_planner(actor, held.cohort)
    require(held.kind in PLANNED, _("The hours of the course are changed with its year."))
    require(held.called_off_at is None, _("This was called off."))
    require(held.starts_at is not None and held.starts_at > timezone.now(), _("This has begun. It is no longer changed."))
    require_version(held.version, version)
    return held


def _require_planner(actor: User, cohort: Cohort) -> None:
    require(may_in(actor, cohort, Verb.PLAN_LIVE), _("Only trainers and coordinators plan live days."))


def require_version(now: int | str, looked_at: int | str) -> None:
    """Refuses, with `changed_meanwhile`, what was decided by looking at another version than holds now."""
    sentence = _("Somebody changed this while you were at it. Please look at how it stands now; what you typed is still here.")
    require(now == looked_at, sentence, CHANGED_MEANWHILE)


def _changed(actor: User, held: Seminar, fields: dict[str, Any]) -> Seminar:
    """The same with what follows: calendar programs, and everybody whom another time concerns."""
    changes = _change(held, fields)
    publish(cohort=held.cohort)
    note_changes(cohort=held.cohort, actor=actor, changes=changes)
    return held


def _change(held: Seminar, fields: dict[str, Any]) -> list[DateChange]:
    """Keeps what changes; returns from when to when, if that did. What was announced about the text holds from the first word on."""
    if (keeps := fields.get("keeps_text", held.keeps_text)) != held.keeps_text:
        spoken = RoomEvent.objects.filter(room__seminar=held.pk).said().exists()
        require(not spoken, _("Somebody has spoken there already. What was announced about the text stays."))
        told = keeps and somebody_came(held)
        require(not told, _("People came in there who were told that nothing is kept. What was announced about the text stays."))
    before, is_moved = hours_of(held), any(fields[name] != getattr(held, name) for name in ("starts_at", "ends_at"))
    if is_moved:
        take_back_reminders(seminars=[held])
        Room.objects.filter(seminar=held.pk, kind=Room.Kind.MAIN).update(opened_at=None)
    for name, value in fields.items():
        setattr(held, name, value)
    held.version += 1
    held.save(update_fields=[*fields, "version"])
    return [date_change(held, before, hours_of(held))] if is_moved else []
