"""Looking for words in one's own entries: opened for the one request, and nothing is kept."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone
from django.utils.safestring import SafeString

from courses.actions.journals import EntryWords, read_entries
from courses.finding import Wanted, around, folded, marked, narrow, older_than
from courses.models import JournalEntry
from lms import crypto, richtext
from lms.users.models import User

LOOKED_AT = 500  # entries opened in one request
BATCH = 50  # of these in memory at once
MOST_FOUND = 20  # on a page


@dataclass(frozen=True)
class Found:
    """An entry in which all words occur: its title and the words around the first of them, escaped, with <mark> around each."""

    entry: JournalEntry
    title: SafeString
    excerpt: SafeString


@dataclass(frozen=True)
class Results:
    """What a search found. `further` is the entry to look on from; None when all were looked at."""

    found: list[Found] = field(default_factory=list)
    further: UUID | None = None
    unreadable: bool = False  # some could not be opened, so nobody knows what is in them


def search_entries(*, actor: User, words: str, wanted: Wanted, before: UUID | None = None) -> Results:
    """Looks through the actor's entries, newest first, for those in which every word occurs, whatever its case and accents.

    Opens at most LOOKED_AT of them and stops at MOST_FOUND; `before` is the entry where the last look ended.
    """
    wanted_words = list(dict.fromkeys(folded(words).split()))
    mine = JournalEntry.objects.visible_to(actor)
    entries = narrow(mine, wanted).select_related("activity").order_by("-created_at", "-pk")
    if before and (last := mine.filter(pk=before).first()):
        entries = older_than(entries, last)
    if not wanted_words:
        return Results()
    try:
        return _look(actor, entries[: LOOKED_AT + 1].iterator(chunk_size=BATCH), wanted_words)
    except crypto.Unreadable:
        return Results(unreadable=entries.exists())


def days_written(*, actor: User, first: datetime.date, last: datetime.date) -> set[datetime.date]:
    """The days of this span, in the person's zone, on which they began an entry. Not how many."""
    entries = narrow(JournalEntry.objects.visible_to(actor), Wanted(from_on=first, until_on=last))
    return {timezone.localtime(at).date() for at in entries.order_by().values_list("created_at", flat=True)}


# --- inside ---------------------------------------------------------------------------------------------------------


def _look(actor: User, entries: Iterable[JournalEntry], words: list[str]) -> Results:
    found: list[Found] = []
    last: JournalEntry | None = None
    unreadable = False
    for number, (entry, opened) in enumerate(read_entries(actor=actor, entries=entries)):
        if last is not None and (number == LOOKED_AT or len(found) == MOST_FOUND):
            return Results(found, last.pk, unreadable)
        last = entry
        if opened is None:
            unreadable = True
        elif hit := _hit(entry, opened, words):
            found.append(hit)
    return Results(found, None, unreadable)


def _hit(entry: JournalEntry, opened: EntryWords, words: list[str]) -> Found | None:
    text = " ".join(richtext.plain(opened.html).split())
    in_title, in_text = folded(opened.title), folded(text)
    if not all(word in in_title or word in in_text for word in words):
        return None
    first = min((at for word in words if (at := in_text.find(word)) >= 0), default=0)
    return Found(entry, marked(opened.title, words), marked(around(text, first), words))
