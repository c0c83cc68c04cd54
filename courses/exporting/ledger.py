"""A ledger of hours as files: pure functions from what was opened to CSV and PDF."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from courses.exporting.document import style_of
from courses.exporting.pdf import set_type

if TYPE_CHECKING:
    from courses.standing import Day, Standing

BEGINS_FORMULA = tuple("=+-@|%＝＋－＠")  # as OWASP's page on CSV injection lists them, also in full width


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


def as_csv(ledger: Ledger) -> bytes:
    """One line for each day and entry. With the mark by which spreadsheets know UTF-8, and nothing in it that they would calculate."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_("Day"), _("What it was"), _("Minutes"), _("Of minutes"), _("With whom, or what"), _("Note")])
    writer.writerows([plain(cell) for cell in row] for row in _rows(ledger))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_pdf(ledger: Ledger) -> bytes:
    """The same, set to be read and shown. Raises OSError without Pango (courses.exporting.pdf)."""
    return set_type(render_to_string("courses/exported/ledger.html", {"ledger": ledger, "style": style_of("paper.css")}))


def plain(cell: object) -> str:
    """Text that no spreadsheet takes for a formula: what begins like one is put behind an apostrophe."""
    text = str(cell)
    return f"'{text}" if text.lstrip().startswith(BEGINS_FORMULA) or text[:1].isspace() else text


def _rows(ledger: Ledger) -> Iterable[tuple[object, ...]]:
    made_up = _("Live hours, made up")
    for day in ledger.days:
        yield day.on.isoformat(), made_up if day.made_up else _("Live hours"), day.counts, day.noted, "", ""
    for line in ledger.lines:
        entry = line.entry
        yield entry.on.isoformat(), entry.get_kind_display(), entry.minutes, "", line.with_whom, line.note
