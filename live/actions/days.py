"""Calling off a day: everything of it that is still to come, in one transaction and with one notice."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions.plans import lock_plan, note_called_off
from courses.models import Cohort
from courses.permissions import may_in
from live.actions.calendars.publishing import publish
from live.actions.calendars.telling import note_changes
from live.actions.calling_off import call_off_seminars
from live.actions.log import locked
from live.actions.planned import require_version
from live.days import day_of
from live.models import Room, Seminar
from lms.permissions import Verb, require
from lms.users.models import User


@transaction.atomic
def call_off_day(
    *, actor: User, cohort: Cohort, on: datetime.date, mark: str, seminars: Collection[uuid.UUID], reason: str
) -> list[Seminar]:
    """Sittings, talks and open seminars of a day of the cohort do not take place; their pages stay and say why. Whoever came early is let
    go, and everybody whom it concerns is told once, with the hours and the reason. Returns those that were called off.

    `mark` names the day as somebody looked at it (`days.Day.mark`); for another one it raises Refused with `changed_meanwhile`. Again is
    harmless.
    """
    require(may_in(actor, cohort, Verb.PLAN_LIVE), _("Only trainers and coordinators plan live days."))
    wanted = Seminar.objects.filter(pk__in=list(seminars), cohort=cohort)
    require(wanted.exists(), _("Please choose what does not take place."))
    if not wanted.taking_place().exists():
        return []
    lock_plan(cohort, None)  # before the rooms, as when dates move
    rooms = Room.objects.filter(seminar__in=wanted, kind=Room.Kind.MAIN).order_by("pk").values_list("pk", flat=True)
    held = [locked(pk) for pk in list(rooms)]
    day = day_of(cohort, on)
    require_version(day.mark, mark)
    off = [one for one in day.seminars if one.pk in {room.seminar_id for room in held}]
    require(bool(off), _("This has begun. It is no longer changed."))
    changes = call_off_seminars(actor=actor, rooms=_of(off, held), why=reason)
    note_called_off(actor=actor, cohort=cohort, sittings=[one.sitting_id for one in off if one.sitting_id is not None], why=reason)
    publish(cohort=cohort)
    note_changes(cohort=cohort, actor=actor, changes=changes, why=reason)
    return off


def _of(seminars: list[Seminar], held: list[Room]) -> list[Room]:
    """Their rooms, with these rows."""
    rooms = {room.seminar_id: room for room in held}
    for seminar in seminars:
        rooms[seminar.pk].seminar = seminar
    return [rooms[seminar.pk] for seminar in seminars]
