"""One message with everything that can be done with it: what the room does in place by script, as a page of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from live import actions
from live.forms import FlagForm, InterpretForm, ReactForm, SayForm, WithdrawForm
from live.models import QUOTE_LENGTH, Flag, Reaction, Room, RoomEvent, language_name
from live.permissions import Standing, can_withdraw, standing
from live.record import with_lanes
from lms.floor import Seat, may_react
from lms.http import SignedInRequest, reads, writes
from lms.permissions import Refused

# act -> the form that judges what came, and what is done. Each action asks for itself whether it may.
ACTS: dict[str, tuple[type[forms.Form], Callable[..., Any]]] = {
    "react": (ReactForm, actions.react),
    "withdraw": (WithdrawForm, actions.withdraw),
    "interpret": (InterpretForm, actions.interpret),
    "flag": (FlagForm, actions.flag_message),
}


@login_required
@reads
def said(request: SignedInRequest, room: uuid.UUID, seq: int) -> HttpResponse:
    who, message = _message_or_404(request, room, seq)
    if not (who.may_enter() or who.reads_back()):
        return redirect("live:lobby", who.room.seminar.cohort.slug, who.room.seminar.pk)
    return _said_page(request, who, message)


@login_required
@writes
def said_act(request: SignedInRequest, room: uuid.UUID, seq: int, act: str) -> HttpResponse:
    who, message = _message_or_404(request, room, seq)
    if act not in ACTS:
        raise Http404
    form_class, action = ACTS[act]
    form = form_class({**request.POST.dict(), "seq": message.seq, "of": message.seq})
    if form.is_valid():
        try:
            done = action(actor=request.user, room_id=who.room.pk, **form.cleaned_data)
            if isinstance(done, Flag):
                return redirect("live:flag", who.room.seminar.cohort.slug, done.pk)
            return redirect(f"{reverse('live:room', args=[who.room.pk])}?before={seq + 1}#said-{seq}")
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return _said_page(request, who, message, form)


def _message_or_404(request: SignedInRequest, room: uuid.UUID, seq: int) -> tuple[Standing, RoomEvent]:
    place = get_object_or_404(Room.objects.visible_to(request.user).with_seminar(), pk=room)
    who = standing(request.user, place)
    if who.unsigned:
        raise Http404  # the lobby says why
    return who, get_object_or_404(place.events.drawn().said(), seq=seq)


def _said_page(request: SignedInRequest, who: Standing, message: RoomEvent, refused: forms.Form | None = None) -> HttpResponse:
    with_lanes(who.room, [message], None)
    mine = {answer.kind for answer in message.reactions.all() if answer.person_id == request.user.pk}
    quote = " ".join(message.text.split())[:QUOTE_LENGTH]
    answer = {"client_id": uuid.uuid4(), "answers": message.seq, "quote": quote}
    reacts = who.may_enter() and may_react(who.room.phase) and message.author_id != request.user.pk
    context = {
        "room": who.room,
        "seminar": who.room.seminar,
        "event": message,
        "refused": refused,
        "kinds": [(kind.value, kind.label, kind in mine) for kind in Reaction.Kind] if reacts else [],
        "may_withdraw": can_withdraw(request.user, message),
        "flag": refused if isinstance(refused, FlagForm) else FlagForm() if message.author_id != request.user.pk else None,
        "lanes": [(lang, language_name(lang)) for lang in who.room.seminar.languages] if who.seat == Seat.INTERPRETER else [],
        "translation": refused if isinstance(refused, InterpretForm) else InterpretForm(initial={"client_id": uuid.uuid4()}),
        "form": SayForm(initial=answer) if who.may_speak() else None,
    }
    return render(request, "live/said.html", context, status=422 if refused else 200)
