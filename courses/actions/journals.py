"""Writing, reading and deleting journal entries: sealed on their way in, opened for their author and nobody else.

An entry has a key of its own, wrapped by its author's; title and body are sealed under it and bound to their place: table,
entry, person, version and field. Bytes moved to another row, person, version or field do not open.
"""

import datetime
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.progress import show_kept
from courses.actions.stored_files import discard
from courses.models import Activity, Cohort, JournalEntry, JournalRevision, StoredFile
from courses.permissions import can_edit_entry
from lms import crypto, richtext
from lms.permissions import require
from lms.users.models import User

FIRST_WORDS_FROM = 600  # characters of an entry's markup that a list looks at
REVISION_EVERY = datetime.timedelta(minutes=10)  # an autosave comes every few seconds; a version is worth coming back to


@dataclass(frozen=True)
class EntryWords:
    """An opened entry: the title as plain text, the words as cleaned HTML."""

    title: str
    html: str


@dataclass(frozen=True)
class EntryLine:
    """What a list shows of an entry. `readable` is False if its bytes do not open: the others still do."""

    entry: JournalEntry
    title: str = ""
    first_words: str = ""
    readable: bool = True


class Conflict(Exception):
    """The entry was changed elsewhere meanwhile. Nothing was written; `entry` is how it stands now. Carries no words."""

    def __init__(self, entry: JournalEntry) -> None:
        super().__init__("changed elsewhere")
        self.entry = entry


def keep_entry(
    *,
    actor: User,
    client_id: uuid.UUID,
    title: str,
    html: str,
    cohort: Cohort | None = None,
    activity: Activity | None = None,
    shown_kept: bool = False,
) -> JournalEntry:
    """Keeps a new entry; `html` was cleaned by lms.richtext. With `shown_kept` its activity is done: see `show_kept`.

    A client_id makes one entry however often it is sent. Sent again with other words while nobody has changed the entry, the
    words were written on while the first answer was lost: they are kept. Raises Conflict if it has been changed since.
    """
    require(actor.is_active, _("Please sign in to write in your journal."))
    # The key is committed in its own database as soon as it is made, before the words (see lms.crypto.person_key).
    entry = _find(actor, client_id) or _create(actor, client_id, EntryWords(title, html), cohort, activity)
    if read_entry(actor=actor, entry=entry) == EntryWords(title, html):
        show_kept(actor=actor, kept=entry, shown=shown_kept)
        return entry
    return edit_entry(actor=actor, entry_id=entry.pk, title=title, html=html, version=1, shown_kept=shown_kept)


@transaction.atomic
def edit_entry(*, actor: User, entry_id: uuid.UUID, title: str, html: str, version: int, shown_kept: bool | None = None) -> JournalEntry:
    """Replaces the words of the entry as of `version`. The same words again change nothing, whatever the version. `shown_kept` says
    whether the course may know of it from now on (see `show_kept`); None leaves that as it is.

    Raises Conflict if it has changed since that version, JournalEntry.DoesNotExist if it is not the actor's.
    """
    entry = JournalEntry.objects.visible_to(actor).select_for_update().get(pk=entry_id)
    require(can_edit_entry(actor, entry), _("Only the person who wrote this can change it."))
    same = read_entry(actor=actor, entry=entry) == EntryWords(title, html)
    if not same and entry.version != version:
        raise Conflict(entry)
    if shown_kept is not None:
        show_kept(actor=actor, kept=entry, shown=shown_kept)
    if same:
        return entry
    key = crypto.unwrap_key(entry.wrapped_key, actor.pk, place=_place(entry, "key"))
    if not entry.revisions.filter(kept_at__gt=timezone.now() - REVISION_EVERY).exists():
        keep_as_it_stands(entry)
    entry.version += 1
    entry.edited_at = timezone.now()
    _seal(entry, key, EntryWords(title, html))
    entry.save(update_fields=["title_sealed", "body_sealed", "cleaned_with", "version", "edited_at"])
    return entry


@transaction.atomic
def delete_entry(*, actor: User, entry_id: uuid.UUID) -> None:
    """Deletes the entry, its files, and with it the only key that opens them. Raises JournalEntry.DoesNotExist if it is not the actor's."""
    entry = JournalEntry.objects.visible_to(actor).select_for_update().get(pk=entry_id)
    require(can_edit_entry(actor, entry), _("Only the person who wrote this can delete it."))
    files = list(StoredFile.objects.filter(attachment__entry=entry))
    entry.delete()
    discard(files)


