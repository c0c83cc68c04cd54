"""A page of paper for each entry of a person's own journal: writing, two versions, deleting. Nobody else's reading is foreseen here."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.actions.attachments import OpenedAttachment, read_attachments
from courses.actions.journals import Conflict, EntryWords, delete_entry, edit_entry, keep_entry, read_entry, read_titles
from courses.actions.kept_words import OpenedWords
from courses.forms.attachments import ThenForm
from courses.forms.journals import ChoiceForm, EntryForm, NewEntryForm
from courses.models import Activity, Attachment, Cohort, JournalEntry
from courses.permissions import can_show_kept, cohort_written_in
from courses.reading.shares import going_with, shares_of
from courses.reading.turning_to import turn_to
from courses.scaffolds import Scaffold
from courses.views.arrived import just_arrived, say_arrived
from courses.views.beginnings import begun_with, prompt_or_404, scaffolds
from lms import crypto, richtext
from lms.http import SignedInRequest, reads_or_writes


@login_required
@reads_or_writes
def entry_new(request: SignedInRequest) -> HttpResponse:
    """A blank page, or one that begins with the prompt of an activity. An autosave is answered 201 with the entry's address."""
    cohort, activity = prompt_or_404(request)
    begun = begun_with(request)
    form = NewEntryForm(request.POST or None, initial={"body": begun.plain} if begun else None, may_be_empty=bool(_then(request)))
    if request.method != "POST" or not form.is_valid():
        return _write_page(request, form, cohort=cohort, activity=activity, begun=begun)
    try:
        shown = form.cleaned_data["shown_kept"]
        where: dict[str, Any] = {"cohort": cohort or cohort_written_in(request.user), "activity": activity}
        entry = keep_entry(actor=request.user, shown_kept=shown, **where, **_words(form))
    except Conflict as conflict:
        return _both_versions(request, form, conflict.entry)
    if _is_autosave(request):
        return _kept(entry, status=201)
    return _kept_page(request, form, entry)


@login_required
@reads_or_writes
def entry(request: SignedInRequest, entry_id: uuid.UUID) -> HttpResponse:
    """One entry, to read and to write on. 409 with both versions if it was changed elsewhere meanwhile."""
    found = _mine_or_404(request, entry_id)
    try:
        words = read_entry(actor=request.user, entry=found)
    except crypto.Unreadable:
        return render(request, "courses/entry_unreadable.html", {"entry": found}, status=500)
    if request.method != "POST":
        return _write_page(request, _form_for(found, words), entry=found, words=words)
    return _write_on(request, found, words)


