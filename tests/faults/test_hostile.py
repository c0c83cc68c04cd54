"""R16: whatever a browser of somebody's own making sends to the real server, only its own socket closes."""

import asyncio
import contextlib
import json
import os
import socket
import struct
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.checker import check
from tests.faults.conftest import LONG, Seminar
from tests.faults.people import until
from tests.live.crowds import COOKIE, ticket_of

WITHIN = 10.0  # seconds
DROPPED = 1006  # autobahn ends what breaks the protocol without a word


def frame(payload: bytes, opcode: int = 1, *, end: bool = True, masked: bool = True, reserved: int = 0) -> bytes:
    """A frame as anybody can make one."""
    first, mask = (0x80 if end else 0) | reserved << 4 | opcode, 0x80 if masked else 0
    length = len(payload)
    if length < 126:
        head = struct.pack("!BB", first, mask | length)
    elif length < 1 << 16:
        head = struct.pack("!BBH", first, mask | 126, length)
    else:
        head = struct.pack("!BBQ", first, mask | 127, length)
    return head + (bytes(4) if masked else b"") + payload


class Stranger:
    """A socket without manners."""

    def __init__(self, port: int, room: str, ticket: str | None = None) -> None:
        self.line = socket.create_connection(("127.0.0.1", port), timeout=WITHIN)
        self.line.sendall(
            f"GET /ws/room/{room}/ HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nCookie: {COOKIE}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self.line.recv(4096)
        self.buffer = self.buffer.split(b"\r\n\r\n", 1)[1]
        if ticket is not None:
            self.send(frame(json.dumps({"type": "join", "ticket": ticket, "epoch": 1, "after": None}).encode()))

    def send(self, data: bytes) -> None:
        with contextlib.suppress(OSError):  # it has closed already
            self.line.sendall(data)

    def code(self) -> int:
        """The code it was closed with; 1006 if without one."""
        try:
            while True:
                opcode, payload = self._next()
                if opcode == 8:
                    return int.from_bytes(payload[:2], "big")
        except (OSError, EOFError):
            return 1006
        finally:
            self.line.close()

    def _next(self) -> tuple[int, bytes]:
        first, length = self._take(2)
        if length == 126:
            length = int.from_bytes(self._take(2), "big")
        elif length == 127:
            length = int.from_bytes(self._take(8), "big")
        return first & 15, self._take(length)

    def _take(self, count: int) -> bytes:
        while len(self.buffer) < count:
            more = self.line.recv(65536)
            if not more:
                raise EOFError
            self.buffer += more
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken


def text(value: Any) -> bytes:
    return frame(json.dumps(value).encode())


def many(data: bytes, times: int = 12) -> bytes:
    return data * times


# What is sent after joining, and the code it ends with. Eleven frames that can not be read are too many (4429).
AFTER: dict[str, tuple[bytes, int]] = {
    "binary": (many(frame(b"\xff\x00", 2)), 4429),
    "bad utf-8": (frame(b"\xff\xfe{"), DROPPED),
    "unmasked": (frame(b"{}", masked=False), DROPPED),
    "reserved bits": (frame(b"{}", reserved=5), DROPPED),
    "unknown opcode": (frame(b"{}", 11), DROPPED),
    "a piece of nothing": (frame(b"{}", 0), DROPPED),
    "a long control frame": (frame(b"x" * 126, 9), DROPPED),
    "too long": (frame(b"x" * 70_000), DROPPED),
    "too long in pieces": (frame(b"x" * 40_000, end=False) + frame(b"x" * 40_000, 0), DROPPED),
    "longer than said": (b"\x81\xff" + b"\x7f" + b"\xff" * 7 + bytes(4), DROPPED),
    "very deep": (many(frame(b"[" * 10_000)), 4429),
    "not a number": (many(frame(b'{"type":"have","seq":NaN}')), 4429),
    "a huge number": (many(frame(b'{"type":"have","seq":' + b"9" * 5_000 + b"}")), 4429),
    "a key twice": (many(frame(b'{"type":"ping","type":"ping"}')), 4429),
    "half a letter": (many(frame(b'{"type":"say","client_id":"\\ud800","text":"\\ud800"}')), 4429),
    "join again": (many(text({"type": "join", "ticket": "x", "epoch": 1})), 4429),
    "a flood": (many(text({"type": "ping"}), 250), 4429),
    "32 KB of brackets": (many(frame(b'{"type":' + b"[" * 16_000 + b"]" * 16_000 + b"}")), 4429),
}
# What is sent instead of joining.
INSTEAD: dict[str, tuple[bytes, int]] = {
    "binary": (frame(b"\x00", 2), 4400),
    "a word": (frame(b"hello"), 4400),
    "something else first": (text({"type": "say", "client_id": str(uuid.uuid4()), "text": "x"}), 4400),
    "no ticket of ours": (text({"type": "join", "ticket": "x:y:z", "epoch": 1}), 4401),
    "bad utf-8": (frame(b"\xc3\x28"), DROPPED),
}


def while_others_talk(seminar: Seminar, harm: Callable[[], None]) -> None:
    """Does it beside two people who talk; they notice nothing, and no trouble is logged."""

    async def play() -> None:
        ana, ben = seminar.person(0, seminar.ports[:1]), seminar.person(1, seminar.ports[:1])
        for person in (ana, ben):
            person.come()
        await until(lambda: ana.joined.is_set() and ben.joined.is_set(), 20)
        await ana.say()
        await asyncio.to_thread(harm)
        await ben.say()
        await until(lambda: ana.have >= 2 and ben.have >= 2 and not (ana.outbox or ben.outbox), 20, "they hear each other")
        for person in (ana, ben):
            await person.leave()
        assert (ana.codes, ben.codes) == ([], [])

    asyncio.run(play())
    assert check(seminar.history, seminar.log()) == []
    assert "Traceback" not in seminar.written()


def test_hostile_frames_close_only_their_own_socket(seminar):
    def harm() -> None:
        codes = {}
        for name, (data, _code) in AFTER.items():
            stranger = Stranger(seminar.ports[0], seminar.room, ticket_of(seminar.people[2], uuid.UUID(seminar.room)))
            stranger.send(data)
            codes[name] = stranger.code()
        assert codes == {name: code for name, (_data, code) in AFTER.items()}

    while_others_talk(seminar, harm)


def test_hostile_beginnings_close_only_their_own_socket(seminar):
    def harm() -> None:
        codes = {}
        for name, (data, _code) in INSTEAD.items():
            stranger = Stranger(seminar.ports[0], seminar.room)
            stranger.send(data)
            codes[name] = stranger.code()
        assert codes == {name: code for name, (_data, code) in INSTEAD.items()}

    while_others_talk(seminar, harm)


FRAMES = st.one_of(
    st.builds(frame, st.binary(max_size=300), st.integers(0, 15), end=st.booleans(), masked=st.booleans(), reserved=st.integers(0, 7)),
    st.builds(
        text,
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20), lambda inner: st.lists(inner, max_size=4)
        ),
    ),
    st.builds(
        text,
        st.fixed_dictionaries(
            {"type": st.sampled_from(["say", "have", "typing", "withdraw", "join", "ping"])},
            optional={
                "seq": st.integers() | st.text(max_size=5),
                "text": st.none() | st.text(max_size=50),
                "client_id": st.uuids().map(str),
            },
        ),
    ),
    st.binary(max_size=300),
)


