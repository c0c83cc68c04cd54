"""A ledger of hours as files: pure functions from what was opened to CSV and PDF."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from courses.exporting.document import style_of
from courses.exporting.pdf import set_type

if TYPE_CHECKING:
    from courses.standing import Day, Standing


class Entry(Protocol):
    """What of an entry's row a file shows."""

    on: datetime.date
    minutes: int

    def get_kind_display(self) -> str: ...


class Line(Protocol):
    """An entry with its words."""

    @property
    def entry(self) -> Entry: ...
    @property
    def with_whom(self) -> str: ...
    @property
    def note(self) -> str: ...


@dataclass(frozen=True)
class Ledger:
    """All of one person's hours in a cohort. `sums` are (kind, label, minutes), live hours first."""

    name: str
    cohort: str
    today: datetime.date
    standing: Standing
    sums: Sequence[tuple[str, str, int]]
    days: Sequence[Day]
    lines: Sequence[Line]


def csv_rows(ledger: Ledger) -> list[tuple[object, ...]]:
    """A line for each day and entry, with a head; for lms.sheets."""
    head = (_("Day"), _("What it was"), _("Minutes"), _("Of minutes"), _("With whom, or what"), _("Note"))
    return [head, *_rows(ledger)]


def as_pdf(ledger: Ledger) -> bytes:
    """The same, set to be read and shown. Raises OSError without Pango (courses.exporting.pdf)."""
    return set_type(render_to_string("courses/exported/ledger.html", {"ledger": ledger, "style": style_of("paper.css")}))


def _rows(ledger: Ledger) -> Iterable[tuple[object, ...]]:
    made_up = _("Live hours, made up")
    for day in ledger.days:
        yield day.on.isoformat(), made_up if day.made_up else _("Live hours"), day.counts, day.noted, "", ""
    for line in ledger.lines:
        entry = line.entry
        yield entry.on.isoformat(), entry.get_kind_display(), entry.minutes, "", line.with_whom, line.note
