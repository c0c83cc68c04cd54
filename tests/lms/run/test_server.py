import asyncio
from typing import Any

import pytest
from daphne.ws_protocol import WebSocketProtocol

from lms.run import server
from lms.run.server import PAUSE, SLICE, WITHIN, CalmServer, slices


@pytest.mark.parametrize("count", [0, 1, SLICE, SLICE + 1, 600, 5000])
def test_slices_send_everybody_away_a_few_at_a_time_and_in_time(count):
    sockets = list(range(count))

    steps = slices(sockets)

    assert [socket for step in steps for socket in step] == sockets
    assert len(steps) * PAUSE <= WITHIN
    assert all(len(step) <= max(SLICE, count * PAUSE / WITHIN + 1) for step in steps)


def test_go_ends_a_socket_that_was_half_way_in_as_soon_as_the_pages_are_finished(monkeypatch):
    """Its browser would otherwise sit in a room of a process that is going, until time has run out."""
    monkeypatch.setattr(server, "PAUSE", 0.01)
    monkeypatch.setattr(server, "LAST_WORDS", 0.01)
    ended: list[str] = []

    async def stay(name: str, seconds: float) -> None:
        try:
            await asyncio.sleep(seconds)
            ended.append(f"{name} finished")
        except asyncio.CancelledError:
            ended.append(f"{name} sent away")

    def come_in(name: str, protocol: Any, seconds: float) -> None:
        going.connections[protocol] = {"application_instance": asyncio.ensure_future(stay(name, seconds))}

    async def go() -> None:
        come_in("early socket", WebSocketProtocol(), 60)
        come_in("page", object(), 0.3)
        asyncio.get_running_loop().call_later(0.1, come_in, "late socket", WebSocketProtocol(), 60)
        await asyncio.sleep(0)
        await asyncio.wait_for(going.go(), 5)

    going = CalmServer(application=None, endpoints=["tcp:0"])
    going.connections = {}
    asyncio.run(go())

    assert ended == ["early socket sent away", "page finished", "late socket sent away"]
