"""A seminar's lobby: what it will be, how one wants to be there, who is here already, and the door."""

from __future__ import annotations

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import OperationalError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import crisis
from courses.models import Absence, Attendance
from live import actions, clocks, events
from live.actions.attendance import SETTLED
from live.days import date_of
from live.forms import RecordKeptForm, WayForm
from live.models import Participant, Room, Seminar
from live.permissions import Standing, can_announce_record, can_call_off, can_change_plan, can_choose_way, meets_card, standing
from live.preparing import preparation_for
from live.terms import TERMS
from lms.http import SignedInRequest, reads, writes
from lms.notifications.actions.notices import preference_of
from lms.permissions import Part, Refused, Verb, may


@login_required
@reads
def lobby(request: SignedInRequest, cohort: str, seminar: uuid.UUID) -> HttpResponse:
    room = _room_or_404(request, cohort, seminar)
    if room.seminar.group_id is not None:  # its page says when the group meets, and opens it
        return redirect("group", cohort, room.seminar.group_id)
    who = standing(request.user, room)
    people = events.people_here([room.pk]).get(room.pk, [])
    context = {"seminar": room.seminar, "room": room, "who": who, "open": who.may_enter(), "people": events.each_once(people)}
    context |= {"activities": _activities(room.seminar), "reads_back": who.reads_back(), "clock_note": _clock_note(room.seminar)}
    context |= {"sees_course": may(who.part, Verb.SEE_COURSE)}
    context |= {
        "announces": can_announce_record(who, keeps=not room.seminar.keeps_text),
        "changes": can_change_plan(who),
        "calls_off_day": date_of(room.seminar) if can_call_off(who) else None,
    }
    context |= _door(request, who)
    around = _afterwards(request, who) if who.is_over() else {**_beforehand(request, who), **_coming(request, who)}
    return render(request, "live/lobby.html", context | _way(request, who) | around)


@login_required
@writes
def way_choose(request: SignedInRequest, cohort: str, seminar: uuid.UUID) -> HttpResponse:
    """The answer to the card; from there into the room if it is open, unless somebody sits this one out."""
    room = _room_or_404(request, cohort, seminar, Verb.ENTER_ROOM)
    form = WayForm(request.POST)
    if form.is_valid() and can_choose_way(standing(request.user, room)):  # the room may have ended while the page stood open
        chosen = actions.choose_way(actor=request.user, room_id=room.pk, **form.cleaned_data)
        if chosen.way != Participant.Way.STAYS_OUT and standing(request.user, room).may_enter():
            return redirect("live:room", room.pk)
    return redirect(f"{reverse('live:lobby', args=[cohort, seminar])}#before")


@login_required
@writes
def record_announce(request: SignedInRequest, cohort: str, seminar: uuid.UUID) -> HttpResponse:
    """A facilitator says beforehand whether what is written will be kept."""
    room = _room_or_404(request, cohort, seminar, Verb.FACILITATE)
    form = RecordKeptForm(request.POST)
    try:
        actions.announce_record(actor=request.user, room_id=room.pk, keeps=form.is_valid() and form.cleaned_data["keeps"])
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("live:lobby", cohort, seminar)


@login_required
@writes
def come_in(request: SignedInRequest, cohort: str, seminar: uuid.UUID) -> HttpResponse:
    """Through the door of a room that may be full; then its lobby says so."""
    room = _room_or_404(request, cohort, seminar, Verb.ENTER_ROOM)
    try:
        if standing(request.user, room).may_enter() and actions.come_in(actor=request.user, room_id=room.pk):
            return redirect("live:room", room.pk)
    except OperationalError:  # waited at the door for longer than a statement may
        messages.error(request, _("Very many are coming in at this moment, and it was not your turn yet. Please press Join again."))
    return redirect(f"{reverse('live:lobby', args=[cohort, seminar])}#room")


def _room_or_404(request: SignedInRequest, cohort: str, seminar: uuid.UUID, verb: Verb = Verb.SEE_LIVE) -> Room:
    """The main room of a seminar of this cohort that the person may see, and with it the seminar."""
    rooms = Room.objects.visible_to(request.user, verb).select_related("seminar__cohort", "seminar__sitting", "seminar__conference")
    return get_object_or_404(rooms, kind=Room.Kind.MAIN, seminar=seminar, seminar__cohort__slug=cohort)


def _door(request: SignedInRequest, who: Standing) -> dict[str, Any]:
    """Whether the room holds only so many, and whether it is full for this person now."""
    capacity = who.room.seminar.capacity
    if capacity is None or who.is_needed or not who.may_enter():
        return {"knocks": False, "full": False}
    full = actions.places_taken(who.room).count() >= capacity and not actions.has_place(request.user, who.room)
    return {"knocks": True, "full": full}


def _way(request: SignedInRequest, who: Standing) -> dict[str, Any]:
    """What the person answered to the card, and whether it stands before the door now."""
    mine = who.room.participants.filter(person=request.user).first()
    return {"way": mine.way if mine else "", "chooses": can_choose_way(who), "meets_card": meets_card(who, mine)}


def _afterwards(request: SignedInRequest, who: Standing) -> dict[str, Any]:
    """What a seminar's page holds once its room is over: the person's own time there, and where to turn to."""
    sitting = who.room.seminar.sitting
    mine = Attendance.objects.visible_to(request.user).filter(sitting=sitting, person=request.user).first() if sitting else None
    counted = sitting is not None and sitting.ends_at + SETTLED <= timezone.now()
    return {
        "mine": mine,
        "counts": may(who.part, Verb.MARK_DONE) and (mine is not None or counted),
        "sees_attendance": sitting is not None and may(who.part, Verb.SEE_ATTENDANCE),
        "country": crisis.of_person(request.user.country, request.user.time_zone),
        "asked_afterwards": preference_of(request.user).asked_afterwards,
    }


def _beforehand(request: SignedInRequest, who: Standing) -> dict[str, Any]:
    """What helps before it begins: where to try a room out, what to read, where one left off."""
    seminar = who.room.seminar
    terms = TERMS if who.part == Part.INTERPRETER else ()
    return {"practice": _practice_room(request, seminar), "preparation": preparation_for(request.user, seminar, who.part), "terms": terms}


def _coming(request: SignedInRequest, who: Standing) -> dict[str, Any]:
    """The day of the course on which a trainee may still say that they cannot come, and whether they have."""
    seminar = who.room.seminar
    if who.part != Part.TRAINEE or seminar.sitting_id is None or seminar.starts_at is None:
        return {}
    day = seminar.starts_at.astimezone(ZoneInfo(seminar.cohort.time_zone)).date()
    mine = Absence.objects.visible_to(request.user).standing().filter(cohort=seminar.cohort, person=request.user, day=day)
    return {"course_day": day, "said_cannot_come": mine.exists()}


def _practice_room(request: SignedInRequest, seminar: Seminar) -> Seminar | None:
    """Where to try a room out; none from the practice room itself."""
    if seminar.kind == Seminar.Kind.PRACTICE:
        return None
    return Seminar.objects.visible_to(request.user).filter(cohort=seminar.cohort, kind=Seminar.Kind.PRACTICE).first()


def _clock_note(seminar: Seminar) -> str:
    now = timezone.now()
    if seminar.starts_at is None or seminar.starts_at <= now:
        return ""
    return clocks.note(seminar.starts_at, since=now, here=timezone.get_current_timezone_name(), there=seminar.time_zone)


def _activities(seminar: Seminar) -> list[Any]:
    if seminar.sitting is None:
        return []
    return list(seminar.sitting.activities.current().select_related("module"))
