"""Which seminars a cohort has."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from courses.models import Absence, Cohort
from courses.permissions import part_in
from live import clocks
from live.models import Seminar
from live.views.conferences import conferences_of
from lms.http import SignedInRequest, reads
from lms.permissions import Part, Verb, may

PAST = 30  # seminars that are over, on one page
SOON = 3  # days to come that stand open; the rest of the year is folded


@dataclass(frozen=True)
class Day:
    """The seminars of one day of the reader, and what clocks did since the day before it in the list."""

    seminars: list[Seminar]
    note: str = ""

    @property
    def on(self) -> datetime.date | None:
        """The day of the course, by the course's clock, on which its first sitting is; None of a day without one."""
        first = next((one for one in self.seminars if one.sitting_id and one.starts_at), None)
        return first.starts_at.astimezone(ZoneInfo(first.time_zone)).date() if first and first.starts_at else None


@login_required
@reads
def seminar_list(request: SignedInRequest, cohort: str) -> HttpResponse:
    place = get_object_or_404(Cohort.objects.visible_to(request.user), slug=cohort)
    part = part_in(request.user, place)
    if not may(part, Verb.SEE_LIVE):
        raise Http404  # somebody of the cohort whose part has no live rooms meets what an outsider meets
    seminars = Seminar.objects.visible_to(request.user).filter(cohort=place)
    now = timezone.now()
    coming = list(seminars.filter(ends_at__gte=now))
    later = _with_notes(_by_day(seminar for seminar in coming if seminar.starts_at and seminar.starts_at > now), now)
    context = {
        "cohort": place,
        "current": [one for one in coming if one.starts_at and one.starts_at <= now and one.called_off_at is None],
        "soon": later[:SOON],
        "later": later[SOON:],
        "conferences": conferences_of(request, place),
        "plans": may(part, Verb.PLAN_LIVE),
        "comes": part == Part.TRAINEE,
        "sees_attendance": may(part, Verb.SEE_ATTENDANCE),
        "cannot_come_on": _said(request, place) if part == Part.TRAINEE else set(),
        "practice": seminars.filter(kind=Seminar.Kind.PRACTICE).first(),
        "past": _by_day(seminars.over(now).order_by("-starts_at")[:PAST]),
    }
    return render(request, "live/seminar_list.html", context)


def _said(request: SignedInRequest, place: Cohort) -> set[datetime.date]:
    """The days on which this person said that they cannot come."""
    mine = Absence.objects.visible_to(request.user).standing().filter(cohort=place, person=request.user)
    return set(mine.values_list("day", flat=True))


def _by_day(seminars: Iterable[Seminar]) -> list[Day]:
    """The seminars of each day of the reader, in their order."""
    return [Day(list(day)) for _date, day in groupby(seminars, key=lambda seminar: timezone.localdate(seminar.starts_at))]


def _with_notes(days: list[Day], since: datetime.datetime) -> list[Day]:
    """Each with a word on clocks that changed since now or since the day before it."""
    here, noted = timezone.get_current_timezone_name(), []
    for day in days:
        starts_at = day.seminars[0].starts_at
        assert starts_at is not None  # noqa: S101 (for the type checker: what is always open is of no day)
        noted.append(Day(day.seminars, clocks.note(starts_at, since=since, here=here, there=day.seminars[0].time_zone)))
        since = starts_at
    return noted
