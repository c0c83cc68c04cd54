"""The form of the dialogue by a page that is read anew and posted to: every button of the room is a form."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from live import actions
from live.forms import GiveFloorForm, MovePhaseForm, PartsForm, TurnForm
from live.models import Room
from live.views.rooms import room_page
from lms.http import SignedInRequest, writes
from lms.permissions import Refused, Verb

Action = Callable[..., Any]
TURNS: dict[str, tuple[Action, dict[str, bool]]] = {
    "done": (actions.finish_turn, {}),
    "pass": (actions.pass_turn, {}),
    "pass_back": (actions.pass_turn, {"back": True}),
    "nothing_now": (actions.answer_nothing, {}),
    "hand_up": (actions.move_hand, {"up": True}),
    "hand_down": (actions.move_hand, {"up": False}),
    "step_out": (actions.step_out, {}),
    "step_in": (actions.step_in, {}),
}


@login_required
@writes
def room_turn(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    """One's own turn, hand, and being away for a while."""
    place = _room(request, room, Verb.ENTER_ROOM)
    form = TurnForm(request.POST)
    if not form.is_valid():
        return _do(request, place, form, actions.finish_turn)
    action, more = TURNS[form.cleaned_data.pop("act")]
    return _do(request, place, form, action, **more)


@login_required
@writes
def room_phase(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    return _do(request, _room(request, room, Verb.FACILITATE), MovePhaseForm(request.POST), actions.move_phase)


@login_required
@writes
def room_floor(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    return _do(request, _room(request, room, Verb.FACILITATE), GiveFloorForm(request.POST), actions.give_floor)


@login_required
@writes
def room_parts(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    return _do(request, _room(request, room, Verb.FACILITATE), PartsForm(request.POST), actions.set_parts)


def _room(request: SignedInRequest, room: uuid.UUID, verb: Verb) -> Room:
    return get_object_or_404(Room.objects.visible_to(request.user, verb).for_page(request.user), pk=room)


def _do(request: SignedInRequest, room: Room, form: forms.Form, action: Action, **more: bool) -> HttpResponse:
    if not form.is_valid():
        return room_page(request, room, refused=_("That could not be read. Please choose again."))
    try:
        action(actor=request.user, room_id=room.pk, **form.cleaned_data, **more)
    except Refused as refusal:
        room.refresh_from_db()
        return room_page(request, room, refused=refusal.sentence)
    return redirect("live:room", room.pk)
