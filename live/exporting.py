"""What was said in a room as a file of plain text. Every line of somebody's begins with blanks, so that nothing takes one for a
formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.formats import date_format

from live.models import Room, RoomEvent

INDENT = "    "


def as_text(room: Room, events: Iterable[RoomEvent]) -> Iterator[str]:
    """The file in pieces, in the time zone that is active."""
    yield f"{room.seminar.title}\n"
    for event in events:
        yield "\n" + "\n".join(_lines(event)) + "\n"


def _lines(event: RoomEvent) -> Iterator[str]:
    at = date_format(timezone.localtime(event.at), "j F Y, H:i")
    yield f"[{at}] {event.voice}"
    if event.quote:
        yield from (f"{INDENT}> {line}" for line in event.quote.splitlines())
    yield from (f"{INDENT}{line}" for line in event.text.splitlines())
    for lane in getattr(event, "lanes", []):
        yield from (f"{INDENT}[{lane.lang}] {line}" for line in lane.text.splitlines())
    for answer in event.reactions.all():
        yield f"{INDENT}({answer.person.display_name}: {answer.get_kind_display()})"
