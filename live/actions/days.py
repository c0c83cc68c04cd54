"""Calling off a day: everything of it that is still to come, in one transaction and with one notice."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions import plans
from courses.models import Cohort
from courses.permissions import may_in
from live.actions.calendars.publishing import publish
from live.actions.log import locked
from live.actions.planned import require_version
from live.actions.rooms import shut
from live.days import day_of
from live.models import Room, Seminar
from live.people import whom_it_concerns
from live.reminders import reminders_of
from lms.notifications.actions.notices import notify, take_back
from lms.notifications.models import Notice
from lms.permissions import Verb, require
from lms.users.models import User


@transaction.atomic
def call_off_day(
    *, actor: User, cohort: Cohort, on: datetime.date, mark: str, seminars: Collection[uuid.UUID], reason: str
) -> list[Seminar]:
    """Sittings, talks and open seminars of a day of the cohort do not take place; their pages stay and say why. Whoever came early is let
    go, and everybody is told once. Returns those that were called off.

    `mark` names the day as somebody looked at it (`days.Day.mark`); for another one it raises Refused with `changed_meanwhile`. Again is
    harmless.
    """
    require(may_in(actor, cohort, Verb.PLAN_LIVE), _("Only trainers and coordinators plan live days."))
    wanted = Seminar.objects.filter(pk__in=list(seminars), cohort=cohort)
    require(wanted.exists(), _("Please choose what does not take place."))
    if not wanted.taking_place().exists():
        return []
    rooms = Room.objects.filter(seminar__in=wanted, kind=Room.Kind.MAIN).order_by("pk").values_list("pk", flat=True)
    held = [locked(pk) for pk in list(rooms)]
    day = day_of(cohort, on)
    require_version(day.mark, mark)
    off = [one for one in day.seminars if one.pk in {room.seminar_id for room in held}]
    require(bool(off), _("This has begun. It is no longer changed."))
    for one in off:
        _call_off(one, next(room for room in held if room.seminar_id == one.pk), reason, actor)
    plans.call_off(sittings=[one.sitting_id for one in off if one.sitting_id is not None])
    _tell(cohort, on, mark, off)
    publish(cohort=cohort)
    return off


def _call_off(seminar: Seminar, room: Room, reason: str, actor: User) -> None:
    """One of them, with its room locked."""
    seminar.called_off_at, seminar.called_off_because = timezone.now(), reason
    seminar.version += 1
    seminar.save(update_fields=["called_off_at", "called_off_because", "version"])
    room.seminar = seminar
    shut(room, actor)


def _tell(cohort: Cohort, on: datetime.date, mark: str, off: list[Seminar]) -> None:
    """Everybody once, whatever was called off. What reminded of it goes; of what is left of the day people are reminded anew."""
    pages = [reverse("live:lobby", args=[cohort.slug, one.pk]) for one in off]
    keys = {key for one in off for key in reminders_of(one)}
    take_back(keys=set(Notice.objects.filter(key__in=keys, path__in=pages).values_list("key", flat=True)))
    notify(people=whom_it_concerns(off[0]), kind=Notice.Kind.CHANGED, key=f"live.off:{cohort.pk}:{on}:{mark}", url=pages[0])
