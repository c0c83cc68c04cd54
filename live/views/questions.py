"""Questions beside a talk."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from live import actions
from live.forms import AfterForm, HostForm, QuestionForm, SetAsideForm, SlowForm, TakeUpForm
from live.models import Question, QuestionQuerySet, Room
from live.permissions import can_ask, can_host, standing
from lms.http import SignedInRequest, reads, writes
from lms.permissions import Refused, Verb
from lms.users.models import User

SHOWN = 100  # questions on one page
WITH_WORDS: dict[str, type[forms.Form]] = {"take-up": TakeUpForm, "set-aside": SetAsideForm}


@login_required
@reads
def questions(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    place = _room_or_404(request, room)
    return _page(request, place, QuestionForm(initial={"client_id": uuid.uuid4()}))


@login_required
@writes
def question_ask(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    place = _room_or_404(request, room, Verb.SPEAK)
    form = QuestionForm(request.POST)
    if form.is_valid():
        try:
            asked = actions.ask_question(actor=request.user, room_id=place.pk, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("text", refusal.sentence)
        else:
            return redirect(f"{reverse('live:questions', args=[place.pk])}#question-{asked.pk}")
    return _page(request, place, form)


@login_required
@writes
def question_act(request: SignedInRequest, room: uuid.UUID, question: uuid.UUID, act: str) -> HttpResponse:
    """What somebody does with a question: take it up, take it back, bring it in, set it aside."""
    place = _room_or_404(request, room, Verb.SPEAK)
    found = get_object_or_404(Question.objects.visible_to(request.user), pk=question, room=place)
    form = WITH_WORDS.get(act, forms.Form)(request.POST)
    if act not in ACTS:
        raise Http404
    if form.is_valid():
        try:
            ACTS[act](request.user, found.pk, form.cleaned_data.get("text", ""))
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect(f"{reverse('live:questions', args=[place.pk])}#question-{found.pk}")
    return _page(request, place, QuestionForm(initial={"client_id": uuid.uuid4()}), refused=(found.pk, act, form))


@login_required
@writes
def room_slow(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    place = _room_or_404(request, room, Verb.FACILITATE)
    form = SlowForm(request.POST)
    if form.is_valid():
        actions.slow_down(actor=request.user, room_id=place.pk, **form.cleaned_data)
    return redirect("live:questions", place.pk)


@login_required
@writes
def room_host(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    place = _room_or_404(request, room, Verb.FACILITATE)
    form = HostForm(_speakers(place), request.POST)
    if form.is_valid():
        actions.name_host(actor=request.user, room_id=place.pk, **form.cleaned_data)
    return redirect("live:questions", place.pk)


ACTS: dict[str, Callable[[User, uuid.UUID, str], Any]] = {
    "take-up": lambda actor, pk, text: actions.take_up(actor=actor, question_id=pk, text=text),
    "take-back": lambda actor, pk, _text: actions.take_back(actor=actor, question_id=pk),
    "bring-in": lambda actor, pk, _text: actions.bring_in(actor=actor, question_id=pk),
    "set-aside": lambda actor, pk, text: actions.set_aside(actor=actor, question_id=pk, reason=text),
}


def _room_or_404(request: SignedInRequest, room: uuid.UUID, verb: Verb = Verb.ENTER_ROOM) -> Room:
    return get_object_or_404(Room.objects.visible_to(request.user, verb).with_seminar(), pk=room)


def _page(
    request: SignedInRequest, room: Room, form: QuestionForm, refused: tuple[uuid.UUID, str, forms.Form] | None = None
) -> HttpResponse:
    who = standing(request.user, room)
    beside = Question.objects.visible_to(request.user).filter(room=room)
    rows = _from(request, room, beside)
    added_to = {one.pk for one in rows for added in one.taken_up.all() if added.author_id == request.user.pk}
    others = [one for one in rows if one.author_id != request.user.pk and one.state == Question.State.WAITING]
    settled = [one for one in rows if one.state != Question.State.WAITING]
    hosting = can_host(request.user, who)
    context = {
        "room": room,
        "seminar": room.seminar,
        "mine": [one for one in rows if one not in others and one not in settled],
        "waiting": others[:SHOWN],
        "more": others[SHOWN - 1] if len(others) > SHOWN else None,
        "settled": settled,
        "added_to": added_to,
        "form": form,
        "asks": can_ask(who),
        "hosting": hosting,
        "opens": who.may_enter(),
        "refused": refused and {"question": refused[0], "act": refused[1], "form": refused[2]},
        **(_for_facilitators(room) if who.facilitates else {}),
    }
    return render(request, "live/questions.html", context, status=422 if form.errors or refused else 200)


def _from(request: SignedInRequest, room: Room, beside: QuestionQuerySet) -> list[Question]:
    """One's own, and what others asked, as it came: a page of it and one more, after the question that the address names."""
    wanted = AfterForm(request.GET)
    last = room.questions.filter(pk=wanted.cleaned_data["after"]).first() if wanted.is_valid() else None
    if last is not None:
        beside = beside.filter(Q(author=request.user) | Q(at__gt=last.at) | Q(at=last.at, pk__gt=last.pk))
    return list(beside.in_order_for(request.user)[: 2 * SHOWN + 1])


def _for_facilitators(room: Room) -> dict[str, Any]:
    hosts = User.objects.filter(pk__in=room.participants.filter(hosts=True).values("person")).order_by("display_name")
    host_form = HostForm(_speakers(room), auto_id="host-%s")
    return {"slow_form": SlowForm(initial={"seconds": room.slow_seconds}), "host_form": host_form, "hosts": list(hosts)}


def _speakers(room: Room) -> Any:
    """Whom a facilitator may ask to host."""
    members = room.seminar.cohort.memberships.current()
    return User.objects.filter(pk__in=members.values("person"), is_active=True).order_by("display_name")
