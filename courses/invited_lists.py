"""Reading a list of addresses as spreadsheets write it, in whatever manner they do, line by line. Knows nothing of who is there already.

Spreadsheets of different countries write the same table with commas, semicolons or tabs, in UTF-8 with or without its mark, in UTF-16,
or in Windows-1252. What a byte means is never guessed beyond that: a file that is none of these is no text.
"""

import codecs
import csv
import io
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lms.files.kinds import Kind, kind_of
from lms.permissions import PART_LABELS, Part
from lms.words import one_line

MOST_LINES = 200  # people of one list; a cohort has up to 60
LARGEST = 200_000  # bytes
TEMPLATE = "email,part\r\nname@example.org,trainee\r\n"

_ADDRESS = {"email", "e-mail", "mail", "email address", "e-mail address", "address"}
_PART = {"part", "role"}
_SEPARATORS = (",", ";", "\t")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_HINT = re.compile(r"sep=.\r?\n")  # what Excel writes above a table for itself


@dataclass(frozen=True)
class Row:
    """One line: its number in the file, the first being 1; the address in small letters; the part as it is written there."""

    line: int
    email: str
    part: str


@dataclass(frozen=True)
class Table:
    """What stands in a file: its lines without the empty ones, and the names of columns that are not read."""

    rows: list[Row]
    left_out: list[str]


def read_list(data: bytes) -> Table:
    """Raises ValidationError, whose sentence says what to do, for a file that is no such list as a whole."""
    if len(data) > LARGEST:
        raise ValidationError(_("This file is larger than a list may be: the limit is %(limit)s kB.") % {"limit": LARGEST // 1000})
    return read_text(decoded(data))


def decoded(data: bytes) -> str:
    """The text of a file. Raises ValidationError if it is none."""
    if kind_of(io.BytesIO(data)) in {Kind.XLSX, Kind.ODT, Kind.DOCX}:
        raise ValidationError(_("This is a spreadsheet or document. Please save it as CSV and choose that file."))
    encodings = ["utf-16"] if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NOT_TEXT.search(text):
            return text
    raise ValidationError(_("This file is not text. Please save the list as CSV and choose that file."))


def read_text(text: str) -> Table:
    """The same of a text that is decoded already."""
    hint = _HINT.match(text)
    shift = 1 if hint else 0
    body = text[hint.end() :] if hint else text
    if not body.strip():
        raise ValidationError(_("There is nothing in this list yet. It needs a first line with the words “email” and “part”."))
    try:
        lines = _lines(body, _separator(body), shift)
    except csv.Error:
        raise ValidationError(_("A quotation mark is opened in this list and not closed. Please look at it and try again.")) from None
    return _table(lines)


def known_part(word: str) -> Part | None:
    """The part that is meant by a word of the list: as the page names it, or as the template does; in whichever letters."""
    plain = " ".join(word.replace("_", " ").casefold().split())
    for part in Part:
        if plain in {part.value.replace("_", " "), str(PART_LABELS[part]).casefold()}:
            return part
    return None


# --- inside ---------------------------------------------------------------------------------------------------------


def _separator(text: str) -> str:
    """By the first line: that at which an address stands, or that which is there most."""
    first = next(line for line in text.splitlines() if line.strip())
    for separator in _SEPARATORS:
        if _ADDRESS & {_plain(name) for name in next(csv.reader([first], delimiter=separator))}:
            return separator
    return max(_SEPARATORS, key=first.count)


def _lines(text: str, separator: str, shift: int) -> list[tuple[int, list[str]]]:
    """(number of the line where it begins, its fields) of every line with something in it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found, begins = [], 1
    for fields in reader:
        if any(field.strip() for field in fields):
            found.append((begins + shift, [field.strip() for field in fields]))
        begins = reader.line_num + 1
    return found


def _table(lines: list[tuple[int, list[str]]]) -> Table:
    names = [_plain(name) for name in lines[0][1]]
    at = next((place for place, name in enumerate(names) if name in _ADDRESS), None)
    if at is None:
        raise ValidationError(_("The first line has to name the columns, and one of them has to be “email”. Please add that line."))
    part_at = next((place for place, name in enumerate(names) if name in _PART), None)
    rows = lines[1:]
    if not rows:
        raise ValidationError(_("There is nobody in this list yet. Each person needs a line below the first."))
    if len(rows) > MOST_LINES:
        raise ValidationError(
            _("There are %(count)s people in this list, and a list may have %(most)s. Please make two of it.")
            % {"count": len(rows), "most": MOST_LINES}
        )
    left_out = [name for place, name in enumerate(lines[0][1]) if place not in (at, part_at) and name]
    return Table([Row(line, _field(fields, at).lower(), _field(fields, part_at)) for line, fields in rows], left_out)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _field(fields: list[str], at: int | None) -> str:
    """On one line, without letters that nobody sees: an address copied from a letter often carries some."""
    return one_line(fields[at]) if at is not None and at < len(fields) else ""
