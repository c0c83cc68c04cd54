"""Everybody who has a page open in one process: told that something waits for them, and nothing else.

One group of the channel layer for all of them: a ring names whom it is for, and each process looks who of them is here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from live.hub.room import encode
from live.hub.socket import Socket
from live.hub.wire import Send
from live.tickets import Ticket
from lms.notifications.actions.notices import GROUP as GROUP

MOST_PAGES = 20  # of one person in one process; the one opened first makes room


class People:
    """The own sockets of people. What is lost on the way shows when a page is opened or its socket comes back."""

    def __init__(self) -> None:
        self.sockets: dict[int, dict[Socket, None]] = {}  # person -> in the order of coming

    def join(self, ticket: Ticket, send: Send) -> Socket:
        socket = Socket(ticket, send, 0)
        mine = self.sockets.setdefault(ticket.person, {})
        here = [other for other in mine if not other.closed]
        if len(here) >= MOST_PAGES:
            here[0].close(4408)
        mine[socket] = None
        socket.tell(encode("welcome"))
        return socket

    def leave(self, socket: Socket) -> None:
        mine = self.sockets.get(socket.ticket.person, {})
        mine.pop(socket, None)
        if not mine:
            self.sockets.pop(socket.ticket.person, None)

    def hear(self, message: dict[str, Any]) -> None:
        """Something waits for these people, or something on their open pages is no longer to be read."""
        frame = encode("notice") if message["type"] == "notice" else encode("gone", anchor=message["anchor"])
        for person in message["people"]:
            for socket in self.sockets.get(person, ()):
                socket.tell(frame)

    def everybody(self) -> Iterator[Socket]:
        for mine in self.sockets.values():
            yield from mine
