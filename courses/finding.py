"""Which entries are wanted, and which words of a text are the ones looked for. Nothing here opens an entry."""

import datetime
import re
import unicodedata
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from courses.models.journals import JournalEntry, JournalEntryQuerySet
from courses.models.shares import SharedVersion

Rows = TypeVar("Rows", bound=QuerySet[Any])

BEFORE_HIT, AROUND_HIT = 60, 200  # characters shown before the first word found, and in all

# Accents that stand as characters of their own once a text is taken apart.
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")


@dataclass(frozen=True)
class Wanted:
    """What entries have in common; None or "" where it is all the same. Days are days of the person's own zone."""

    from_on: datetime.date | None = None
    until_on: datetime.date | None = None
    module: int | None = None
    prompt: str = ""  # "with", "without"
    shared: str = ""  # "shared", "private"


def in_days(rows: Rows, from_on: datetime.date | None, until_on: datetime.date | None) -> Rows:
    """Those made from the first of these days to the last, in the zone that is active."""
    if from_on:
        rows = rows.filter(created_at__gte=_midnight(from_on))
    if until_on:
        rows = rows.filter(created_at__lt=_midnight(until_on + datetime.timedelta(days=1)))
    return rows


def narrow(entries: JournalEntryQuerySet, wanted: Wanted) -> JournalEntryQuerySet:
    """The entries among these that are wanted."""
    entries = in_days(entries, wanted.from_on, wanted.until_on)
    if wanted.module:
        entries = entries.filter(activity__module=wanted.module)
    if wanted.prompt:
        entries = entries.filter(activity__isnull=wanted.prompt == "without")
    if wanted.shared:
        shared = Exists(SharedVersion.objects.open().filter(entry=OuterRef("pk")))
        entries = entries.filter(shared if wanted.shared == "shared" else ~shared)
    return entries


def older_than(entries: JournalEntryQuerySet, last: JournalEntry) -> JournalEntryQuerySet:
    """Those after this one in a list with the newest first."""
    return entries.filter(Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, pk__lt=last.pk))


def folded(text: str) -> str:
    """Without case and accents, for comparing."""
    if text.isascii():
        return text.lower()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()))


def around(text: str, folded_at: int) -> str:
    """Some of the text around a place in its folded form, on whole words."""
    at = folded_at if text.isascii() else _unfolded(text, folded_at)
    start = max(0, at - BEFORE_HIT)
    if start:
        start = text.find(" ", start, at) + 1 or start
    end = start + AROUND_HIT
    if end < len(text):
        end = max(text.rfind(" ", at, end), 0) or end
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")


def _unfolded(text: str, folded_at: int) -> int:
    """The place in the text of a place in its folded form: a character folds to none, one or several."""
    for number, reached in enumerate(accumulate(len(folded(character)) for character in text)):
        if reached > folded_at:
            return number
    return len(text)


def marked(text: str, words: list[str]) -> SafeString:
    """The text escaped, with <mark> around each of the folded words."""
    spot = [False] * len(text)
    places = [number for number, character in enumerate(text) for _ in folded(character)]
    whole = "".join(folded(character) for character in text)
    for word in words:
        at = whole.find(word)
        while at >= 0:
            for place in range(places[at], places[at + len(word) - 1] + 1):
                spot[place] = True
            at = whole.find(word, at + len(word))
    parts: list[str] = []
    inside = False
    for character, marks in zip(text, spot, strict=True):
        if marks != inside:
            parts.append("<mark>" if marks else "</mark>")
            inside = marks
        parts.append(escape(character))
    return mark_safe("".join(parts) + ("</mark>" if inside else ""))  # noqa: S308  every character escaped above


# --- inside ---------------------------------------------------------------------------------------------------------


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), tzinfo=timezone.get_current_timezone())
