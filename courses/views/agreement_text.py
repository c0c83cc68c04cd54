"""Writing the agreement together: the text passage by passage, what is proposed for it, what is said about it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from courses.actions.agreements.proposals import leave, propose, remark, take_back, take_up
from courses.actions.agreements.text import Conflict, add_passage, begin_text, change_passage, take_out
from courses.forms.agreements import AnswerForm, NewPassageForm, PassageForm, RemarkForm, RemovalForm
from courses.models import AgreementVersion, Passage, Proposal
from courses.permissions import Place, place_or_404
from courses.reading.agreement import answered, as_frozen, compared_with, lines_of, new_passages_proposed, proposals_for, shown, text_of
from lms.http import SignedInRequest, reads, reads_or_writes, writes
from lms.permissions import Refused, Verb

Kind, State = Proposal.Kind, Proposal.State


@login_required
@reads
def text(request: SignedInRequest, cohort: str) -> HttpResponse:
    """The whole text as it stands, and what waits to be answered."""
    place = place_or_404(request.user, cohort, Verb.SIGN_AGREEMENT)
    passages = list(text_of(place.cohort, request.user))
    newest = AgreementVersion.objects.visible_to(request.user).filter(cohort=place.cohort).first()
    context = {
        **_around(place),
        "passages": passages,
        "fresh": new_passages_proposed(place.cohort, request.user),
        "answered": answered(place.cohort, request.user),
        "newest": newest,
        "differs": newest is None or lines_of(newest.passages) != lines_of(as_frozen(passages)),
    }
    return render(request, "courses/agreement_text.html", context)


@login_required
@writes
def text_begin(request: SignedInRequest, cohort: str) -> HttpResponse:
    """For a cohort whose text was not laid out when it was begun."""
    place = place_or_404(request.user, cohort, Verb.KEEP_AGREEMENT)
    if not begin_text(actor=request.user, cohort=place.cohort):
        messages.info(request, _("There is no text to begin with. Please add the first passage."))
    return redirect("courses:agreement-text", place.cohort.slug)


@login_required
@reads_or_writes
def passage_new(request: SignedInRequest, cohort: str) -> HttpResponse:
    """One more passage: proposed, or, by who keeps the agreement, put there at once."""
    place = place_or_404(request.user, cohort, Verb.WRITE_AGREEMENT)
    passages = list(text_of(place.cohort, request.user))
    form = NewPassageForm(request.POST if request.method == "POST" else None, passages=passages)
    if form.is_valid():
        after = next((one for one in passages if one.pk == form.cleaned_data["after"]), None)
        said = {"title": form.cleaned_data["title"], "words": form.cleaned_data["words"]}
        try:
            if _now(request, place):
                add_passage(actor=request.user, cohort=place.cohort, after=after, **said)
                return redirect("courses:agreement-text", place.cohort.slug)
            made = propose(actor=request.user, cohort=place.cohort, kind=Kind.NEW, passage=after, **said, **_sent(form))
            return _proposed(request, made)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return render(request, "courses/agreement_passage_new.html", {**_around(place), "form": form}, status=422 if form.errors else 200)


@login_required
@reads
def passage(request: SignedInRequest, cohort: str, passage: int) -> HttpResponse:
    """One passage, what is proposed for it and what is said about it."""
    place, found = _passage_or_404(request, cohort, passage, Verb.SIGN_AGREEMENT)
    return _passage_page(request, place, found)


@login_required
@reads_or_writes
def passage_propose(request: SignedInRequest, cohort: str, passage: int) -> HttpResponse:
    """Other words for a passage. 409 with both, and what was typed, if it was changed meanwhile."""
    place, found = _passage_or_404(request, cohort, passage, Verb.WRITE_AGREEMENT)
    initial = {"title": found.title, "words": found.words}
    form = PassageForm(request.POST if request.method == "POST" else None, initial=initial)
    other: Passage | None = None
    if form.is_valid():
        said = {"title": form.cleaned_data["title"], "words": form.cleaned_data["words"], "version": form.cleaned_data["version"] or 0}
        if (said["title"], said["words"]) == (found.title, found.words) and not _now(request, place):
            form.add_error("words", _("These are the words that stand there already."))
        else:
            try:
                if _now(request, place):
                    change_passage(actor=request.user, passage_id=found.pk, **said)
                    return redirect("courses:passage", place.cohort.slug, found.pk)
                made = propose(actor=request.user, cohort=place.cohort, kind=Kind.CHANGE, passage=found, **said, **_sent(form))
                return _proposed(request, made)
            except Conflict as conflict:
                other = conflict.passage
            except Refused as refusal:
                form.add_error(None, refusal.sentence)
    context = {**_around(place), "passage": other or found, "form": form, "other": None}
    if other is not None:
        context["other"] = compared_with(other, form.cleaned_data["title"], form.cleaned_data["words"])
    return render(request, "courses/agreement_propose.html", context, status=409 if other else 422 if form.errors else 200)


@login_required
@reads_or_writes
def passage_remove(request: SignedInRequest, cohort: str, passage: int) -> HttpResponse:
    """To take a passage out: proposed, or done."""
    place, found = _passage_or_404(request, cohort, passage, Verb.WRITE_AGREEMENT)
    form = RemovalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            if _now(request, place):
                take_out(actor=request.user, passage_id=found.pk, version=version)
                return redirect("courses:agreement-text", place.cohort.slug)
            made = propose(actor=request.user, cohort=place.cohort, kind=Kind.REMOVE, passage=found, version=version, **_sent(form))
            return _proposed(request, made)
        except Conflict as conflict:
            found = conflict.passage
            form.add_error(None, _("The passage was changed meanwhile. It stands below as it is now."))
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    context = {**_around(place), "passage": found, "form": form}
    return render(request, "courses/agreement_remove.html", context, status=422 if form.errors else 200)


@login_required
@writes
def passage_remark(request: SignedInRequest, cohort: str, passage: int) -> HttpResponse:
    """Says something about a passage."""
    place, found = _passage_or_404(request, cohort, passage, Verb.WRITE_AGREEMENT)
    form = RemarkForm(request.POST)
    if form.is_valid():
        try:
            remark(actor=request.user, cohort=place.cohort, passage=found, **form.cleaned_data)
            return redirect("courses:passage", place.cohort.slug, found.pk)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return _passage_page(request, place, found, form)


@login_required
@reads
def proposal(request: SignedInRequest, cohort: str, proposal: int) -> HttpResponse:
    """What is proposed, beside what it was proposed against."""
    place, found = _proposal_or_404(request, cohort, proposal, Verb.SIGN_AGREEMENT)
    return _proposal_page(request, place, found)


@login_required
@writes
def proposal_answer(request: SignedInRequest, cohort: str, proposal: int) -> HttpResponse:
    """Taken up, or not. 409 with the passage as it stands if that was changed meanwhile."""
    place, found = _proposal_or_404(request, cohort, proposal, Verb.KEEP_AGREEMENT)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _proposal_page(request, place, found, answer=form)
    said = form.cleaned_data
    try:
        if said["act"] == AnswerForm.LEAVE:
            leave(actor=request.user, proposal_id=found.pk, answer=said["answer"])
        else:
            take_up(actor=request.user, proposal_id=found.pk, version=said["version"] or 0, title=said["title"], words=said["words"])
            messages.success(request, _("Taken up. The text says so now."))
    except Conflict as conflict:
        found.passage = conflict.passage
        form.add_error(None, _("The passage was changed meanwhile. Both stand here; please bring them together."))
        return _proposal_page(request, place, found, answer=form, status=409)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return _proposal_page(request, place, found, answer=form)
    return redirect("courses:proposal", place.cohort.slug, found.pk)


@login_required
@writes
def proposal_remark(request: SignedInRequest, cohort: str, proposal: int) -> HttpResponse:
    """Says something about a proposal."""
    place, found = _proposal_or_404(request, cohort, proposal, Verb.WRITE_AGREEMENT)
    form = RemarkForm(request.POST)
    if form.is_valid():
        try:
            remark(actor=request.user, cohort=place.cohort, proposal=found, **form.cleaned_data)
            return redirect("courses:proposal", place.cohort.slug, found.pk)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return _proposal_page(request, place, found, say=form)


@login_required
@writes
def proposal_take_back(request: SignedInRequest, cohort: str, proposal: int) -> HttpResponse:
    """Only its author."""
    place, found = _proposal_or_404(request, cohort, proposal, Verb.WRITE_AGREEMENT)
    try:
        take_back(actor=request.user, proposal_id=found.pk)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("courses:proposal", place.cohort.slug, found.pk)


# --- inside ---------------------------------------------------------------------------------------------------------


def _around(place: Place) -> dict[str, Any]:
    return {"cohort": place.cohort, "writes": place.may(Verb.WRITE_AGREEMENT), "keeps": place.may(Verb.KEEP_AGREEMENT)}


def _now(request: SignedInRequest, place: Place) -> bool:
    """Whether the text is to be changed at once, by somebody who keeps it."""
    return "now" in request.POST and place.may(Verb.KEEP_AGREEMENT)


def _sent(form: PassageForm | RemovalForm) -> dict[str, Any]:
    return {"why": form.cleaned_data["why"], "client_id": form.cleaned_data["client_id"]}


def _proposed(request: SignedInRequest, made: Proposal) -> HttpResponse:
    messages.success(request, _("Proposed. Everybody in the cohort can read it and say something about it."))
    return redirect("courses:proposal", made.cohort.slug, made.pk)


def _passage_or_404(request: SignedInRequest, cohort: str, passage: int, verb: Verb) -> tuple[Place, Passage]:
    place = place_or_404(request.user, cohort, verb)
    return place, get_object_or_404(Passage.objects.visible_to(request.user).filter(cohort=place.cohort), pk=passage)


def _proposal_or_404(request: SignedInRequest, cohort: str, proposal: int, verb: Verb) -> tuple[Place, Proposal]:
    place = place_or_404(request.user, cohort, verb)
    visible = Proposal.objects.visible_to(request.user).filter(cohort=place.cohort).select_related("author", "answered_by", "passage")
    return place, get_object_or_404(visible, pk=proposal)


def _passage_page(request: SignedInRequest, place: Place, found: Passage, form: RemarkForm | None = None) -> HttpResponse:
    context = {
        **_around(place),
        "passage": found,
        "proposals": proposals_for(found, request.user),
        "remarks": found.remarks.select_related("author"),
        "form": form or RemarkForm(),
    }
    return render(request, "courses/agreement_passage.html", context, status=422 if form else 200)


def _proposal_page(
    request: SignedInRequest,
    place: Place,
    found: Proposal,
    *,
    answer: AnswerForm | None = None,
    say: RemarkForm | None = None,
    status: int = 422,
) -> HttpResponse:
    beside = shown(found, found.passage)
    both = found.state == State.OPEN and beside.moved_on and found.kind == Kind.CHANGE and found.passage is not None
    refused = answer or say
    context = {
        **_around(place),
        "shown": beside,
        "proposal": found,
        "both": compared_with(found.passage, found.title, found.words) if both and found.passage else None,
        "answer": answer or AnswerForm(initial={"title": found.title, "words": found.words}),
        "form": say or RemarkForm(),
        "remarks": found.remarks.select_related("author"),
        "is_mine": found.author_id == request.user.pk,
    }
    return render(request, "courses/agreement_proposal.html", context, status=status if refused else 200)
