"""What to do before a live hour: what to read, and where one left off. For its page and for the letter that reminds of it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.models import Activity, Sitting
from courses.permissions import Place, can_open_block, part_in
from courses.reading.progress import progress_of
from courses.reading.today import CarryOn, carry_on
from courses.years import year_of
from live.models import Seminar
from live.permissions import BEFORE
from lms.notifications.models import Notice
from lms.permissions import Part, Verb, may
from lms.users.models import User

READ = (Activity.Type.READING, Activity.Type.VIDEO)
MOST = 5  # things to read before one day


@dataclass(frozen=True)
class Preparation:
    """For templates/live/partials/preparing.html."""

    reading: list[tuple[Activity, str]] = field(default_factory=list)  # with their pages
    left_off: CarryOn | None = None


def preparation_for(person: User, seminar: Seminar, part: Part | None) -> Preparation:
    """Nothing for parts that do not work through the course, nor of talks and open seminars. Five queries at most once this process
    knows the year."""
    if seminar.sitting is None or part is None or not may(part, Verb.MARK_DONE):
        return Preparation()
    place = Place(seminar.cohort, part)
    return Preparation(_reading(place, person, seminar, seminar.sitting), carry_on(place, person))


def _reading(place: Place, person: User, seminar: Seminar, sitting: Sitting) -> list[tuple[Activity, str]]:
    """Texts and films of the sitting's block that stand before what is done on its day, open already and not done yet."""
    year = year_of(place.cohort)
    block = next((one for one in year.blocks if one.pk == sitting.block_id), None)
    if block is None or not can_open_block(place.part, block, place.cohort.today()):
        return []
    in_sittings = {one.pk for activities in year.sittings.values() for one in activities}
    that_day = {one.pk for number in _sittings_of_day(seminar, sitting) for one in year.sittings.get(number, [])}
    of_block = [one for one in year.activities if one.module_id == block.module_id]
    last = max((number for number, one in enumerate(of_block) if one.pk in that_day), default=len(of_block))
    done = {pk for pk, row in progress_of(person, place.cohort).items() if row.done_at}
    before = [one for one in of_block[:last] if one.type in READ and one.pk not in in_sittings and one.pk not in done]
    return [(one, year.urls[one.pk]) for one in before[:MOST]]


def _sittings_of_day(seminar: Seminar, sitting: Sitting) -> list[int]:
    """The ids of the block's sittings on that day, by the course's clock. One query."""
    start = sitting.starts_at.astimezone(ZoneInfo(seminar.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    day = Sitting.objects.filter(block=sitting.block_id, starts_at__gte=start, starts_at__lt=start + datetime.timedelta(days=1))
    return list(day.values_list("pk", flat=True))


# --- in the letter that reminds of a day ----------------------------------------------------------------------------


def details(person: User, notices: Iterable[Notice]) -> dict[int, list[tuple[str, str]]]:
    """For each reminder of a day: its room, what to read before, where the person left off."""
    wanted = {notice.pk: seminar for notice in notices if notice.kind == Notice.Kind.REMINDER and (seminar := _seminar_of(notice))}
    if not wanted:
        return {}
    seen = Seminar.objects.visible_to(person).filter(pk__in=set(wanted.values())).select_related("cohort__programme", "sitting")
    seminars = {seminar.pk: seminar for seminar in seen}
    return {pk: _lines(person, seminars[seminar]) for pk, seminar in wanted.items() if seminar in seminars}


def _seminar_of(notice: Notice) -> uuid.UUID | None:
    """A reminder leads to the first hour of its day."""
    try:
        return uuid.UUID(notice.path.rstrip("/").rsplit("/", 1)[-1])
    except ValueError:
        return None


def _lines(person: User, seminar: Seminar) -> list[tuple[str, str]]:
    lobby = reverse("live:lobby", args=[seminar.cohort.slug, seminar.pk])
    lines = []
    if seminar.starts_at is not None:
        lines.append((_("The room: %(title)s. It opens at %(time)s.") % {"title": seminar.title, "time": _opens(seminar)}, lobby))
    part = part_in(person, seminar.cohort)
    if part == Part.INTERPRETER:
        lines.append((_("What is done, and the words of the course, for interpreting"), f"{lobby}#terms"))
    prepared = preparation_for(person, seminar, part)
    lines += [(_("To read before: %(title)s") % {"title": one.title}, url) for one, url in prepared.reading]
    if prepared.left_off is not None and prepared.left_off.begun:
        lines.append((_("Where you left off: %(title)s") % {"title": prepared.left_off.activity.title}, prepared.left_off.url))
    return lines


def _opens(seminar: Seminar) -> str:
    assert seminar.starts_at is not None  # noqa: S101 (for the type checker: it was asked)
    return date_format(timezone.localtime(seminar.starts_at - BEFORE), "H:i")
