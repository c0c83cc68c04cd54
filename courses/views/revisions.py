"""Earlier versions of a person's own entry: which there are, what has changed since, and the way back."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from courses.actions.journals import read_entry
from courses.actions.revisions import read_revision, read_revisions, restore_revision
from courses.comparing import compare, paragraphs
from courses.forms.revisions import VersionsPageForm
from courses.models import JournalEntry, JournalRevision
from lms import crypto
from lms.http import SignedInRequest, reads, writes

PAGE = 20


@login_required
@reads
def revisions(request: SignedInRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Twenty versions, newest first; `before` is the last version of the page before."""
    entry = _mine_or_404(request, entry_id)
    kept = JournalRevision.objects.visible_to(request.user).filter(entry=entry)
    pages = VersionsPageForm(request.GET)
    before = pages.cleaned_data["before"] if pages.is_valid() else None
    if before:
        kept = kept.filter(version__lt=before)
    found = list(kept[: PAGE + 1])
    context = {
        "entry": entry,
        "lines": read_revisions(actor=request.user, entry=entry, revisions=found[:PAGE]),
        "older": found[PAGE - 1].version if len(found) > PAGE else None,
        "later_page": before is not None,
    }
    return render(request, "courses/revisions.html", context)


@login_required
@reads
def revision(request: SignedInRequest, entry_id: uuid.UUID, version: int) -> HttpResponse:
    """One version beside the words as they stand now, with the words marked that differ."""
    entry, kept = _both_or_404(request, entry_id, version)
    try:
        then, now = read_revision(actor=request.user, entry=entry, revision=kept), read_entry(actor=request.user, entry=entry)
    except crypto.Unreadable:
        return render(request, "courses/entry_unreadable.html", {"entry": entry}, status=500)
    words, title = compare(paragraphs(then.html), paragraphs(now.html)), compare([then.title], [now.title])
    context = {
        "entry": entry,
        "revision": kept,
        "title": title,
        "words": words,
        "gone": title.gone + words.gone,
        "new": title.new + words.new,
        "same": then == now,
    }
    return render(request, "courses/revision.html", context)


@login_required
@writes
def revision_restore(request: SignedInRequest, entry_id: uuid.UUID, version: int) -> HttpResponse:
    """Goes back to that version by making a new one of it."""
    entry, kept = _both_or_404(request, entry_id, version)
    try:
        restore_revision(actor=request.user, entry_id=entry.pk, version=kept.version)
    except crypto.Unreadable:
        return render(request, "courses/entry_unreadable.html", {"entry": entry}, status=500)
    messages.success(request, _("These words stand again. What stood here before is kept among the earlier versions."))
    return redirect("courses:entry", entry_id=entry.pk)


# --- inside ---------------------------------------------------------------------------------------------------------


def _mine_or_404(request: SignedInRequest, entry_id: uuid.UUID) -> JournalEntry:
    return get_object_or_404(JournalEntry.objects.visible_to(request.user), pk=entry_id)


def _both_or_404(request: SignedInRequest, entry_id: uuid.UUID, version: int) -> tuple[JournalEntry, JournalRevision]:
    mine = JournalRevision.objects.visible_to(request.user).select_related("entry")
    kept = get_object_or_404(mine, entry=entry_id, version=version)
    return kept.entry, kept
