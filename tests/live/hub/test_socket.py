"""The window: how much a browser may hold unconfirmed, and what happens to one that never reads."""

import asyncio
from typing import Any

from django.test import SimpleTestCase

from live.hub.socket import WINDOW_BYTES, WINDOW_EVENTS, Batch, Socket
from live.hub.wire import FRAMES_WAITING, Frame
from live.tickets import Ticket

TICKET = Ticket(person=1, room="0" * 32, name="Ana", initials="A", seat="speaker", speaks=True, session="s", until=None)


def batch(last: int, count: int = 1, size: int = 10, text: str = "x") -> Batch:
    return Batch(Frame(text), last - count, last, count, size)


class SocketTests(SimpleTestCase):
    def setUp(self) -> None:
        self.sent: list[dict[str, Any]] = []

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    async def test_window_closes_by_events_and_opens_by_confirming(self) -> None:
        socket = Socket(TICKET, self.send, after=0)
        for last in range(50, WINDOW_EVENTS + 1, 50):
            socket.give(batch(last, 50))
        full = socket.room_for
        socket.full_since = float(1)

        socket.confirm(99)  # the second fifty are not all there

        assert (full, socket.room_for, socket.full_since is None, socket.sent) == (0, 50, True, WINDOW_EVENTS)
        socket.leave()

    async def test_window_closes_by_bytes(self) -> None:
        socket = Socket(TICKET, self.send, after=0)
        socket.give(batch(1, size=WINDOW_BYTES))
        full = socket.room_for

        socket.confirm(1)

        assert (full, socket.room_for) == (0, WINDOW_EVENTS)
        socket.leave()

    async def test_waits_for_what_comes_next_if_there_is_room_for_all_of_it(self) -> None:
        socket = Socket(TICKET, self.send, after=3)
        answers = [socket.waits_for(batch(last, count)) for last, count in ((4, 1), (6, 3), (5, 1), (4, 2), (3, 1))]
        socket.give(batch(WINDOW_EVENTS, WINDOW_EVENTS - 3))
        room_for_three = [socket.waits_for(batch(WINDOW_EVENTS + count, count)) for count in (3, 4)]
        socket.give(batch(WINDOW_EVENTS + 1, 1, WINDOW_BYTES))
        full = socket.waits_for(batch(WINDOW_EVENTS + 2))

        assert (answers, room_for_three, full) == ([True, True, False, False, False], [True, False], False)
        socket.leave()

    async def test_waits_for_nothing_while_older_events_are_read_or_after_the_end(self) -> None:
        socket = Socket(TICKET, self.send, after=3)
        socket.reading = True
        reading = socket.waits_for(batch(4))
        socket.reading = False
        socket.close(4403)

        assert (reading, socket.waits_for(batch(4))) == (False, False)
        socket.leave()

    async def test_give_to_a_closed_socket_leaves_it_where_it_was(self) -> None:
        socket = Socket(TICKET, self.send, after=3)
        socket.close(4403)

        socket.give(batch(9))

        assert (socket.sent, socket.room_for) == (3, WINDOW_EVENTS)
        socket.leave()

    async def test_close_lets_nothing_out_after_it(self) -> None:
        socket = Socket(TICKET, self.send, after=0)
        socket.give(batch(1, text="waiting"))
        socket.close(4403)
        socket.give(batch(2, text="after"))
        socket.tell(Frame("after"))
        socket.close(4408)
        await asyncio.sleep(0.05)

        assert self.sent == [{"type": "websocket.close", "code": 4403}]
        socket.leave()

    async def test_who_asks_and_never_reads_is_let_go(self) -> None:
        reading = asyncio.Event()

        async def stuck(message: dict[str, Any]) -> None:
            await reading.wait()
            await self.send(message)

        socket = Socket(TICKET, stuck, after=0)
        for _ in range(FRAMES_WAITING + 10):
            socket.tell(Frame("pong"))
        reading.set()
        await asyncio.sleep(0.05)

        assert (socket.closed, self.sent[-1]) == (True, {"type": "websocket.close", "code": 4408})
        socket.leave()

    async def test_send_that_fails_ends_the_socket_quietly(self) -> None:
        async def gone(message: dict[str, Any]) -> None:
            raise ConnectionError

        socket = Socket(TICKET, gone, after=0)
        socket.tell(Frame("x"))
        await asyncio.sleep(0.05)

        assert self.sent == []
        socket.leave()
