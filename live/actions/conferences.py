"""Planning a day of talks, a talk in it, or an open seminar that comes again every week."""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import Cohort
from courses.permissions import may_in
from live import clocks
from live.actions.calendars.publishing import publish
from live.actions.log import change, locked
from live.models import Conference, Room, RoomEvent, Seminar
from live.permissions import standing
from lms.db import local_datetime
from lms.permissions import Verb, require
from lms.users.models import User

HALL_HOLDS = 600  # people in the room of a talk, unless said otherwise
PAUSES = (0, 30, 60, 120, 300)  # seconds that a slow room may ask for


@transaction.atomic
def plan_conference(*, actor: User, cohort: Cohort, title: str, day: datetime.date, about: str = "") -> Conference:
    """A day in the cohort's zone; talks come into it one by one. The same title on the same day is the same day: a form sent twice."""
    require(may_in(actor, cohort, Verb.PLAN_LIVE), _("Only trainers and coordinators plan live days."))
    _one_at_a_time(cohort)
    own = {"about": about, "time_zone": cohort.time_zone}
    conference, fresh = Conference.objects.get_or_create(cohort=cohort, title=title, day=day, defaults=own)
    if fresh:
        publish(cohort=cohort)
    return conference


@transaction.atomic
def plan_talk(
    *,
    actor: User,
    conference: Conference,
    title: str,
    hall: str,
    begins: datetime.time,
    ends: datetime.time,
    keeps_text: bool,
    capacity: int = HALL_HOLDS,
) -> Seminar:
    """A talk with its room, by the clock of the day; several may go on at the same time in different halls, not in the same."""
    require(may_in(actor, conference.cohort, Verb.PLAN_LIVE), _("Only trainers and coordinators plan live days."))
    Conference.objects.select_for_update().get(pk=conference.pk)  # one at a time, so that no hall is given away twice
    starts_at, ends_at = (local_datetime(conference.day, clock, conference.time_zone) for clock in (begins, ends))
    require_free(conference, hall, starts_at, ends_at)
    fields = {"kind": Seminar.Kind.TALK, "title": title, "hall": hall, "keeps_text": keeps_text, "capacity": capacity}
    fields |= {"languages": conference.cohort.languages}
    times = {"starts_at": starts_at, "ends_at": ends_at, "time_zone": conference.time_zone}
    talk = _with_room(Seminar(cohort=conference.cohort, conference=conference, **fields, **times))
    publish(cohort=conference.cohort)
    return talk


@transaction.atomic
def plan_series(
    *,
    actor: User,
    cohort: Cohort,
    title: str,
    day: datetime.date,
    begins: datetime.time,
    ends: datetime.time,
    weeks: int,
    keeps_text: bool,
) -> list[Seminar]:
    """An open seminar, once or week after week at the same hour by the cohort's clock. What stands there already is planned once."""
    require(may_in(actor, cohort, Verb.PLAN_LIVE), _("Only trainers and coordinators plan live days."))
    firsts, lasts = (clocks.weekly(day, clock, cohort.time_zone, weeks) for clock in (begins, ends))
    fields = {"cohort": cohort, "kind": Seminar.Kind.OPEN_SEMINAR, "title": title, "time_zone": cohort.time_zone, "keeps_text": keeps_text}
    fields |= {"languages": cohort.languages}
    # Where the hour between is missing, the end would come at its beginning: the hour is as long as it is by the clock elsewhere.
    length = datetime.datetime.combine(day, ends) - datetime.datetime.combine(day, begins)
    times = [(first, last if last > first else first + length) for first, last in zip(firsts, lasts, strict=True)]
    _one_at_a_time(cohort)
    standing = Seminar.objects.taking_place().filter(cohort=cohort, kind=Seminar.Kind.OPEN_SEMINAR, title=title)
    there = {(one.starts_at, one.ends_at): one for one in standing}
    planned = [there.get((first, last)) or _with_room(Seminar(starts_at=first, ends_at=last, **fields)) for first, last in times]
    publish(cohort=cohort)
    return planned


@transaction.atomic
def slow_down(*, actor: User, room_id: uuid.UUID, seconds: int) -> None:
    """Asks everybody but those who facilitate or host to leave so many seconds between two messages, and tells them; 0 ends it."""
    room = locked(room_id, actor=actor)
    require(standing(actor, room).facilitates, _("Only a facilitator slows the room down."), "not_a_participant")
    if seconds not in PAUSES:
        raise ValueError(f"A room is not slowed down by {seconds} seconds.")
    if seconds == room.slow_seconds or room.closed_at is not None:
        return
    change(room, RoomEvent.Kind.SLOWED, actor, {"slow_seconds": seconds}, data={"seconds": seconds})


def _one_at_a_time(cohort: Cohort) -> None:
    """Who plans for this cohort waits for whoever does so now."""
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)


def require_free(
    conference: Conference, hall: str, starts_at: datetime.datetime, ends_at: datetime.datetime, but: Seminar | None = None
) -> None:
    """Refuses a hall in which another talk (`but` this one) is at that time. With the row of the day locked."""
    others = conference.talks.taking_place()
    if but is not None:
        others = others.exclude(pk=but.pk)
    taken = others.filter(hall__iexact=hall, starts_at__lt=ends_at, ends_at__gt=starts_at).first()
    if taken is not None:
        require(False, _("“%(title)s” is in this room at that time. Please choose another room or time.") % {"title": taken.title})


def _with_room(seminar: Seminar) -> Seminar:
    seminar.save(force_insert=True)
    Room.objects.create(seminar=seminar, kind=Room.Kind.MAIN)
    return seminar
