"""Who changed the pages for a crisis and on safeguarding, and when: for coordinators."""

from __future__ import annotations

from courses.models import CrisisNumbers, SafeguardingText
from lms.users.places import countries

SHOWN = 30


def changes_of_numbers(code: str = "") -> list[CrisisNumbers]:
    """The newest first, of one country or of all, each with the `country` it is of. One query."""
    rows = CrisisNumbers.objects.select_related("changed_by")
    names = dict(countries())
    found = list((rows.filter(code=code) if code else rows)[:SHOWN])
    for row in found:
        row.country = names.get(row.code, row.code)  # type: ignore[attr-defined]
    return found


def texts_before() -> list[SafeguardingText]:
    """The newest first, the one that holds now among them. One query."""
    return list(SafeguardingText.objects.select_related("written_by").defer("html")[:SHOWN])
