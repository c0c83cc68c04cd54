"""A relational map as a list to read: who and what is on it, then the ties."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from courses.models.maps import Circle, Drawing, Line, RelationalMap


def as_list(drawing: Drawing) -> SafeString:
    """Markup of the kind entries are made of; every word escaped."""
    names = {circle["id"]: circle["name"] for circle in drawing["circles"]}
    return _list([_circle(circle) for circle in drawing["circles"]]) + _list([_tie(line, names) for line in drawing["lines"]])


def _list(items: list[str]) -> SafeString:
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ([item] for item in items))) if items else SafeString()


def _circle(circle: Circle) -> str:
    return _with_note(f"{circle['name']}: {RelationalMap.Kind(circle['kind']).label}", circle["note"])


def _tie(line: Line, names: dict[str, str]) -> str:
    return _with_note(f"{names[line['from']]} – {names[line['to']]}: {RelationalMap.Manner(line['manner']).label}", line["note"])


def _with_note(words: str, note: str) -> str:
    return f"{words}. {note}" if note else words
