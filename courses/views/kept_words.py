"""Words that stayed with somebody: keeping them, coming back to them. Nobody else's reading is foreseen anywhere here."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.actions.journals import read_titles
from courses.actions.kept_words import OpenedWords, change_note, delete_words, find_sources, keep_words, open_words, put_into_entry
from courses.forms.kept_words import AddForm, KeepForm, NoteForm, PageForm, SourceForm
from courses.models import JournalEntry, KeptWords
from courses.signals import Source
from lms import richtext
from lms.http import SignedInRequest, reads, reads_or_writes, redirect_back, writes
from lms.permissions import Refused
from lms.templatetags.lms import shortened

PAGE = 20
ENTRIES = 20  # of the newest, to add words to


@login_required
@reads
def kept_words(request: SignedInRequest) -> HttpResponse:
    """Twenty at a time, newest first, each with the way back to where it was said while that is open to the person."""
    mine = KeptWords.objects.visible_to(request.user).order_by("-created_at", "-pk")
    pages = PageForm(request.GET)
    last = mine.filter(pk=pages.cleaned_data["before"]).first() if pages.is_valid() and pages.cleaned_data["before"] else None
    if last:
        mine = mine.filter(created_at__lte=last.created_at).exclude(created_at=last.created_at, pk__gte=last.pk)
    found = list(mine[: PAGE + 1])
    opened = open_words(actor=request.user, kept=found[:PAGE])
    sources = find_sources(request.user, [one.source for one in opened])
    context = {
        "lines": [_line(one, sources) for one in opened],
        "older": found[PAGE - 1].pk if len(found) > PAGE else None,
        "later_page": last is not None,
    }
    return render(request, "courses/kept_words.html", context)


@login_required
@reads_or_writes
def words_keep(request: SignedInRequest) -> HttpResponse:
    """Keeps words from somewhere, or a note. A page's script is answered 201; without one there is this page."""
    if request.method != "POST":
        return _keep_page(request, None)
    form = KeepForm(request.POST)
    if form.is_valid():
        try:
            keep_words(actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("note", refusal.sentence)
        else:
            return _kept(request)
    if "X-Autosave" in request.headers:
        return JsonResponse({"sentences": [sentence for errors in form.errors.values() for sentence in errors]}, status=422)
    return _keep_page(request, form)


@login_required
@reads_or_writes
def words(request: SignedInRequest, words_id: uuid.UUID) -> HttpResponse:
    """One of them: its note to write on, an entry to begin with it or to add it to."""
    opened = _mine_or_404(request, words_id)
    form = NoteForm(request.POST if request.method == "POST" else None, initial={"note": opened.note})
    if request.method == "POST" and opened.readable and form.is_valid():
        change_note(actor=request.user, words_id=words_id, note=form.cleaned_data["note"])
        messages.success(request, _("Kept on the server."))
        return redirect("courses:words", words_id=words_id)
    return _words_page(request, opened, form, _add_form(request))


@login_required
@writes
def words_add(request: SignedInRequest, words_id: uuid.UUID) -> HttpResponse:
    """Puts them at the end of an entry, and leads there."""
    opened = _mine_or_404(request, words_id)
    form = _add_form(request)
    if opened.readable and form.is_valid():
        try:
            entry = put_into_entry(actor=request.user, words_id=words_id, entry_id=form.cleaned_data["entry"].pk)
        except richtext.TooLong as refusal:
            form.add_error("entry", refusal)
        else:
            messages.success(request, _("The words stand at the end of this entry now."))
            return redirect("courses:entry", entry_id=entry.pk)
    return _words_page(request, opened, NoteForm(initial={"note": opened.note}), form)


@login_required
@reads_or_writes
def words_delete(request: SignedInRequest, words_id: uuid.UUID) -> HttpResponse:
    """Asks once, then deletes for good."""
    opened = _mine_or_404(request, words_id)
    if request.method != "POST":
        return render(request, "courses/words_delete.html", {"line": _line(opened, {})})
    delete_words(actor=request.user, words_id=words_id)
    messages.success(request, _("The words are deleted. Nobody can bring them back."))
    return redirect("courses:kept-words")


# --- inside ---------------------------------------------------------------------------------------------------------


def _mine_or_404(request: SignedInRequest, words_id: uuid.UUID) -> OpenedWords:
    kept = get_object_or_404(KeptWords.objects.visible_to(request.user), pk=words_id)
    return open_words(actor=request.user, kept=[kept])[0]


def _line(opened: OpenedWords, sources: dict[str, Source]) -> dict[str, Any]:
    source = sources.get(opened.source)
    return {"opened": opened, "kept": opened.kept, "address": source.address if source else ""}


def _kept(request: SignedInRequest) -> HttpResponse:
    if "X-Autosave" in request.headers:
        return HttpResponse(status=201)
    messages.success(request, _("Kept in your journal. Only you can see it."))
    return redirect_back(request, "courses:kept-words")


def _keep_page(request: SignedInRequest, form: KeepForm | None) -> HttpResponse:
    """The form by itself; asked for by an address, it begins with all that was said there, to choose from."""
    asked = SourceForm(request.GET if form is None else request.POST)
    name = asked.cleaned_data["source"] if asked.is_valid() else ""
    source = find_sources(request.user, [name]).get(name)
    if form is None and (not asked.is_valid() or (name and source is None)):
        raise Http404
    if form is None:
        form = KeepForm(initial={"source": name, "words": source.words if source else ""})
    next_page = request.GET.get("next") or request.POST.get("next") or ""
    context = {"form": form, "source": source, "next": next_page}
    return render(request, "courses/words_keep.html", context, status=422 if form.is_bound else 200)


def _add_form(request: SignedInRequest) -> AddForm:
    mine = JournalEntry.objects.visible_to(request.user).order_by("-created_at", "-pk")
    lines = read_titles(actor=request.user, entries=list(mine[:ENTRIES]))
    titles = {line.entry.pk: _title(line.entry, line.title or richtext.plain(line.first_words)) for line in lines if line.readable}
    data = request.POST if request.method == "POST" and "entry" in request.POST else None
    return AddForm(data, entries=mine.filter(pk__in=titles), titles=titles)


def _title(entry: JournalEntry, words: str) -> str:
    return f"{date_format(entry.created_at, 'j F')}: {shortened(words, 60) or _('An empty page')}"


def _words_page(request: SignedInRequest, opened: OpenedWords, form: NoteForm, add_form: AddForm) -> HttpResponse:
    refused = form.is_bound or add_form.is_bound
    line = _line(opened, find_sources(request.user, [opened.source]))
    context = {"line": line, "form": form, "add_form": add_form if add_form.fields["entry"].queryset else None}  # type: ignore[attr-defined]
    return render(request, "courses/words.html", context, status=422 if refused else 200)
