"""People in a seminar, with what their browsers do: come back with full jitter, say again what was not acknowledged, confirm.

Everything they see goes into the history that the checker reads.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.faults.checker import History, Reading
from tests.live.crowds import ticket_of

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0  # seconds, as static/js/room/connection.js
NEVER_BACK = {4401, 4403, 4404, 4410}
HAVE_EVERY = 1.0
WAITS_FOR_THE_PERSON = "slow_mode"  # static/js/room/outbox.js: such words do not go again by themselves
SAID = re.compile(r'<p class="said-words"[^>]*>(.*?)</p>', re.DOTALL)


class Person:
    """One browser. `ports` are the web processes a proxy would choose from; `at` says where those are that are not here."""

    def __init__(
        self, person: int, room: str, ports: list[int], history: History, random_: random.Random, at: dict[int, str] | None = None
    ) -> None:
        self.person, self.room, self.ports, self.history, self.random = person, uuid.UUID(room), ports, history, random_
        self.reading = history.readings.setdefault(f"person {person}", Reading())
        self.said = history.said.setdefault(person, [])
        self.at = at or {}
        self.seat = "speaker"  # by their part in the cohort
        self.ticket = ""  # of their page; empty: one made for them when they come
        self.have = 0
        self.told = 0
        self.outbox: dict[str, str] = {}  # in the order of saying
        self.refusals: list[str] = []
        self.codes: list[int | None] = []  # with which connections ended
        self.joined = asyncio.Event()
        self.inside_at = 0.0  # when they came in last
        self.reads = True
        self.port = 0
        self._line: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None

    # --- as a test uses them

    def come(self) -> None:
        self._task = asyncio.create_task(self._live())

    async def leave(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self.joined.clear()

    async def say(self, text: str = "") -> str:
        """Says something, now or when the line is there again. Returns the browser's name for it."""
        name = str(uuid.uuid4())
        self.said.append(name)
        self.outbox[name] = text or f"Something said by {self.person}"
        await self._send_what_waits(only=name)
        return name

    async def withdraw(self, seq: int) -> None:
        await self._send({"type": "withdraw", "seq": seq})

    async def act(self, kind: str, **fields: Any) -> None:
        """Presses a button of the room, or sends a frame of their own making."""
        await self._send({"type": kind, "client_id": str(uuid.uuid4()), **fields})

    async def say_again(self) -> None:
        """Sends what waits for the person, not for the line."""
        await self._send_what_waits()

    # --- as a browser does

    def _ticket(self) -> str:
        return self.ticket or ticket_of(self.person, self.room, self.seat)

    async def _live(self) -> None:
        pause = FIRST_PAUSE
        while True:
            came_at = time.monotonic()
            try:
                await self._once()
            except (OSError, InvalidHandshake, TimeoutError, EOFError):
                self.codes.append(None)
            except ConnectionClosed as closed:
                self.codes.append(closed.rcvd.code if closed.rcvd else None)
                if self.codes[-1] in NEVER_BACK:
                    return
            if self.inside_at > came_at:
                pause = FIRST_PAUSE
            await asyncio.sleep(self.random.uniform(0, pause))
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _once(self) -> None:
        self.port = self.random.choice(self.ports)
        address = f"ws://{self.at.get(self.port, '127.0.0.1')}:{self.port}/ws/room/{self.room}/"
        options: dict[str, Any] = {"compression": None, "ping_interval": 5, "ping_timeout": 10, "close_timeout": 1, "max_size": None}
        async with connect(address, origin="http://localhost", open_timeout=15, **options) as line:  # type: ignore[arg-type]
            self._line = line
            await self._send({"type": "join", "ticket": self._ticket(), "epoch": 1, "after": self.have})
            confirming = asyncio.create_task(self._confirm())
            try:
                async for text in line:
                    await self._hear(json.loads(text))
                    while not self.reads:
                        await asyncio.sleep(0.05)
                raise ConnectionClosed(line.protocol.close_rcvd, line.protocol.close_sent)
            finally:
                confirming.cancel()
                self._line = None
                self.joined.clear()

    async def _hear(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "welcome":
            self.inside_at = time.monotonic()
            self.joined.set()
            await self._send_what_waits()
        elif frame["type"] == "refused":
            self.refusals.append(frame["code"])
            if frame["client_id"] in self.outbox and frame["code"] != WAITS_FOR_THE_PERSON:
                asyncio.get_running_loop().call_later(0.5, self._again)
        for event in frame.get("events", [frame] if "seq" in frame else []):
            self._happened(event)

    def _again(self) -> None:
        asyncio.ensure_future(self._send_what_waits())  # noqa: RUF006

    def _happened(self, event: dict[str, Any]) -> None:
        key = (event["author"], event["client_id"]) if event["client_id"] else None
        if key and event["author"] == self.person and self.outbox.pop(event["client_id"], None) is not None:
            self.history.acknowledged.append((key, event["seq"]))
        if event["seq"] <= self.have and key and event["author"] == self.person:
            return  # told once more, because they asked once more
        self.have = max(self.have, event["seq"])
        self.reading.heard.append((event["seq"], key, time.monotonic()))
        put_together(self.reading, event)

    async def _send_what_waits(self, only: str | None = None) -> None:
        for name, text in list(self.outbox.items()):
            if only in (None, name) and self.joined.is_set():
                await self._send({"type": "say", "client_id": name, "text": text})

    async def _confirm(self) -> None:
        while True:
            await asyncio.sleep(HAVE_EVERY * self.random.uniform(0.5, 1))
            if self.have > self.told and self.reads:
                self.told = self.have
                await self._send({"type": "have", "seq": self.have})

    async def _send(self, frame: dict[str, Any]) -> None:
        if self._line is not None:
            with contextlib.suppress(ConnectionClosed, OSError):
                await self._line.send(json.dumps(frame))


def put_together(reading: Reading, event: dict[str, Any]) -> None:
    """What the page shows after this event."""
    if event["type"] == "message.withdrawn":
        reading.state[event["of"]] = None
        reading.state[event["seq"]] = None
    else:
        said = SAID.search(event["html"])  # the words: what stands around them may be drawn otherwise by the next release
        reading.state[event["seq"]] = None if 'class="said withdrawn"' in event["html"] else said[1] if said else event["html"]


async def until(so: Callable[[], bool], within: float, what: str = "") -> float:
    """Seconds until it is so. Raises AssertionError after so many."""
    began = time.monotonic()
    while not so():
        assert time.monotonic() - began < within, f"not within {within:.0f} s: {what}"
        await asyncio.sleep(0.02)
    return time.monotonic() - began


PACKET = 1400  # bytes
AGAIN = 0.2  # seconds until a lost packet is sent again, and twice as long each further time


class Network:
    """A line between browsers and a web process that can be slow, lossy, cut, or half open: there, and carrying nothing.

    It stands between two connections and loses no packets itself. What a lost one is to both ends of a TCP line is imitated:
    everything behind it waits until it was sent again, and longer when it is lost again.
    """

    def __init__(self, port: int) -> None:
        self.to, self.port = port, 0
        self.delay = 0.0  # seconds, each way
        self.loses = 0.0  # so many of one packet
        self.carries = True
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Network:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """Ends what is there, as a router does that starts anew."""
        for line in list(self._lines):
            line.transport.abort()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, here = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.close()
            return
        self._lines |= {writer, here}
        await asyncio.gather(self._carry(reader, here), self._carry(there, writer))
        self._lines -= {writer, here}

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                if self.delay:
                    await asyncio.sleep(self.delay)
                while not self.carries:
                    await asyncio.sleep(0.1)
                for start in range(0, len(data), PACKET):
                    await self._lose()
                    target.write(data[start : start + PACKET])
                    await target.drain()
        target.close()

    async def _lose(self) -> None:
        wait = AGAIN
        while self.loses and random.random() < self.loses:
            await asyncio.sleep(wait)
            wait *= 2
