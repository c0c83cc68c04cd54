"""Whose way in has ended. Known from the table of revocations alone, so that it holds with the channel layer down."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable

from live.hub.socket import Socket
from live.tickets import SECONDS, Ticket

EVERY = 0.5  # seconds between looks
LOOK_BACK = SECONDS + 60  # seconds; a ticket lives five minutes, so an older revocation meets none
# Tickets made while the end was being stored may not have known of it: such a page was drawn before the commit.
MARGIN = 2.0
TRUSTED = 3.0  # seconds; without a look for so long no ticket is renewed …
FRESH = 1.0  # … and after so long nothing is passed on that comes from elsewhere: somebody may have been removed there

NEVER = float("-inf")
SIGNED_OUT, REMOVED = 4401, 4403

Row = tuple[int | None, str, uuid.UUID | None, float]  # person, session, room, when


class Watch:
    """The revocations of the last six minutes."""

    def __init__(self) -> None:
        self._sessions: dict[str, float] = {}
        self._people: dict[tuple[int, str | None], float] = {}
        self._looked_at = float("-inf")
        self._rows: list[Row] = []

    @property
    def trusted(self) -> bool:
        return time.monotonic() - self._looked_at < TRUSTED

    @property
    def fresh(self) -> bool:
        return time.monotonic() - self._looked_at < FRESH

    def learn(self, rows: list[Row], asked_at: float | None = None) -> bool:
        """What the table says, or said when it was asked (monotonic seconds): an answer may have been on its way for long. Whether it
        says anything else than before."""
        self._looked_at = time.monotonic() if asked_at is None else asked_at
        if rows == self._rows:
            return False
        self._rows = rows
        self._sessions, self._people = {}, {}
        for person, session, room, at in sorted(rows, key=lambda row: row[3]):
            if session:
                self._sessions[session] = at
            elif person is not None:
                self._people[person, room.hex if room else None] = at
        return True

    def code_for(self, ticket: Ticket) -> int | None:
        """The close code for a ticket that is no longer good. One from a time to come was issued before the clock was set back: nobody
        can say any more what came after it, so whatever ended counts."""
        issued = ticket.issued if ticket.issued <= time.time() + MARGIN else 0.0
        if self._sessions.get(ticket.session, NEVER) + MARGIN > issued:
            return SIGNED_OUT
        ends = (self._people.get((ticket.person, place), NEVER) for place in (None, ticket.room))
        return REMOVED if max(ends) + MARGIN > issued else None

    def close(self, sockets: Iterable[Socket]) -> None:
        for socket in sockets:
            if (code := self.code_for(socket.ticket)) is not None:
                socket.close(code)
