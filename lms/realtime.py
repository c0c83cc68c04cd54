"""The only door to the channel layer. It only rings: what it carries may be lost, and nobody relies on it.

Who listens in the process that rings hears it at once, and the ringing thread goes on: the layer is told by the event loop.

A Redis that has stopped without breaking its connections answers nothing, for ever. So nobody waits here longer than WITHIN, and
once it was silent everybody goes on without it; every QUIET seconds one of them asks whether it is back.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

log = logging.getLogger(__name__)

NOT_TAKEN = "The channel layer did not take a message; rooms catch up from the database."
WITHIN = 1.0  # seconds
QUIET = 2.0  # seconds
SPOOL = 1000  # messages on their way to the layer; what is more is not told

T = TypeVar("T")
Ear = Callable[[dict[str, Any]], None]


class Away(Exception):
    """The layer is not asked just now."""


class _Listening:
    """Who listens in this process, on which event loop, and what that loop has still to tell the layer."""

    def __init__(self, ear: Ear, loop: asyncio.AbstractEventLoop) -> None:
        self.ear, self.loop = ear, loop
        self._spool: deque[tuple[str, dict[str, Any]]] = deque(maxlen=SPOOL)
        self._task: asyncio.Task[None] | None = None

    def ring(self, group: str, message: dict[str, Any]) -> None:
        self.ear(message)
        self._spool.append((group, message))
        if self._task is None or self._task.done():
            self._task = self.loop.create_task(self._tell())

    async def _tell(self) -> None:
        while self._spool:
            group, message = self._spool.popleft()
            try:
                await _ask(partial(get_channel_layer().group_send, group, message))
            except Away:
                pass
            except Exception:
                log.warning(NOT_TAKEN)


class _Line:
    """Whether the layer answers, as far as this process knows, and who listens here."""

    lost = False
    quiet_until = 0.0  # monotonic seconds
    listening: tuple[_Listening, ...] = ()


def listen(ear: Ear) -> None:
    """From now on it hears on the running event loop what is published in this process, whatever the group."""
    loop = asyncio.get_running_loop()
    others = (one for one in _Line.listening if one.ear != ear and not one.loop.is_closed())
    _Line.listening = (*others, _Listening(ear, loop))


def stop_listening(ear: Ear) -> None:
    _Line.listening = tuple(one for one in _Line.listening if one.ear != ear)


def publish(group: str, message: dict[str, Any]) -> None:
    """Tells every process that listens to the group. A layer that is down is noted and otherwise ignored."""
    told = False
    for one in _Line.listening:
        with contextlib.suppress(RuntimeError):  # its loop has just ended
            one.loop.call_soon_threadsafe(one.ring, group, message)
            told = True
    if told or time.monotonic() < _Line.quiet_until:
        return
    try:
        async_to_sync(_ask)(lambda: get_channel_layer().group_send(group, message))
    except Exception:  # whatever the layer raises while Redis restarts: the log in the database is the truth
        log.warning(NOT_TAKEN)


def publish_on_commit(group: str, message: dict[str, Any]) -> None:
    """The same, once the transaction has really happened."""
    transaction.on_commit(lambda: publish(group, message))


async def subscribe(group: str, channel: str) -> None:
    await _ask(lambda: get_channel_layer().group_add(group, channel))


async def unsubscribe(group: str, channel: str) -> None:
    await _ask(lambda: get_channel_layer().group_discard(group, channel))


async def new_channel() -> str:
    return await _ask(lambda: get_channel_layer().new_channel())


async def receive(channel: str) -> dict[str, Any]:
    message: dict[str, Any] = await get_channel_layer().receive(channel)
    return message


async def _ask(work: Callable[[], Awaitable[T]]) -> T:
    """What the layer says within its time. Raises Away while it is not asked, and whatever else there is."""
    now = time.monotonic()
    if now < _Line.quiet_until:
        raise Away
    if _Line.lost:  # one asks whether it is back; the others go on without it
        _Line.quiet_until = now + WITHIN
    try:
        answer = await asyncio.wait_for(work(), WITHIN)
    except Exception:
        _Line.lost, _Line.quiet_until = True, time.monotonic() + QUIET
        raise
    _Line.lost, _Line.quiet_until = False, 0.0
    return answer
