"""How a web process goes: nothing new comes in, rooms are sent elsewhere a few at a time, and pages are finished first."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any

from daphne.cli import CommandLineInterface
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.defer import Deferred, maybeDeferred

SLICE = 25  # sockets closed together, or more if they are many …
PAUSE = 0.25  # … so many seconds apart …
WITHIN = 8.0  # … so that the last one hears of it after so long: each comes back somewhere else by itself
FINISH = 12.0  # seconds for pages that were already asked for
RESTARTING = 1012  # come back by yourself
LAST_WORDS = 1.5  # seconds for browsers to answer that they close, and for what rooms still have to write


class CalmServer(Server):  # type: ignore[misc]  # daphne has no types
    """daphne, except for how it ends: of itself it would cut every page and send everybody away in one moment."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.ports: list[Any] = []

    def listen_success(self, port: Any) -> None:
        self.ports.append(port)
        super().listen_success(port)

    def kill_all_applications(self) -> Deferred[None]:
        """What daphne does before the reactor stops, which waits for the answer."""
        return Deferred.fromFuture(asyncio.ensure_future(self.go()))

    async def go(self) -> None:
        for port in self.ports:
            await maybeDeferred(port.stopListening).asFuture(asyncio.get_running_loop())
        finish = time.monotonic() + FINISH
        sockets = self.sockets()
        for some in slices(sockets):
            self.end(some)
            await asyncio.sleep(PAUSE)
        await self.until(lambda: len(self.running()) == len(self.sockets()), finish)
        late = self.running()  # pages that took too long, and sockets that were half way in when we began
        self.end(late)
        if sockets or late:
            await asyncio.sleep(LAST_WORDS)

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """autobahn lets an application close with 1000 and with codes of its own only; 1012 is the right word when we go."""
        if message["type"] == "websocket.close" and message.get("code") == RESTARTING and protocol.state == protocol.STATE_OPEN:
            protocol.sendCloseFrame(code=RESTARTING)
        else:
            await super().handle_reply(protocol, message)

    def running(self) -> list[Any]:
        """What is still being answered."""
        return [protocol for protocol in list(self.connections) if self.is_running(protocol)]

    def sockets(self) -> list[Any]:
        return [protocol for protocol in self.running() if isinstance(protocol, WebSocketProtocol)]

    def is_running(self, protocol: Any) -> bool:
        application = self.connections.get(protocol, {}).get("application_instance")
        return application is not None and not application.done()

    def end(self, protocols: list[Any]) -> None:
        """A consumer that is cancelled closes its socket with 1012: come back by yourself."""
        for protocol in protocols:
            if self.is_running(protocol):
                self.connections[protocol]["application_instance"].cancel()

    @staticmethod
    async def until(is_so: Callable[[], bool], moment: float) -> None:
        while not is_so() and time.monotonic() < moment:
            await asyncio.sleep(0.05)


class CommandLine(CommandLineInterface):  # type: ignore[misc]
    server_class = CalmServer


def slices(sockets: list[Any]) -> list[list[Any]]:
    """In how many steps they are sent away."""
    size = max(SLICE, math.ceil(len(sockets) * PAUSE / WITHIN))
    return [sockets[begin : begin + size] for begin in range(0, len(sockets), size)]
