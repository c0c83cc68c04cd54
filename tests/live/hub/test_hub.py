"""When what happened leaves: soon, and in a very large room together."""

import time
import uuid
from types import SimpleNamespace
from typing import Any, cast

import pytest

from live import hub as hub_module
from live.events import Place
from live.hub import PATIENCE, REST, TOGETHER, Doors, Hub
from live.hub.room import OpenRoom
from live.hub.watch import FRESH, Watch


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
    room.sockets = cast(Any, dict.fromkeys(range(people)))
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


@pytest.mark.parametrize(("asked_ago", "passed_on"), [(0.0, 1), (FRESH, 0)])
def test_hear_passes_nothing_on_while_nobody_could_say_who_was_removed(monkeypatch, asked_ago, passed_on):
    room = OpenRoom.at(uuid.uuid4(), Place(epoch=1, latest=0, phase="conversation"))
    hub = object.__new__(Hub)
    hub.rooms, hub.watch = {room.id: room}, Watch()
    hub.watch.learn([], asked_at=time.monotonic() - asked_ago)
    monkeypatch.setattr(hub, "_flush_soon", lambda _room: None)

    hub.hear({"type": "room.event", "room": room.id.hex, "epoch": 1, "seq": 1, "json": "{}", "touches": None, "phase": None})

    assert room.latest == passed_on
