"""Sharing what one wrote with people chosen by name, and reading what others share."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.actions.attachments import OpenedAttachment, read_attachments, read_shared_attachments
from courses.actions.journals import EntryWords, read_entry
from courses.actions.responses import answer_response, respond, withdraw_response
from courses.actions.shares import open_share, read_share, share_entry, withdraw_share
from courses.forms.shares import AnswerPlaceForm, CohortForm, ResponseForm, ShareForm
from courses.models import Attachment, Cohort, JournalEntry, Membership, SharedVersion, ShareResponse
from courses.permissions import places_of, readers_for
from courses.reading.shares import given_back, responses_to, shared_with, shares_of
from lms import crypto
from lms.http import SignedInRequest, reads, reads_or_writes, redirect_back, writes
from lms.permissions import Refused
from lms.templatetags.lms import shortened

SHOWN = 100  # of what is shared with somebody
FIELDS = {
    "words": "what",
    "readers": "readers",
    "end": "ends_on",
    "attachments": "attachments",
}  # code of a refusal -> the field it stands at


@login_required
@reads_or_writes
def share_new(request: SignedInRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Choose what, whom, how and until when; see exactly what they will see; share."""
    entry = get_object_or_404(JournalEntry.objects.visible_to(request.user), pk=entry_id)
    try:
        words = read_entry(actor=request.user, entry=entry)
    except crypto.Unreadable:
        return render(request, "courses/entry_unreadable.html", {"entry": entry}, status=500)
    places = list(places_of(request.user))
    cohort = _cohort(request, entry, places)
    people = list(readers_for(request.user, cohort)) if cohort else []
    mine = Attachment.objects.visible_to(request.user).filter(entry=entry)
    attached = read_attachments(actor=request.user, entry=entry, attachments=mine)
    context = {"entry": entry, "words": words, "cohort": cohort, "places": places, "people": people, "attached": attached}
    data = request.POST if request.method == "POST" else None
    form = ShareForm(data, title=words.title, html=words.html, version=entry.version, people=people, files=_files(attached))
    if data is None or cohort is None:
        return render(request, "courses/share.html", {**context, "form": form}, status=200 if data is None else 422)
    if form.is_valid() and "change" not in data:
        if "preview" in data:
            return _preview(request, form, context)
        try:
            return _share(request, entry, cohort, form)
        except Refused as refusal:
            field = FIELDS.get(refusal.code)
            form.add_error(field if field in form.fields else None, refusal.sentence)
    return render(request, "courses/share.html", {**context, "form": form}, status=422 if form.errors else 200)


@login_required
@reads_or_writes
def share_withdraw(request: SignedInRequest, share_id: uuid.UUID) -> HttpResponse:
    """Says who has read it and when, then takes it back at once."""
    share = _visible_or_404(request, share_id)
    if share.entry.author_id != request.user.pk:
        raise Http404
    if request.method != "POST":
        shown = next(one for one in shares_of(request.user, share.entry).shares if one.share == share)
        return render(request, "courses/share_withdraw.html", {"shown": shown, "entry": share.entry})
    withdraw_share(actor=request.user, share_id=share.pk)
    messages.success(request, _("It is withdrawn. From now on nobody but you can open it."))
    return redirect("courses:entry", entry_id=share.entry_id)


@login_required
@reads
def shared_with_me(request: SignedInRequest) -> HttpResponse:
    """What others let this person read; and one's own responses to what is no longer there."""
    context = {"lines": shared_with(request.user, SHOWN), "given_back": given_back(request.user, SHOWN)}
    return render(request, "courses/shared_with_me.html", context)


@login_required
@reads
def shared(request: SignedInRequest, share_id: uuid.UUID) -> HttpResponse:
    """A shared version as its readers see it. Opening it is written down for the author; asking for its head is not."""
    share = _visible_or_404(request, share_id)
    act = open_share if request.method == "GET" else read_share
    try:
        words = act(actor=request.user, share=share)
    except crypto.Unreadable:
        return render(request, "courses/shared_gone.html", status=410)
    wanted = AnswerPlaceForm(request.GET)
    answers = wanted.cleaned_data["answers"] if wanted.is_valid() else None
    return _shared_page(request, share, words, ResponseForm(initial={"answers": answers}))


@login_required
@writes
def shared_respond(request: SignedInRequest, share_id: uuid.UUID) -> HttpResponse:
    """A reader's response, or the author's answer to one. What is refused comes back with its words."""
    share = _visible_or_404(request, share_id)
    form = ResponseForm(request.POST)
    if form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("html", "client_id")}
        try:
            said = _say(request, share, form, words)
            return HttpResponseRedirect(f"{reverse('courses:shared', args=[share.pk])}#response-{said.pk}")
        except Refused as refusal:
            form.add_error("quoted" if refusal.code == "quote" else None, refusal.sentence)
        except crypto.Unreadable:
            return render(request, "courses/shared_gone.html", status=410)
    try:
        return _shared_page(request, share, read_share(actor=request.user, share=share), form)
    except crypto.Unreadable:
        return render(request, "courses/shared_gone.html", status=410)


