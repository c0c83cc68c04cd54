"""One browser in one room: what it was given, what it confirmed, and a bounded way out to it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from live.events import Person
from live.hub.wire import Frame, Hear, Send, wire_to
from live.tickets import Ticket
from lms import metrics

WINDOW_EVENTS = 200
WINDOW_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Batch:
    """Events that leave together: one frame for everybody who gets it. They are confirmed together too."""

    frame: Frame
    after: int  # the number in front of the first of them
    last: int  # the number of the last of them
    count: int
    size: int  # bytes


class Socket:
    """Events go out only as far as the window is open; the log remembers the rest, so nothing piles up here."""

    __slots__ = (
        "_held",
        "_held_bytes",
        "_held_events",
        "_wire",
        "closed",
        "full_since",
        "joined_at",
        "person",
        "reading",
        "sent",
        "ticket",
    )

    def __init__(self, ticket: Ticket, send: Send, after: int, hear: Hear = lambda text: False) -> None:
        self.ticket = ticket
        self.person = Person(ticket.person, ticket.name, ticket.initials, ticket.seat)
        self.sent = after  # the last number given
        self.full_since: float | None = None  # when events began to wait for this browser (monotonic seconds)
        self.closed = False
        self.reading = False  # a read of older events is on its way
        self._wire = wire_to(send, hear)
        self._held: deque[Batch] = deque()  # given and not confirmed
        self._held_events = self._held_bytes = 0

    @property
    def room_for(self) -> int:
        """How many more events may go out before the browser confirms some."""
        return 0 if self._held_bytes >= WINDOW_BYTES else WINDOW_EVENTS - self._held_events

    def confirm(self, seq: int) -> None:
        """The browser holds everything up to this number."""
        while self._held and self._held[0].last <= seq:
            batch = self._held.popleft()
            self._held_events -= batch.count
            self._held_bytes -= batch.size
        if self.room_for > 0:
            self.full_since = None

    def give(self, batch: Batch) -> None:
        """Events. Whoever was closed gets none, and stays where they were."""
        if not self.closed:
            self.sent = batch.last
            self._held.append(batch)
            self._held_events += batch.count
            self._held_bytes += batch.size
            metrics.delivered(batch.count)
            self._wire.send(batch.frame)

    def waits_for(self, batch: Batch) -> bool:
        """Whether just these come next for this browser, and its window is open for all of them."""
        return (
            self.sent == batch.after
            and self._held_events + batch.count <= WINDOW_EVENTS
            and self._held_bytes < WINDOW_BYTES
            and not self.reading
            and not self.closed
        )

    def tell(self, frame: Frame) -> None:
        """Anything else. Whoever asks and asks and never reads is let go."""
        if self.closed:
            return
        if self._wire.full:
            self.close(4408)
        else:
            self._wire.send(frame)

    def close(self, code: int) -> None:
        """Nothing that still waits here goes out after this, only the code."""
        if not self.closed:
            metrics.closed(code)
            self.closed = True
            self._wire.close(code)

    def give_up(self, frame: Frame) -> None:
        """One last frame instead of everything that waited."""
        if not self.closed:
            self.closed = True
            self._wire.close(1000, frame)

    def leave(self) -> None:
        """The browser is gone."""
        self.closed = True
        self._wire.end()
