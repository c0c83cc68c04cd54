"""Earlier versions of an entry: kept, opened for its author, brought back. Nothing here ever takes words away.

A version is the entry's own sealed bytes as they stood. They were bound to their version when they were sealed, so they
open as that version of that entry and as nothing else, and are unreadable as soon as the entry's key is gone.
"""

import copy
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions.journals import EntryWords, edit_entry, keep_as_it_stands, read_entry, read_titles
from courses.models import JournalEntry, JournalRevision
from courses.permissions import can_edit_entry
from lms import richtext
from lms.permissions import require
from lms.users.models import User


@dataclass(frozen=True)
class RevisionLine:
    """What a list shows of a version. `readable` is False if its bytes do not open: the others still do."""

    revision: JournalRevision
    title: str = ""
    first_words: str = ""
    readable: bool = True


@transaction.atomic
def keep_revision(*, actor: User, entry: JournalEntry) -> JournalRevision:
    """Keeps the entry's words as this object holds them, however recent the last version is: before they are shared, say.

    A version is kept once: the same again gives back the one that is there.
    """
    require(can_edit_entry(actor, entry), _("Only the person who wrote this can keep a version of it."))
    return keep_as_it_stands(entry)


@transaction.atomic
def restore_revision(*, actor: User, entry_id: uuid.UUID, version: int) -> JournalEntry:
    """Goes back: the words of that version become the newest one. What stands now is kept first, however recent.

    The same words as now change nothing. Raises JournalEntry.DoesNotExist or JournalRevision.DoesNotExist for what is not
    the actor's or not there, crypto.Unreadable if its bytes do not open.
    """
    entry = JournalEntry.objects.visible_to(actor).select_for_update().get(pk=entry_id)
    require(can_edit_entry(actor, entry), _("Only the person who wrote this can change it."))
    revision = JournalRevision.objects.visible_to(actor).get(entry=entry, version=version)
    words = read_revision(actor=actor, entry=entry, revision=revision)
    if words == read_entry(actor=actor, entry=entry):
        return entry
    keep_as_it_stands(entry)
    # Cleaned again: perhaps our cleaner has learnt something since.
    html = richtext.from_editor(words.html, "entry")
    return edit_entry(actor=actor, entry_id=entry.pk, title=words.title, html=html, version=entry.version)


def read_revision(*, actor: User, entry: JournalEntry, revision: JournalRevision) -> EntryWords:
    """Opens a version for its author. Raises Refused for everybody else, crypto.Unreadable if the bytes do not belong here."""
    return read_entry(actor=actor, entry=_as_it_stood(entry, revision))


def read_revisions(*, actor: User, entry: JournalEntry, revisions: Sequence[JournalRevision]) -> list[RevisionLine]:
    """Titles and first words for a list of one entry's versions; one query for the key however many there are."""
    lines = read_titles(actor=actor, entries=[_as_it_stood(entry, revision) for revision in revisions])
    return [RevisionLine(revision, line.title, line.first_words, line.readable) for revision, line in zip(revisions, lines, strict=True)]


# --- inside ---------------------------------------------------------------------------------------------------------


def _as_it_stood(entry: JournalEntry, revision: JournalRevision) -> JournalEntry:
    """The entry with that version's sealed words in it. Only for opening them: never saved."""
    stood = copy.copy(entry)
    stood.version, stood.title_sealed, stood.body_sealed = revision.version, revision.title_sealed, revision.body_sealed
    return stood
