"""Signed tickets: what a page may carry into its socket, so that six hundred people coming back cost no question of who they are.

A ticket names a person, a room, their seat and a hash of their sign-in. It is good for five minutes and as often as needed in
that time, from a browser with that sign-in: copied out of a page it opens nothing. Every `pong` renews it. What ends a person's way
in before that is a Revocation, which every process looks at.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from django.conf import settings
from django.core import signing
from django.http import parse_cookie

SALT = "live.ticket"
SECONDS = 300
AHEAD = 30.0  # seconds that the clocks of two hosts may differ; a ticket from further ahead is older than the clock, which was set back


@dataclass(frozen=True)
class Ticket:
    person: int
    room: str  # uuid, 32 letters; empty: no room, the person's own socket
    name: str
    initials: str
    seat: str
    speaks: bool  # when the ticket was made; every action asks again
    session: str  # hash of the session's key
    until: float | None  # when the room's time is over (seconds since 1970); None: never
    issued: float = 0.0  # seconds since 1970

    @property
    def room_id(self) -> uuid.UUID:
        return uuid.UUID(self.room)


def session_hash(session_key: str) -> str:
    """What of a session's key may leave the server and stand in a table."""
    return hashlib.sha256(f"{SALT}:{session_key}".encode()).hexdigest()[:32]


def session_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The hash of the sign-in whose cookie came with a handshake. Whoever sent none has that of no session."""
    cookies = parse_cookie("; ".join(value.decode("latin-1") for name, value in headers if name == b"cookie"))
    return session_hash(cookies.get(settings.SESSION_COOKIE_NAME, ""))


def sign(ticket: Ticket) -> str:
    """The ticket as text, issued now."""
    return signing.dumps(asdict(replace(ticket, issued=round(time.time(), 3))), salt=SALT)


def sign_own(person: int, session_key: str) -> str:
    """A ticket for the person's own socket, as text, issued now."""
    session = session_hash(session_key)
    return sign(Ticket(person, room="", name="", initials="", seat="", speaks=False, session=session, until=None))


def read(text: str, room_id: uuid.UUID | None, session: str) -> Ticket | None:
    """The ticket if we signed it within the last five minutes, for this sign-in (a `session_hash`) and for this room (None: for the
    person's own socket); else None."""
    try:
        ticket = Ticket(**signing.loads(text, salt=SALT, max_age=SECONDS))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    if ticket.issued > time.time() + AHEAD:
        return None
    return ticket if (ticket.room, ticket.session) == (room_id.hex if room_id else "", session) else None
