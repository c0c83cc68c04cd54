"""Words that stayed with somebody, and notes to oneself: sealed into one's own journal, opened for nobody else.

Each has a key of its own, wrapped by its keeper's. Words, note and the trace of where they came from are bound to their place:
table, row, person and field.
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses.actions.journals import edit_entry, read_entry
from courses.models import JournalEntry, KeptWords
from courses.models.kept_words import LONGEST_WORDS
from courses.permissions import can_open_words, cohort_written_in
from courses.signals import Source, sources_asked
from lms import crypto, richtext
from lms.permissions import require
from lms.users.models import User


@dataclass(frozen=True)
class OpenedWords:
    """Kept words as their keeper sees them: plain text. `source` is the name to ask for the place by, `label` who said them and
    where. `readable` is False if the bytes do not open: the others still do."""

    kept: KeptWords
    words: str = ""
    note: str = ""
    source: str = ""
    label: str = ""
    readable: bool = True

    @property
    def html(self) -> str:
        """How they stand in an entry: the words as a quotation, whose they were below it, then the note."""
        quoted = f"<blockquote>{richtext.from_plain(self.words, 'entry')}</blockquote>" if self.words else ""
        trace = f"<p><em>{escape(self.label, quote=False)}</em></p>" if self.label and self.words else ""
        return quoted + trace + richtext.from_plain(self.note, "entry")

    @property
    def plain(self) -> str:
        """The same for a bare textarea."""
        words = _("“%(words)s”") % {"words": self.words} if self.words else ""
        lines = [words, self.label if words else ""]
        return "\n\n".join(part for part in ["\n".join(line for line in lines if line), self.note] if part) + "\n\n"


def keep_words(*, actor: User, source: str, words: str, note: str, client_id: uuid.UUID) -> KeptWords:
    """Keeps words that were said somewhere, a note, or both; without words of one's choice, all that was said there.

    A source that is not (or no longer) open to the actor leaves no trace, so that nothing typed is lost with it. A client_id keeps
    once however often it is sent.
    """
    require(actor.is_active, _("Please sign in to write in your journal."))
    if already := KeptWords.objects.visible_to(actor).filter(client_id=client_id).first():
        return already
    found = find_sources(actor, [source]).get(source)
    words = words.strip() or (_cut(found.words) if found else "")
    require(bool(words or note.strip()), _("There are no words here yet. A first sentence is enough."))
    cohort = found.cohort if found else cohort_written_in(actor)
    kept = KeptWords(author=actor, client_id=client_id, cohort=cohort)
    trace = {"source": source, "label": found.label} if found else {"source": "", "label": ""}
    # The key is committed in its own database as soon as it is made, before the words (see lms.crypto.person_key).
    key, kept.wrapped_key = crypto.wrap_new_key(actor.pk, place=_place(kept, "key"))
    kept.words_sealed = crypto.seal_text(words, key=key, place=_place(kept, "words"))
    kept.note_sealed = crypto.seal_text(note.strip(), key=key, place=_place(kept, "note"))
    kept.source_sealed = crypto.seal_text(json.dumps(trace), key=key, place=_place(kept, "source"))
    try:
        with transaction.atomic():
            kept.save(force_insert=True)
    except IntegrityError:  # the same arrived twice at once, and the other was first
        return KeptWords.objects.visible_to(actor).get(client_id=client_id)
    return kept


def note_privately(*, actor: User, source: str, note: str, client_id: uuid.UUID) -> KeptWords:
    """Keeps a note to oneself, written beside a conversation (the room's name as `source`). See `keep_words`."""
    return keep_words(actor=actor, source=source, words="", note=note, client_id=client_id)


@transaction.atomic
def change_note(*, actor: User, words_id: uuid.UUID, note: str) -> KeptWords:
    """Another note beside the words. Raises KeptWords.DoesNotExist if they are not the actor's."""
    kept = KeptWords.objects.visible_to(actor).select_for_update().get(pk=words_id)
    require(can_open_words(actor, kept), _("Only the person who kept this can change it."))
    kept.note_sealed = crypto.seal_text(note.strip(), key=_key_of(kept), place=_place(kept, "note"))
    kept.save(update_fields=["note_sealed"])
    return kept


@transaction.atomic
def put_into_entry(*, actor: User, words_id: uuid.UUID, entry_id: uuid.UUID) -> JournalEntry:
    """Adds the words, their trace and the note to the end of one of the actor's entries; they stay here as well.

    Raises KeptWords.DoesNotExist or JournalEntry.DoesNotExist for somebody else's, richtext.TooLong if the entry has no room left.
    """
    kept = KeptWords.objects.visible_to(actor).get(pk=words_id)
    entry = JournalEntry.objects.visible_to(actor).select_for_update().get(pk=entry_id)
    words = read_entry(actor=actor, entry=entry)
    html = words.html + open_words(actor=actor, kept=[kept])[0].html
    richtext.check_size(html, "entry")
    return edit_entry(actor=actor, entry_id=entry.pk, title=words.title, html=html, version=entry.version)


@transaction.atomic
def delete_words(*, actor: User, words_id: uuid.UUID) -> None:
    """Deletes them and the only key that opens them. Raises KeptWords.DoesNotExist if they are not the actor's."""
    kept = KeptWords.objects.visible_to(actor).select_for_update().get(pk=words_id)
    require(can_open_words(actor, kept), _("Only the person who kept this can delete it."))
    kept.delete()


def open_words(*, actor: User, kept: Sequence[KeptWords]) -> list[OpenedWords]:
    """Opens what the actor kept; one query for the key however many there are. Raises Refused at somebody else's."""
    for one in kept:
        require(can_open_words(actor, one), _("Only the person who kept this can read it."))
    if not kept:
        return []
    try:
        person_key = crypto.person_key(actor.pk)
    except crypto.Unreadable:
        return [OpenedWords(one, readable=False) for one in kept]
    return [_open(one, person_key) for one in kept]


def find_sources(person: User, names: Iterable[str]) -> dict[str, Source]:
    """Asks whoever keeps such words above; what this person may not see now is missing."""
    wanted = sorted({name for name in names if name})
    found: dict[str, Source] = {}
    answers: list[tuple[Any, Any]] = sources_asked.send(KeptWords, person=person, names=wanted) if wanted else []
    for _receiver, answer in answers:
        found |= answer
    return found


# --- inside ---------------------------------------------------------------------------------------------------------


def _cut(words: str) -> str:
    words = words.strip()
    return words if len(words) <= LONGEST_WORDS else words[: LONGEST_WORDS - 2].rsplit(" ", 1)[0] + " …"


def _place(kept: KeptWords, field: str) -> str:
    return f"courses.words:{kept.pk}:{kept.author_id}:{field}"


def _key_of(kept: KeptWords) -> bytes:
    return crypto.unwrap_key(kept.wrapped_key, kept.author_id, place=_place(kept, "key"))


def _open(kept: KeptWords, person_key: bytes) -> OpenedWords:
    try:
        key = crypto.unseal(kept.wrapped_key, key=person_key, place=_place(kept, "key"))
        words = crypto.unseal_text(kept.words_sealed, key=key, place=_place(kept, "words"))
        note = crypto.unseal_text(kept.note_sealed, key=key, place=_place(kept, "note"))
        trace = json.loads(crypto.unseal_text(kept.source_sealed, key=key, place=_place(kept, "source")))
    except crypto.Unreadable:
        return OpenedWords(kept, readable=False)
    return OpenedWords(kept, words, note, **trace)
