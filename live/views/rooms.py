"""The room itself."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from live import actions, events, tickets
from live.forms import BringBackForm, EarlierForm, FlagForm, LaneForm, SayForm
from live.models import Room, RoomEvent, language_name
from live.permissions import Standing, can_bring_back, meets_card, standing, takes_questions
from live.reading import form_page
from live.record import lane_choice_of, with_lanes
from lms.floor import PHASE_LABELS, Phase, Seat
from lms.http import SignedInRequest, reads, writes
from lms.permissions import Refused, Verb

PAGE = 100  # events on one page of a log


@login_required
@reads
def room(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    place = get_object_or_404(Room.objects.visible_to(request.user).for_page(request.user), pk=room)
    who = standing(request.user, place)
    if where := _lobby_first(request, who):
        return redirect(f"{reverse('live:lobby', args=[place.seminar.cohort.slug, place.seminar.pk])}{where}")
    return room_page(request, place, who=who)


@login_required
@writes
def room_say(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    """The way to speak without JavaScript: the page is posted to and read again."""
    place = get_object_or_404(Room.objects.visible_to(request.user, Verb.SPEAK).for_page(request.user), pk=room)
    form = SayForm(request.POST)
    if not form.is_valid():
        return room_page(request, place, form)
    try:
        event, _fresh = actions.say(actor=request.user, room_id=place.pk, **form.cleaned_data)
    except Refused as refusal:
        form.add_error("text", refusal.sentence)  # what was typed stays on the page
        return room_page(request, place, form)
    return redirect(f"{reverse('live:room', args=[place.pk])}#said-{event.seq}")


@login_required
@writes
def room_open(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    place = get_object_or_404(Room.objects.visible_to(request.user, Verb.FACILITATE), pk=room)
    try:
        actions.open_room(actor=request.user, room_id=place.pk)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("live:room", place.pk)


@login_required
@writes
def room_close(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    place = get_object_or_404(Room.objects.visible_to(request.user, Verb.FACILITATE), pk=room)
    actions.close_room(actor=request.user, room_id=place.pk)
    return redirect("live:room", place.pk)


def _lobby_first(request: SignedInRequest, who: Standing) -> str:
    """Where in the lobby somebody is led first: to the before-you-join card, or to the door of a room that may be full. Whoever is in
    already stays in."""
    seminar = who.room.seminar
    if seminar.before and meets_card(who, who.room.participants.filter(person=request.user).first()):
        return "#before"
    knocks = seminar.capacity is not None and who.room.kind == Room.Kind.MAIN and who.may_enter() and not who.is_needed
    return "#room" if knocks and not actions.has_place(request.user, who.room) else ""


def room_page(
    request: SignedInRequest, room: Room, form: SayForm | None = None, *, who: Standing | None = None, refused: str = ""
) -> HttpResponse:
    """The room as it is now, with what was typed, and a sentence about what could not be done."""
    form = form or SayForm(initial={"client_id": uuid.uuid4()})
    who = who or standing(request.user, room)
    open_now = who.may_enter()
    if not open_now and not who.reads_back():
        return redirect("live:lobby", room.seminar.cohort.slug, room.seminar.pk)
    wanted = EarlierForm(request.GET)
    before = wanted.cleaned_data["before"] if wanted.is_valid() else None
    # What is posted comes to this page past the door. Who has no place in a full room keeps what they typed, and comes in by the door.
    comes_in = open_now and before is None and not (request.method == "POST" and _lobby_first(request, who))
    if comes_in:
        actions.note_reader(who=who)
    chosen = lane_choice_of(request.user, room)
    said = with_lanes(room, _log(room, before), chosen)
    people = events.each_once(events.people_here([room.pk]).get(room.pk, [])) if open_now else []
    dialogue = form_page(who, people) if open_now else None
    closed = [{"word": PHASE_LABELS[Phase.CLOSED], "now": True}]
    context = {
        "room": room,
        "seminar": room.seminar,
        "who": who,
        "open": open_now,
        "speaks": who.may_speak(),
        "interprets": who.own_seat == Seat.INTERPRETER,
        "form": form,
        "questions": open_now and before is None and takes_questions(room),
        "flag_form": FlagForm(),
        "main": room.main() if room.kind == Room.Kind.SMALL else None,
        "in_small": getattr(room, "small_open", False),
        "bring_form": BringBackForm(initial={"client_id": uuid.uuid4()}) if can_bring_back(who) else None,
        "lane": chosen,
        "languages": [(lang, language_name(lang)) for lang in room.seminar.languages],
        "lane_form": LaneForm.of(room.seminar.languages, chosen) if room.seminar.languages else None,
        "note_id": uuid.uuid4(),
        "room_key": str(room.pk),
        "events": said,
        "earlier": said[0].seq if len(said) == PAGE else None,
        "before": before,
        "people": dialogue.here if dialogue else [],
        "dialogue": dialogue,
        "phases": dialogue.phases if dialogue else closed,
        "act_id": uuid.uuid4(),
        "refused": refused,
        "ticket": tickets.sign(_ticket(request, who)) if comes_in else "",
    }
    return render(request, "live/room.html", context, status=422 if form.errors or refused else 200)


def _log(room: Room, before: int | None) -> list[RoomEvent]:
    """The last hundred, or the hundred before a number; never beyond the number the page tells its socket to go on from."""
    rows = room.events.drawn().filter(seq__lte=room.last_seq)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return list(reversed(rows.order_by("-seq")[:PAGE]))


def _ticket(request: SignedInRequest, who: Standing) -> tickets.Ticket:
    until = who.open_until()
    return tickets.Ticket(
        person=request.user.pk,
        room=who.room.pk.hex,
        name=request.user.display_name,
        initials=request.user.initials,
        seat=str(who.own_seat),  # a seat that a facilitator gives comes with the form of the room
        speaks=who.may_speak(),
        session=tickets.session_hash(request.session.session_key or ""),
        until=until.timestamp() if until else None,
    )
