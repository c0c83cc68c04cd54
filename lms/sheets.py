"""Tables as CSV files, which spreadsheets open: as a name may begin with "=", nothing in them is ever taken for a formula."""

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *"＝＋－＠")  # after these a spreadsheet calculates (OWASP, CSV injection)


def safe(value: object) -> object:
    """Text that would begin a formula gets an apostrophe before it; numbers stay numbers."""
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """With a mark at its beginning by which Excel knows UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL)
    writer.writerows([safe(value) for value in row] for row in rows)
    return f"\ufeff{out.getvalue()}"


def csv_response(name: str, rows: Iterable[Iterable[object]]) -> HttpResponse:
    """A file to keep. `name` is ours, without anybody's words: letters, digits, hyphens."""
    response = HttpResponse(csv_text(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
