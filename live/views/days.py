"""Calling off a day, with all that hangs on it."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import ngettext

from courses.permissions import place_or_404
from live import actions
from live.actions.planned import CHANGED_MEANWHILE
from live.days import Day, conference_on, day_of, hangs_on
from live.forms import CallOffDayForm
from live.models import Seminar
from lms.http import SignedInRequest, reads_or_writes
from lms.permissions import Refused, Verb


@login_required
@reads_or_writes
def day_call_off(request: SignedInRequest, cohort: str, on: str) -> HttpResponse:
    """All that is still to come of a day, chosen already; one reason and one press. What was typed stays where it could not be."""
    place = place_or_404(request.user, cohort, Verb.PLAN_LIVE).cohort
    day = day_of(place, _date_or_404(on))
    if not day.planned:
        raise Http404
    initial = {"seminars": [str(one.pk) for one in day.seminars], "mark": day.mark}
    form, status = CallOffDayForm(request.POST or None, initial=initial, choices=_choices(day)), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                off = actions.call_off_day(actor=request.user, cohort=place, on=day.on, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, refusal.sentence)
                status = 409 if refusal.code == CHANGED_MEANWHILE else 422
            else:
                return _done(request, day, off)
    if request.method == "POST":
        data = request.POST.copy()
        data["mark"] = day.mark  # whoever sends it again has seen how it stands now
        form.data = data
    context: dict[str, Any] = {"form": form, "day": day, "cohort": place, "conference": conference_on(day)}
    context |= {"hangs": hangs_on(day, request.user), "has_sittings": any(one.sitting_id for one in day.seminars)}
    return render(request, "live/day_off.html", context, status=status)


def _done(request: SignedInRequest, day: Day, off: list[Seminar]) -> HttpResponse:
    if off:
        sentence = ngettext("%(n)s is called off. Everybody is told.", "%(n)s are called off. Everybody is told.", len(off))
        messages.success(request, sentence % {"n": len(off)})
    conference = conference_on(day)
    if conference is not None:
        return redirect("live:conference", day.cohort.slug, conference.pk)
    return redirect("live:seminar-list", day.cohort.slug)


def _choices(day: Day) -> list[tuple[str, str]]:
    return [(str(one.pk), _words(one)) for one in day.seminars]


def _words(one: Seminar) -> str:
    """Its hours by the reader's clock, its title and its room."""
    hours = "–".join(time_format(moment, "H:i") for moment in _times(one))
    return " · ".join(filter(None, [hours, one.title, one.hall]))


def _times(one: Seminar) -> list[datetime.datetime]:
    return [timezone.localtime(moment) for moment in (one.starts_at, one.ends_at) if moment is not None]


def _date_or_404(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