@login_required
@reads_or_writes
def entry_delete(request: SignedInRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Asks once, then deletes for good."""
    found = _mine_or_404(request, entry_id)
    if request.method != "POST":
        lines = read_titles(actor=request.user, entries=[found])
        return render(request, "courses/entry_delete.html", {"entry": found, "line": lines[0], "goes": going_with(found)})
    delete_entry(actor=request.user, entry_id=found.pk)
    messages.success(request, _("The entry is deleted. Nobody can bring it back."))
    return redirect("courses:journal")


# --- inside ---------------------------------------------------------------------------------------------------------


def _write_on(request: SignedInRequest, found: JournalEntry, words: EntryWords) -> HttpResponse:
    if request.POST.get("choice"):
        return _settle(request, found, words)
    form = EntryForm(request.POST, added_to=_only_for_the_editor(words))
    if not form.is_valid():
        return _write_page(request, form, entry=found, words=words)
    try:
        kept = edit_entry(actor=request.user, entry_id=found.pk, **_as_of(form), **_text(form))
    except Conflict as conflict:
        return _both_versions(request, form, conflict.entry, adds=form.adds)
    return _kept(kept, status=204) if _is_autosave(request) else _kept_page(request, form, kept)


def _settle(request: SignedInRequest, found: JournalEntry, words: EntryWords) -> HttpResponse:
    """What somebody chose who saw both versions: theirs on this page, the other, or both one after the other."""
    choice, form = ChoiceForm(request.POST), EntryForm(request.POST)
    sound = form.is_valid()
    chosen = choice.cleaned_data["choice"] if choice.is_valid() else ""
    if chosen == "theirs":
        return _kept_page(request, form, found)
    adds = bool(choice.cleaned_data.get("adds"))
    if not sound or not chosen or (adds and chosen == "mine"):
        return _both_versions(request, form, found, adds=adds)
    text = _text(form)
    if chosen == "both":
        text = {"title": words.title or text["title"], "html": words.html + text["html"]}
    try:
        richtext.check_size(text["html"], "entry")
        kept = edit_entry(actor=request.user, entry_id=found.pk, **_as_of(form), **text)
    except richtext.TooLong as refusal:
        form.add_error("body", refusal)
        return _both_versions(request, form, found, adds=adds)
    except Conflict as conflict:  # a third version
        return _both_versions(request, form, conflict.entry, adds=adds)
    return _kept_page(request, form, kept)


def _mine_or_404(request: SignedInRequest, entry_id: uuid.UUID) -> JournalEntry:
    return get_object_or_404(JournalEntry.objects.visible_to(request.user).select_related("activity", "cohort"), pk=entry_id)


def _is_autosave(request: SignedInRequest) -> bool:
    return "X-Autosave" in request.headers


def _text(form: NewEntryForm | EntryForm) -> dict[str, Any]:
    return {"title": form.cleaned_data["title"], "html": form.cleaned_data["html"]}


def _words(form: NewEntryForm) -> dict[str, Any]:
    return {"client_id": form.cleaned_data["client_id"], **_text(form)}


def _as_of(form: NewEntryForm | EntryForm) -> dict[str, Any]:
    return {"version": form.cleaned_data["version"], "shown_kept": form.cleaned_data["shown_kept"]}


def _only_for_the_editor(words: EntryWords) -> str:
    """The entry's HTML if a textarea would lose something of it, else nothing."""
    return words.html if richtext.as_plain(words.html) is None else ""


def _form_for(found: JournalEntry, words: EntryWords) -> EntryForm:
    initial = {"title": words.title, "body": richtext.as_plain(words.html) or "", "version": found.version, "shown_kept": found.shown_kept}
    return EntryForm(initial=initial, added_to=_only_for_the_editor(words))


def _write_page(
    request: SignedInRequest,
    form: NewEntryForm | EntryForm,
    *,
    cohort: Cohort | None = None,
    activity: Activity | None = None,
    entry: JournalEntry | None = None,
    begun: Scaffold | OpenedWords | None = None,
    words: EntryWords | None = None,
) -> HttpResponse:
    """The page of paper. A refused form stands in it again with everything that was typed."""
    if form.is_bound and _is_autosave(request):
        sentences = [sentence for errors in form.errors.values() for sentence in errors]
        return JsonResponse({"sentences": sentences}, status=422)
    html = words.html if words else ""
    cohort, activity = (entry.cohort, entry.activity) if entry else (cohort, activity)
    context = {
        "form": form,
        "entry": entry,
        "html": "" if form.is_bound else begun.html if begun else html,
        "scaffolds": [] if entry else scaffolds(request),
        "kept_html": html,
        "read_only_html": form.added_to if isinstance(form, EntryForm) and form["body_form"].value() != "html" else "",
        "activity": activity,
        "may_show_kept": can_show_kept(request.user, cohort, activity),
        "attached": _attached(request, entry) if entry else [],
        "shared": shares_of(request.user, entry) if entry else None,
        "kept_client_id": just_arrived(request),
        **turn_to(request.user),
    }
    return render(request, "courses/entry_write.html", context, status=422 if form.is_bound else 200)


def _attached(request: SignedInRequest, entry: JournalEntry) -> list[OpenedAttachment]:
    return read_attachments(actor=request.user, entry=entry, attachments=Attachment.objects.visible_to(request.user).filter(entry=entry))


def _both_versions(request: SignedInRequest, form: NewEntryForm | EntryForm, entry: JournalEntry, *, adds: bool = False) -> HttpResponse:
    """Both versions side by side; nothing is written before the person has chosen."""
    words = read_entry(actor=request.user, entry=entry)
    if _is_autosave(request):
        return JsonResponse({"version": entry.version, "title": words.title, "html": words.html}, status=409)
    choices = [(value, label) for value, label in ChoiceForm.CHOICES if not (adds and value == "mine")]
    context = {"form": form, "entry": entry, "words": words, "choices": choices, "adds": adds}
    context["may_show_kept"] = can_show_kept(request.user, entry.cohort, entry.activity)
    return render(request, "courses/entry_conflict.html", context, status=409)


def _kept(entry: JournalEntry, status: int) -> HttpResponse:
    """The answer to an autosave. Only this counts as kept on the server."""
    return HttpResponse(status=status, headers={"X-Version": str(entry.version), "Location": _address(entry)})


def _kept_page(request: SignedInRequest, form: NewEntryForm | EntryForm, entry: JournalEntry) -> HttpResponseRedirect:
    say_arrived(request, form.cleaned_data.get("client_id"))
    messages.success(request, _("Kept on the server."))
    then = _then(request)
    return redirect("courses:attachment-new", entry_id=entry.pk, sort=then) if then else redirect(_address(entry))


def _then(request: SignedInRequest) -> str:
    """What is to be added to the entry once its words are kept; nothing for nothing."""
    form = ThenForm(request.POST)
    return form.cleaned_data["then"] if form.is_valid() else ""


def _address(entry: JournalEntry) -> str:
    return reverse("courses:entry", args=[entry.pk])
