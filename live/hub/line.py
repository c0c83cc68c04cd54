"""The process's one channel of the channel layer, with every open room on it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from lms import realtime

log = logging.getLogger(__name__)

AGAIN = 1.0  # seconds


class Line:
    """Which groups this process wants to hear, and which of them the layer has been told."""

    def __init__(self) -> None:
        self._channel = ""
        self._wanted: set[str] = set()
        self._told: set[str] = set()
        self._lock = asyncio.Lock()

    async def add(self, group: str) -> None:
        """A layer that is down is told later (`keep`); until then the look once a second keeps rooms right."""
        self._wanted.add(group)
        await self.keep()

    async def drop(self, group: str) -> None:
        self._wanted.discard(group)
        if group in self._told:
            self._told.discard(group)
            await realtime.unsubscribe(group, self._channel)

    async def keep(self, *, renew: bool = False) -> None:
        """Tells the layer what it does not know; with `renew` everything again, because it forgets after a day."""
        async with self._lock:
            missing = set(self._wanted) if renew else self._wanted - self._told
            if not missing:
                return
            try:
                self._channel = self._channel or await realtime.new_channel()
                for group in missing:
                    await realtime.subscribe(group, self._channel)
                    self._told.add(group)
            except Exception:
                log.warning("The channel layer is away; rooms are kept from the database.")

    async def hear(self) -> dict[str, Any]:
        """The next ring."""
        while not self._channel:
            await asyncio.sleep(AGAIN)
        return await realtime.receive(self._channel)

    def hang_up(self) -> None:
        """Nobody is here any more: the channel ended with the task that heard it."""
        self._channel = ""
        self._told.clear()
