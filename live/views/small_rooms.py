"""Small rooms as seen from the main room: one's own, and for who facilitates all of them; and what a small room brings back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from courses.models import Group
from live import actions
from live.forms import ActForm, BringBackForm, PlaceForm, SmallRoomsForm
from live.models import Room
from live.people import able_in_small_rooms, small_rooms_of
from live.permissions import standing
from lms.http import SignedInRequest, reads, writes
from lms.permissions import Refused, Verb

NUMBERS = range(1, 13)  # small rooms that can be made by hand on one page


@login_required
@reads
def small_rooms(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    return _small_page(request, _main_or_404(request, room))


@login_required
@writes
def small_rooms_open(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    place = _main_or_404(request, room, Verb.FACILITATE)
    data = {**request.POST.dict(), "places": request.POST.getlist("places")}
    form = SmallRoomsForm(data)
    if _done(actions.open_small_rooms, request, place, form):
        return redirect("live:small-rooms", place.pk)
    return _small_page(request, place, form)


@login_required
@writes
def small_rooms_call_back(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    place = _main_or_404(request, room, Verb.FACILITATE)
    form = ActForm(request.POST)
    if _done(actions.call_back, request, place, form):
        return redirect("live:small-rooms", place.pk)
    return _small_page(request, place, form)


@login_required
@writes
def small_room_place(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    small = get_object_or_404(Room.objects.visible_to(request.user, Verb.FACILITATE).with_seminar(), pk=room)
    main = get_object_or_404(Room.objects.visible_to(request.user).with_seminar(), seminar=small.seminar_id, kind=Room.Kind.MAIN)
    form = PlaceForm(request.POST)
    if _done(actions.place_person, request, small, form):
        return redirect("live:small-rooms", main.pk)
    return _small_page(request, main, form)


@login_required
@writes
def room_bring_back(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    """What was typed stays on a page of its own until it could be brought."""
    small = get_object_or_404(Room.objects.visible_to(request.user).with_seminar(), pk=room)
    form = BringBackForm(request.POST)
    if _done(actions.bring_back, request, small, form, field="text"):
        return redirect("live:room", small.pk)
    return render(request, "live/bring_back.html", {"room": small, "seminar": small.seminar, "form": form}, status=422)


def _done(action: Callable[..., Any], request: SignedInRequest, room: Room, form: forms.Form, field: str | None = None) -> bool:
    """Does what a form asks in a room. What is refused stands in the form, at a field or above all of them."""
    if not form.is_valid():
        return False
    try:
        action(actor=request.user, room_id=room.pk, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(field, refusal.sentence)
        return False
    return True


def _main_or_404(request: SignedInRequest, room: uuid.UUID, verb: Verb = Verb.ENTER_ROOM) -> Room:
    return get_object_or_404(Room.objects.visible_to(request.user, verb).with_seminar(), pk=room, kind=Room.Kind.MAIN)


def _small_page(request: SignedInRequest, room: Room, refused: forms.Form | None = None) -> HttpResponse:
    who = standing(request.user, room)
    if not who.may_enter():
        return redirect("live:lobby", room.seminar.cohort.slug, room.seminar.pk)
    context: dict[str, Any] = {
        "room": room,
        "seminar": room.seminar,
        "who": who,
        "smalls": small_rooms_of(request.user, room),
        "act_id": uuid.uuid4(),
        "refused": refused,
    }
    if who.facilitates:
        context |= {"people": able_in_small_rooms(room), "kinds": Group.Kind.choices, "numbers": NUMBERS, "sizes": range(2, 13)}
    return render(request, "live/small_rooms.html", context, status=422 if refused else 200)
