"""The calendar: a month and a list in the reader's zone, of all cohorts one belongs to; and what was told of changed dates."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from live import clocks, occasions
from live.actions.calendars.choosing import choose_calendar, end_feed, make_feed
from live.actions.calendars.telling import in_words, seen_by, told_together, whys_of
from live.forms.calendars import ElsewhereForm, MonthForm, SinceForm
from live.models import CalendarChoice, DatesChange
from live.occasions import Occasion
from lms import months
from lms.http import SignedInRequest, reads, reads_or_writes, writes

DAYS_LISTED = 10  # days with something, on one page of the list


@dataclass(frozen=True)
class Day:
    """A day of the reader, what begins or goes on in it, and what clocks did since the day before it in the list."""

    date: datetime.date
    occasions: list[Occasion]
    is_today: bool
    note: str = ""


@login_required
@reads
def calendar(request: SignedInRequest) -> HttpResponse:
    """A month as a table, and beneath it the same month as a list."""
    today = timezone.localdate()
    first = MonthForm(request.GET).first_day(today)
    last = months.last_of(first)
    found = occasions.of_person(request.user, first, last)
    by_day = _by_day(found)
    context = {
        "month": months.month_of(first, today=today, urls={date: f"#day-{date:%Y-%m-%d}" for date in by_day}, things=_things(by_day)),
        "days": _listed(by_day, today, first, last),
        "several": _are_several(found),
        "is_this_month": first == today.replace(day=1),
        "tabs": _tabs("calendar"),
    }
    return render(request, "live/calendar.html", context)


@login_required
@reads
def calendar_list(request: SignedInRequest) -> HttpResponse:
    """Everything from a day on, day by day."""
    today = timezone.localdate()
    first = SinceForm(request.GET).first_day(today)
    found = occasions.of_person(request.user, first)
    by_day = _by_day(found)
    dates = sorted(date for date in by_day if date >= first)
    shown = {date: by_day[date] for date in dates[:DAYS_LISTED]}
    context = {
        "days": _listed(shown, today, first),
        "several": _are_several(found),
        "later": dates[DAYS_LISTED] if len(dates) > DAYS_LISTED else None,
        "since": first if first != today else None,
        "tabs": _tabs("calendar-list"),
    }
    return render(request, "live/calendar_list.html", context)


@login_required
@reads
def dates_changed(request: SignedInRequest, change: int) -> HttpResponse:
    """The old and the new times of what this person was told by one letter."""
    row = get_object_or_404(DatesChange.objects.visible_to(request.user).select_related("cohort"), pk=change)
    changes = told_together(request.user, row)
    context = {"change": changes[-1], "moved": in_words(seen_by(request.user, changes), row.cohort), "whys": whys_of(changes)}
    return render(request, "live/dates_changed.html", context)


# --- other calendars ------------------------------------------------------------------------------------------------


@login_required
@reads_or_writes
def calendar_elsewhere(request: SignedInRequest) -> HttpResponse:
    """What other calendars are told."""
    choice = _choice(request)
    initial = {"titles": choice.titles, "by_mail": choice.by_mail}
    form = ElsewhereForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        choose_calendar(actor=request.user, **form.cleaned_data)
        messages.success(request, _("Kept."))
        return redirect("calendar-elsewhere")
    return _elsewhere(request, choice, form)


@login_required
@writes
def calendar_address_make(request: SignedInRequest) -> HttpResponse:
    """Shown in this answer and never again: only a hash of it is kept. So there is no redirect, and sending it again makes another."""
    token = make_feed(actor=request.user)
    choice = _choice(request)
    form = ElsewhereForm(initial={"titles": choice.titles, "by_mail": choice.by_mail})
    address = request.build_absolute_uri(reverse("calendar-feed", args=[token]))
    response = _elsewhere(request, choice, form, address=address, webcal=f"webcal:{address.split(':', 1)[1]}")
    response["Cache-Control"] = "no-store"
    return response


@login_required
@writes
def calendar_address_end(request: SignedInRequest) -> HttpResponse:
    end_feed(actor=request.user)
    messages.success(request, _("That address leads nowhere any more."))
    return redirect("calendar-elsewhere")


# --- inside ---------------------------------------------------------------------------------------------------------


def _choice(request: SignedInRequest) -> CalendarChoice:
    return CalendarChoice.objects.visible_to(request.user).first() or CalendarChoice(person=request.user)


def _elsewhere(request: SignedInRequest, choice: CalendarChoice, form: ElsewhereForm, **more: Any) -> HttpResponse:
    context = {"choice": choice, "form": form, **more}
    return render(request, "live/calendar_elsewhere.html", context, status=422 if form.errors else 200)


def _by_day(found: Iterable[Occasion]) -> dict[datetime.date, list[Occasion]]:
    days: dict[datetime.date, list[Occasion]] = {}
    for one in found:
        for date in one.days():
            days.setdefault(date, []).append(one)
    return days


def _listed(
    by_day: dict[datetime.date, list[Occasion]], today: datetime.date, first: datetime.date, last: datetime.date | None = None
) -> list[Day]:
    """The days with something, each with a word on clocks that changed since now or since the day before it."""
    here, since, listed = timezone.get_current_timezone_name(), timezone.now(), []
    for date in sorted(date for date in by_day if date >= first and (last is None or date <= last)):
        hours = next((one for one in by_day[date] if one.starts_at is not None), None)
        note = ""
        if hours is not None and hours.starts_at is not None and hours.starts_at > since:
            note = clocks.note(hours.starts_at, since=since, here=here, there=hours.zone)
            since = hours.starts_at
        listed.append(Day(date, by_day[date], date == today, note))
    return listed


def _are_several(found: Iterable[Occasion]) -> bool:
    """Whether it must be said whose date something is."""
    return len({one.cohort.pk for one in found}) > 1


def _things(by_day: dict[datetime.date, list[Occasion]]) -> dict[datetime.date, list[str]]:
    """What is on each day, in the reader's time, for the table."""
    return {date: [_thing(one) for one in found] for date, found in by_day.items()}


def _thing(one: Occasion) -> str:
    return f"{date_format(timezone.localtime(one.starts_at), 'H:i')} {one.title}" if one.starts_at else one.title


def _tabs(here: str) -> list[dict[str, Any]]:
    words = {"calendar": _("Month"), "calendar-list": _("List")}
    return [{"url": reverse(name), "word": word, "here": name == here} for name, word in words.items()]