@pytest.mark.parametrize("seminar", [12], indirect=True)
def test_hostile_frames_made_up(seminar):
    """As many as there is time for, in whatever order; a seed that fails is printed by Hypothesis."""
    numbers = iter(range(10**6))

    @settings(max_examples=2_000 if LONG else 25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(FRAMES, max_size=12))
    def send(frames: list[bytes]) -> None:
        person = seminar.people[2 + next(numbers) % 10]
        stranger = Stranger(seminar.ports[0], seminar.room, ticket_of(person, uuid.UUID(seminar.room)))
        for data in frames:
            stranger.send(data)
        stranger.send(frame(os.urandom(4), 8))
        assert stranger.code() in {1000, 1002, 1003, 1006, 1007, 1009, 4429}

    def harm() -> None:
        send()

    while_others_talk_and_strangers_may(seminar, harm)


def while_others_talk_and_strangers_may(seminar: Seminar, harm: Callable[[], None]) -> None:
    """The same where strangers may have said something, so that numbers are not known beforehand."""

    async def play() -> None:
        ana = seminar.person(0, seminar.ports[:1])
        ana.come()
        await until(ana.joined.is_set, 20)
        await ana.say()
        await asyncio.to_thread(harm)
        await ana.say()
        await until(lambda: not ana.outbox and ana.have >= len(seminar.log()), 20, "she is heard")
        await ana.leave()
        assert ana.codes == []

    asyncio.run(play())
    assert check(seminar.history, seminar.log()) == []
    assert "Traceback" not in seminar.written()
