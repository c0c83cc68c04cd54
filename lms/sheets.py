"""Tables as CSV files, which spreadsheets open: as a name may begin with "=", nothing in them is ever taken for a formula.

Every text stands in quotes. In much of Europe spreadsheets take a table apart at semicolons, whatever it was made with: without quotes
what follows one inside a name would be a cell of its own, and might calculate.
"""

import csv
import io
import re
from collections.abc import Iterable

from django.http import HttpResponse

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *"＝＋－＠")  # after these a spreadsheet calculates (OWASP, CSV injection)
_UNSEEN = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]*")  # what some of them pass over before they look


def safe(value: object) -> object:
    """Text that would begin a formula gets an apostrophe before it; numbers stay numbers."""
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) or _UNSEEN.sub("", text, count=1).startswith(_FORMULA) else text


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """With a mark at its beginning by which Excel knows UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([safe(value) for value in row] for row in rows)
    return f"\ufeff{out.getvalue()}"


def csv_response(name: str, rows: Iterable[Iterable[object]]) -> HttpResponse:
    """A file to keep. `name` is ours, without anybody's words: letters, digits, hyphens."""
    response = HttpResponse(csv_text(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
