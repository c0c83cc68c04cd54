"""The page of a day of talks, and planning what is live."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from itertools import groupby
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Cohort
from courses.permissions import may_in, place_or_404
from live import actions, clocks
from live.forms import ConferenceForm, SeriesForm, TalkForm
from live.models import Conference, Seminar
from lms.http import SignedInRequest, reads, reads_or_writes
from lms.permissions import Refused, Verb


@login_required
@reads
def conference(request: SignedInRequest, cohort: str, conference: uuid.UUID) -> HttpResponse:
    """When and in which rooms: what begins together stands together."""
    day = _day_or_404(request, cohort, conference)
    talks = list(day.talks.order_by("starts_at", "hall"))
    now = timezone.now()
    note = ""
    if talks and talks[0].starts_at and talks[0].starts_at > now:
        note = clocks.note(talks[0].starts_at, since=now, here=timezone.get_current_timezone_name(), there=day.time_zone)
    context = {
        "conference": day,
        "cohort": day.cohort,
        "hours": [list(together) for _at, together in groupby(talks, key=lambda talk: (talk.starts_at, talk.ends_at))],
        "clock_note": note,
        "now": now,
        "to_come": any(talk.starts_at and talk.starts_at > now and talk.called_off_at is None for talk in talks),
        "plans": may_in(request.user, day.cohort, Verb.PLAN_LIVE),
    }
    return render(request, "live/conference.html", context)


@login_required
@reads_or_writes
def conference_new(request: SignedInRequest, cohort: str) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.PLAN_LIVE).cohort
    form = ConferenceForm(request.POST or None)

    def plan() -> HttpResponse:
        day = actions.plan_conference(actor=request.user, cohort=place, **form.cleaned_data)
        return redirect("live:conference", cohort, day.pk)

    return _planned(request, form, plan, {"cohort": place, "title": _("Plan a day of talks")})


@login_required
@reads_or_writes
def talk_new(request: SignedInRequest, cohort: str, conference: uuid.UUID) -> HttpResponse:
    day = _day_or_404(request, cohort, conference)
    if not may_in(request.user, day.cohort, Verb.PLAN_LIVE):
        raise Http404
    form = TalkForm(request.POST or None)

    def plan() -> HttpResponse:
        actions.plan_talk(actor=request.user, conference=day, **form.cleaned_data)
        return redirect("live:conference", cohort, day.pk)

    return _planned(request, form, plan, {"cohort": day.cohort, "conference": day, "title": _("Plan a talk")})


@login_required
@reads_or_writes
def series_new(request: SignedInRequest, cohort: str) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.PLAN_LIVE).cohort
    form = SeriesForm(request.POST or None)

    def plan() -> HttpResponse:
        planned: list[Seminar] = actions.plan_series(actor=request.user, cohort=place, **form.cleaned_data)
        return redirect("live:lobby", cohort, planned[0].pk)

    return _planned(request, form, plan, {"cohort": place, "title": _("Plan an open seminar")})


def _planned(request: SignedInRequest, form: forms.Form, plan: Callable[[], HttpResponse], context: dict[str, Any]) -> HttpResponse:
    """Plans it; what was typed stays where it could not be."""
    if request.method == "POST" and form.is_valid():
        try:
            return plan()
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return render(request, "live/plan.html", {**context, "form": form}, status=422 if form.errors else 200)


def _day_or_404(request: SignedInRequest, cohort: str, conference: uuid.UUID) -> Conference:
    visible = Conference.objects.visible_to(request.user).select_related("cohort")
    day: Conference = get_object_or_404(visible, pk=conference, cohort__slug=cohort)
    return day


def conferences_of(request: SignedInRequest, cohort: Cohort) -> list[Conference]:
    """Days of talks that are not over by more than a day, wherever the reader is."""
    since = timezone.now().date() - clocks.DAY
    return list(Conference.objects.visible_to(request.user).filter(cohort=cohort, day__gte=since))