@login_required
@writes
def response_withdraw(request: SignedInRequest, response_id: uuid.UUID) -> HttpResponse:
    """Takes one's words back; they are gone."""
    own = ShareResponse.objects.visible_to(request.user).filter(author=request.user)
    response = get_object_or_404(own, pk=response_id)
    withdraw_response(actor=request.user, response_id=response.pk)
    messages.success(request, _("Your words are withdrawn. Nobody can read them any more."))
    return redirect_back(request, "courses:shared-with-me")


# --- inside ---------------------------------------------------------------------------------------------------------


def _visible_or_404(request: SignedInRequest, share_id: uuid.UUID) -> SharedVersion:
    visible = SharedVersion.objects.visible_to(request.user).select_related("entry__author", "cohort")
    return get_object_or_404(visible, pk=share_id)


def _cohort(request: SignedInRequest, entry: JournalEntry, places: list[Membership]) -> Cohort | None:
    """The cohort asked for; else the one it was written in; else the one used last. None for who belongs to none."""
    form = CohortForm(request.GET)
    slug = form.cleaned_data["cohort"] if form.is_valid() else ""
    named = [place.cohort for place in places if slug and place.cohort.slug == slug]
    written_in = [place.cohort for place in places if place.cohort_id == entry.cohort_id]
    return next(iter([*named, *written_in, *(place.cohort for place in places)]), None)


def _files(attached: list[OpenedAttachment]) -> list[tuple[str, str]]:
    """What may go along, to be chosen from: id, and name with the beginning of its words."""
    there = [one for one in attached if one.readable]
    return [(str(one.attachment.pk), f"{one.name}: {shortened(one.words)}" if one.words else one.name) for one in there]


def _preview(request: SignedInRequest, form: ShareForm, context: dict[str, Any]) -> HttpResponse:
    """Exactly what readers will see, before anything is shared."""
    chosen = [member.person.display_name for member in context["people"] if member.person_id in form.cleaned_data["readers"]]
    shown = EntryWords(form.cleaned_data["shared_title"], form.cleaned_data["shared_html"])
    along = [one for one in context["attached"] if one.attachment.pk in form.cleaned_data["attachments"]]
    return render(request, "courses/share_preview.html", {**context, "form": form, "shown": shown, "names": chosen, "along": along})


def _share(request: SignedInRequest, entry: JournalEntry, cohort: Cohort, form: ShareForm) -> HttpResponseRedirect:
    data = form.cleaned_data
    share_entry(
        actor=request.user,
        entry_id=entry.pk,
        cohort=cohort,
        title=data["shared_title"],
        html=data["shared_html"],
        **{name: data[name] for name in ("passage", "readers", "manner", "ends_at", "client_id", "attachments")},
    )
    messages.success(request, _("It is shared. Later changes to your entry are not part of it. You can withdraw it at any time."))
    return redirect("courses:entry", entry_id=entry.pk)


def _say(request: SignedInRequest, share: SharedVersion, form: ResponseForm, words: dict[str, Any]) -> ShareResponse:
    if share.entry.author_id != request.user.pk:
        return respond(actor=request.user, share=share, quoted=form.cleaned_data["quoted"], **words)
    theirs = ShareResponse.objects.visible_to(request.user).filter(share=share)
    answered = theirs.select_related("share", "author").filter(pk=form.cleaned_data["answers"]).first()
    if answered is None:
        raise Refused(_("Please choose the response you want to answer."))
    return answer_response(actor=request.user, response=answered, **words)


def _shared_page(request: SignedInRequest, share: SharedVersion, words: EntryWords, form: ResponseForm) -> HttpResponse:
    responses = responses_to(request.user, share)
    mine = share.entry.author_id == request.user.pk
    wanted = str(form["answers"].value() or "")
    answering = next((one for one in responses if mine and one.words.here and not one.mine and str(one.response.pk) == wanted), None)
    is_open = not share.is_over()
    context = {
        "share": share,
        "words": words,
        "along": read_shared_attachments(actor=request.user, share=share),
        "mine": mine,
        "is_open": is_open,
        "responses": responses,
        "answering": answering,
        "may_write": is_open and (bool(answering) if mine else share.manner == SharedVersion.Manner.REFLECT),
        "form": form,
    }
    return render(request, "courses/shared.html", context, status=422 if form.is_bound else 200)