def keep_as_it_stands(entry: JournalEntry) -> JournalRevision:
    """Keeps the entry's sealed words as its version of now. For actions that have asked for permission; once for each version."""
    words = {"title_sealed": entry.title_sealed, "body_sealed": entry.body_sealed}
    return JournalRevision.objects.get_or_create(entry=entry, version=entry.version, defaults=words)[0]


def key_of(entry: JournalEntry) -> bytes:
    """The entry's key, for what is sealed with it. For actions that have asked for permission; one query if the entry has its author's
    id at hand. Raises crypto.Unreadable if the author's key is gone."""
    return crypto.unwrap_key(entry.wrapped_key, entry.author_id, place=_place(entry, "key"))


def read_entry(*, actor: User, entry: JournalEntry) -> EntryWords:
    """Opens an entry for its author. Raises Refused for everybody else, crypto.Unreadable if the bytes do not belong here."""
    require(can_edit_entry(actor, entry), _("Only the person who wrote this can read it."))
    return _open(entry, crypto.person_key(actor.pk))


def read_titles(*, actor: User, entries: Sequence[JournalEntry]) -> list[EntryLine]:
    """Titles and first words for a list, all of the actor's own; one query for the key however many there are."""
    for entry in entries:
        require(can_edit_entry(actor, entry), _("Only the person who wrote this can read it."))
    if not entries:
        return []
    try:
        person_key = crypto.person_key(actor.pk)
    except crypto.Unreadable:
        return [EntryLine(entry, readable=False) for entry in entries]
    return [_line(entry, person_key) for entry in entries]


def read_entries(*, actor: User, entries: Iterable[JournalEntry]) -> Iterator[tuple[JournalEntry, EntryWords | None]]:
    """Opens entries of the actor's own one after the other, None where the bytes do not open; one query for the key.

    Raises Refused at somebody else's, crypto.Unreadable at once if the actor's key is gone.
    """
    person_key = crypto.person_key(actor.pk)
    for entry in entries:
        require(can_edit_entry(actor, entry), _("Only the person who wrote this can read it."))
        try:
            yield entry, _open(entry, person_key)
        except crypto.Unreadable:
            yield entry, None


# --- inside ---------------------------------------------------------------------------------------------------------


def _find(actor: User, client_id: uuid.UUID) -> JournalEntry | None:
    return JournalEntry.objects.visible_to(actor).filter(client_id=client_id).first()


def _create(actor: User, client_id: uuid.UUID, words: EntryWords, cohort: Cohort | None, activity: Activity | None) -> JournalEntry:
    entry = JournalEntry(author=actor, client_id=client_id, cohort=cohort, activity=activity)
    key, entry.wrapped_key = crypto.wrap_new_key(actor.pk, place=_place(entry, "key"))
    _seal(entry, key, words)
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:  # the same words arrived twice at once, and the other was first
        return JournalEntry.objects.visible_to(actor).get(client_id=client_id)
    return entry


def _place(entry: JournalEntry, field: str) -> str:
    """Where sealed bytes belong. The key outlives versions, the words do not."""
    version = "" if field == "key" else f":{entry.version}"
    return f"courses.entry:{entry.pk}:{entry.author_id}{version}:{field}"


def _seal(entry: JournalEntry, key: bytes, words: EntryWords) -> None:
    entry.title_sealed = crypto.seal_text(words.title, key=key, place=_place(entry, "title"))
    entry.body_sealed = crypto.seal_text(words.html, key=key, place=_place(entry, "body"))
    entry.cleaned_with = richtext.CLEANED_WITH


def _open(entry: JournalEntry, person_key: bytes) -> EntryWords:
    key = crypto.unseal(entry.wrapped_key, key=person_key, place=_place(entry, "key"))
    return EntryWords(
        title=crypto.unseal_text(entry.title_sealed, key=key, place=_place(entry, "title")),
        html=crypto.unseal_text(entry.body_sealed, key=key, place=_place(entry, "body")),
    )


def _line(entry: JournalEntry, person_key: bytes) -> EntryLine:
    try:
        words = _open(entry, person_key)
    except crypto.Unreadable:
        return EntryLine(entry, readable=False)
    return EntryLine(entry, words.title, richtext.beginning(words.html, FIRST_WORDS_FROM))
