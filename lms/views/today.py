"""Today: three things at most, and a thin line of the year."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.cohorts import use_cohort
from courses.news import pinned_of
from courses.permissions import Place, place_of, place_or_404, places_of, places_shown_to
from courses.reading.path import year_path
from courses.reading.shares import responses_waiting
from courses.reading.today import carry_on, week_of
from courses.years import year_of
from forums.reading.waiting import waiting_for
from live.models import Seminar
from live.permissions import BEFORE
from lms.http import SignedInRequest, reads
from lms.permissions import Part, Verb
from lms.users.models import User

PINNED = 3  # announcements on the page; more of them would push away the day itself


@login_required
@reads
def today(request: SignedInRequest) -> HttpResponse:
    """Of the cohort used last."""
    places = places_shown_to(request.user)
    if not places:
        return render(request, "lms/no_cohort.html")
    return _today(request, place_of(places[0]))


@login_required
@reads
def cohort_today(request: SignedInRequest, cohort: str) -> HttpResponse:
    """Of this cohort, which from now on is the one used last."""
    place = place_or_404(request.user, cohort, Verb.BELONG)
    use_cohort(actor=request.user, place=place)
    return _today(request, place)


@login_required
@reads
def cohorts(request: SignedInRequest) -> HttpResponse:
    """All cohorts one is in; the bar shows only the first few."""
    return render(request, "lms/cohorts.html", {"places": places_of(request.user)})


def _today(request: SignedInRequest, place: Place) -> HttpResponse:
    path = year_path(place)
    now = next((step for step in path if step.state == "now"), None)
    seminar = _next_seminar(request.user, place)
    done_in_it = year_of(place.cohort).sittings.get(seminar.sitting_id, []) if seminar and seminar.sitting_id else []
    context = {
        "cohort": place.cohort,
        "place": place,
        "pinned": pinned_of(place.cohort, place.pinned)[:PINNED],
        "pinned_besides": max(0, len(place.pinned) - PINNED),
        "greeting": _greeting(),
        "now": now,
        "week": week_of(now.block, place.cohort.today()) if now else 0,
        "states": [step.state for step in path],
        "path": path if place.may(Verb.SEE_COURSE) else [],
        "carry_on": carry_on(place, request.user),
        "seminar": seminar,
        "asked": [activity.before["asked"] for activity in done_in_it if activity.before.get("asked")],
        "is_open": seminar is not None and seminar.starts_at is not None and seminar.starts_at - BEFORE <= timezone.now(),
        "waiting": waiting_for(request.user, place.cohort, place.part) if place.may(Verb.SEE_FORUM) else [],
        "responses": responses_waiting(request.user, 3),
        "comes": place.part == Part.TRAINEE,
        "sees_forum": place.may(Verb.SEE_FORUM),
    }
    return render(request, "lms/today.html", context)


def _next_seminar(person: User, place: Place) -> Seminar | None:
    """The one that is going on or comes next."""
    if not place.may(Verb.SEE_LIVE):
        return None
    coming = Seminar.objects.visible_to(person).still_to_come(timezone.now()).filter(cohort=place.cohort)
    return coming.order_by("starts_at").first()


def _greeting() -> str:
    hour = timezone.localtime().hour
    if hour < 5 or hour >= 18:
        return _("Good evening.")
    return _("Good morning.") if hour < 12 else _("Good afternoon.")
