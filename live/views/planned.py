"""Changing what is planned, and calling it off."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from courses.permissions import may_in
from live import actions
from live.actions.planned import CHANGED_MEANWHILE
from live.forms import CallOffForm, ConferenceChangeForm, SeminarChangeForm, TalkChangeForm
from live.models import Conference, Seminar
from live.permissions import PLANNED
from lms.http import SignedInRequest, reads_or_writes
from lms.permissions import Refused, Verb

Change = Callable[[dict[str, Any]], Any]


@login_required
@reads_or_writes
def seminar_edit(request: SignedInRequest, cohort: str, seminar: uuid.UUID) -> HttpResponse:
    planned = _planned_or_404(request, cohort, seminar)
    talk = planned.kind == Seminar.Kind.TALK
    form_class: type[forms.Form] = TalkChangeForm if talk else SeminarChangeForm
    action: Callable[..., Seminar] = actions.change_talk if talk else actions.change_open_seminar

    def change(fields: dict[str, Any]) -> None:
        action(actor=request.user, seminar=planned, **fields)

    context = {"title": _("Change what is planned"), "word": planned.title, "button": _("Keep")}
    return _changed(request, planned, form_class, change, context)


@login_required
@reads_or_writes
def seminar_call_off(request: SignedInRequest, cohort: str, seminar: uuid.UUID) -> HttpResponse:
    planned = _planned_or_404(request, cohort, seminar)

    def change(fields: dict[str, Any]) -> None:
        actions.call_off(actor=request.user, seminar=planned, **fields)

    context = {"title": _("Call it off"), "word": planned.title, "button": _("Call it off"), "calls_off": True}
    return _changed(request, planned, CallOffForm, change, context)


@login_required
@reads_or_writes
def conference_edit(request: SignedInRequest, cohort: str, conference: uuid.UUID) -> HttpResponse:
    days = Conference.objects.visible_to(request.user).select_related("cohort")
    day = get_object_or_404(days, pk=conference, cohort__slug=cohort)
    if not may_in(request.user, day.cohort, Verb.PLAN_LIVE):
        raise Http404

    def change(fields: dict[str, Any]) -> None:
        actions.change_conference(actor=request.user, conference=day, **fields)

    context = {"title": _("Change the day"), "word": day.title, "button": _("Keep"), "day": day}
    return _changed(request, day, ConferenceChangeForm, change, context)


def _planned_or_404(request: SignedInRequest, cohort: str, seminar: uuid.UUID) -> Seminar:
    visible = Seminar.objects.visible_to(request.user).select_related("cohort", "conference")
    planned = get_object_or_404(visible, pk=seminar, cohort__slug=cohort, kind__in=PLANNED)
    if not may_in(request.user, planned.cohort, Verb.PLAN_LIVE):
        raise Http404
    return planned


def _changed(
    request: SignedInRequest, planned: Seminar | Conference, form_class: type[forms.Form], change: Change, context: dict[str, Any]
) -> HttpResponse:
    """Changes it and goes to its page. What was typed stays where it could not be; where somebody else was quicker, beside how it
    stands now, and sending it again is meant."""
    form, status = form_class(request.POST if request.method == "POST" else None, initial=_as_it_stands(planned)), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change(form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, refusal.sentence)
                if refusal.code == CHANGED_MEANWHILE:
                    status = 409
                    form.data = {**request.POST.dict(), "version": planned.version}
            else:
                messages.success(request, _("Kept. Whoever it concerns hears of another time."))
                return redirect(*_page_of(planned))
    context |= {"form": form, "planned": planned, "cohort": planned.cohort, "meanwhile": status == 409, "back": _page_of(planned)}
    return render(request, "live/planned.html", context, status=status)


def _as_it_stands(planned: Seminar | Conference) -> dict[str, Any]:
    """What the form shows first, by the clock of the course."""
    if isinstance(planned, Conference):
        return {"title": planned.title, "about": planned.about, "day": planned.day, "version": planned.version}
    fields = {name: getattr(planned, name) for name in ("title", "hall", "capacity", "keeps_text", "version")}
    if planned.starts_at and planned.ends_at:
        begins, ends = (moment.astimezone(ZoneInfo(planned.time_zone)) for moment in (planned.starts_at, planned.ends_at))
        fields |= {"day": begins.date(), "begins": begins.time(), "ends": ends.time()}
    return fields


def _page_of(planned: Seminar | Conference) -> tuple[str, str, uuid.UUID]:
    return ("live:conference" if isinstance(planned, Conference) else "live:lobby", planned.cohort.slug, planned.pk)
