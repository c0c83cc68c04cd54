"""Making up for a missed day: one page for the two whose it is, and one address for what they do there."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from courses.actions.make_ups import ReadMakeUp, agree_make_up, decide_make_up, do_part, propose_make_up, read_make_up
from courses.forms.hours import DecisionForm, PartDoneForm, ProposalForm, WordingForm
from courses.models import MakeUp, MakeUpPart
from courses.permissions import can_agree_make_up
from lms.http import SignedInRequest, reads, writes
from lms.permissions import Refused

Kind = MakeUpPart.Kind
DONE = {f"did-{kind}": kind for kind in Kind.values}


@login_required
@reads
def make_up(request: SignedInRequest, cohort: str, make_up: uuid.UUID) -> HttpResponse:
    """What is agreed, what is done, what was decided."""
    return _page(request, _visible_or_404(request, cohort, make_up), {})


@login_required
@writes
def make_up_act(request: SignedInRequest, cohort: str, make_up: uuid.UUID, act: str) -> HttpResponse:
    """One step of it. A refusal keeps what was typed and says what to do."""
    found = _visible_or_404(request, cohort, make_up)
    if act not in ACTS:
        raise Http404
    make, do = ACTS[act]
    form = make(request.POST)
    if form.is_valid():
        try:
            do(request, found, form.cleaned_data)
            return redirect("courses:make-up", cohort, found.pk)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return _page(request, _visible_or_404(request, cohort, make_up), {act: form})


def _propose(request: SignedInRequest, found: MakeUp, data: dict[str, Any]) -> None:
    words = {kind: data[kind] for kind in Kind.values}
    propose_make_up(actor=request.user, make_up=found, words=words, wording=data["wording"])


def _agree(request: SignedInRequest, found: MakeUp, data: dict[str, Any]) -> None:
    agree_make_up(actor=request.user, make_up=found, wording=data["wording"])


def _did(kind: str) -> Callable[[SignedInRequest, MakeUp, dict[str, Any]], None]:
    def do(request: SignedInRequest, found: MakeUp, data: dict[str, Any]) -> None:
        do_part(actor=request.user, make_up=found, kind=kind, words=data["words"])

    return do


def _decide(request: SignedInRequest, found: MakeUp, data: dict[str, Any]) -> None:
    decide_make_up(actor=request.user, make_up=found, made_up=data["made_up"] == "yes", sentence=data["sentence"])


ACTS: dict[str, tuple[Callable[[Any], Form], Callable[[SignedInRequest, MakeUp, dict[str, Any]], None]]] = {
    "propose": (ProposalForm, _propose),
    "agree": (WordingForm, _agree),
    "decide": (DecisionForm, _decide),
    **{act: (PartDoneForm, _did(kind)) for act, kind in DONE.items()},
}


def _page(request: SignedInRequest, found: MakeUp, refused: dict[str, Form]) -> HttpResponse:
    read = read_make_up(actor=request.user, make_up=found)
    mine = found.person_id == request.user.pk
    words = {one.part.kind: one.words for one in read.parts}
    agreed = found.trainee_agreed_at if mine else found.trainer_agreed_at
    context = {
        "cohort": found.cohort,
        "make_up": found,
        "read": read,
        "mine": mine,
        "may_agree": bool(read.parts) and agreed is None and found.decided_at is None,
        "agreed_by_me": agreed,
        "propose_form": refused.get("propose") or ProposalForm(initial={**words, "wording": found.wording}),
        "agree_form": refused.get("agree") or WordingForm(initial={"wording": found.wording}),
        "decide_form": refused.get("decide") or DecisionForm(),
        "parts": [(one, f"did-{one.part.kind}", _did_form(one.part.kind, refused), _may_do(read, one.part, mine)) for one in read.parts],
        "open_proposal": "propose" in refused,
    }
    return render(request, "courses/make_up.html", context, status=422 if refused else 200)


def _did_form(kind: str, refused: dict[str, Form]) -> Form:
    return refused.get(f"did-{kind}") or PartDoneForm(auto_id=f"id_{kind}_%s")


def _may_do(read: ReadMakeUp, part: MakeUpPart, mine: bool) -> bool:
    """Whether the reader's side of this part is still to be done."""
    if read.make_up.state not in (MakeUp.State.AGREED, MakeUp.State.DONE):
        return False
    return part.trainee_done_at is None if mine else part.kind == Kind.MEET and part.trainer_done_at is None


def _visible_or_404(request: SignedInRequest, cohort: str, pk: uuid.UUID) -> MakeUp:
    """One's own while one has hours here, and those of a cohort in which one trains."""
    rows = MakeUp.objects.visible_to(request.user).select_related("cohort", "person", "trainer", "decided_by", "block__module")
    found = get_object_or_404(rows, pk=pk, cohort__slug=cohort)
    if not can_agree_make_up(request.user, found):
        raise Http404
    return found
