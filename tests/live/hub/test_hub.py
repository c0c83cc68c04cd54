"""When what happened leaves: soon, and in a very large room together."""

import time
import uuid
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

import pytest

from live import hub as hub_module
from live.events import Drawn, Place
from live.hub import PATIENCE, REST, TOGETHER, Doors, Hub
from live.hub.room import OpenRoom
from live.hub.socket import Socket
from live.hub.watch import FRESH, Watch
from live.tickets import Ticket

TICKET = Ticket(person=1, room="0" * 32, name="Ana", initials="A", seat="speaker", speaks=True, session="s", until=None)


class Clock:
    """Time that goes on only when giving to somebody takes it; what is to happen later is noted, not done."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def call_later(self, seconds: float, *_what: Any) -> None:
        self.waits.append(seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(hub_module, "time", clock)
    monkeypatch.setattr(hub_module, "asyncio", SimpleNamespace(get_running_loop=lambda: clock))
    return clock


@pytest.mark.parametrize(
    ("each", "people", "wait"),
    [
        (0.0001, 4, TOGETHER),
        (0.0001, 600, 600 * 0.0001 * REST),
        (0.001, 600, PATIENCE),
    ],
)
def test_flush_soon_waits_by_how_long_giving_to_everybody_took(monkeypatch, clock, each, people, wait):
    room = OpenRoom.at(uuid.uuid4(), Place(epoch=1, latest=0, phase="conversation"))
    room.latest = 1  # not in memory: each has to be looked after
    room.sockets = cast(Any, {mock.Mock(sent=0): None for _ in range(people)})
    hub = object.__new__(Hub)
    hub.doors = cast(Doors, None)

    def give(_room: OpenRoom, _socket: Any) -> None:
        clock.now += each

    monkeypatch.setattr(hub, "_pump", give)

    hub._flush_soon(room)
    hub._flush(room)
    hub._flush_soon(room)
    clock.now += 10
    hub._flush(room)
    clock.now += 10
    hub._flush_soon(room)

    assert clock.waits == pytest.approx([TOGETHER, wait, TOGETHER])


async def nothing(_message: dict[str, Any]) -> None: ...


def socket_at(number: int) -> Socket:
    with mock.patch("live.hub.socket.wire_to"):
        return Socket(TICKET, nothing, number)


def test_flush_gives_news_to_who_waits_for_them_and_looks_after_the_others(monkeypatch):
    room = OpenRoom.at(uuid.uuid4(), Place(epoch=1, latest=3, phase="conversation"))
    room.take(Drawn(4, '{"seq": 4}'))
    near, far, ahead = socket_at(3), socket_at(1), socket_at(4)
    room.sockets = dict.fromkeys((near, far, ahead))
    hub = object.__new__(Hub)
    looked_after: list[Socket] = []
    monkeypatch.setattr(hub, "_pump", lambda _room, socket: looked_after.append(socket))

    hub._flush(room)

    assert ([near.sent, far.sent, ahead.sent], looked_after) == ([4, 1, 4], [far])
    assert [call.args[0].text for call in cast(Any, near._wire).send.mock_calls] == ['{"seq": 4}']


@pytest.mark.parametrize(("asked_ago", "passed_on"), [(0.0, 1), (FRESH, 0)])
def test_hear_passes_nothing_on_while_nobody_could_say_who_was_removed(monkeypatch, asked_ago, passed_on):
    room = OpenRoom.at(uuid.uuid4(), Place(epoch=1, latest=0, phase="conversation"))
    hub = object.__new__(Hub)
    hub.rooms, hub.watch = {room.id: room}, Watch()
    hub.watch.learn([], asked_at=time.monotonic() - asked_ago)
    monkeypatch.setattr(hub, "_flush_soon", lambda _room: None)

    hub.hear({"type": "room.event", "room": room.id.hex, "epoch": 1, "seq": 1, "json": "{}", "touches": None, "phase": None})

    assert room.latest == passed_on
