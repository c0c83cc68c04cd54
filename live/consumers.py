"""The socket of a room, `/ws/room/<uuid>/`, reads frames, asks actions, and leaves the answering to the hub. A person's own,
`/ws/me/`, only ever hears that something waits for them.

Plain ASGI applications: Channels' own dispatch would cost a hop to another thread for every frame.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.utils.translation import gettext as _

from live import actions, events, tickets
from live.acting import ACTIONS, act
from live.frames import BadFrame, NotAccepted, parse
from live.frames import Frame as Sent
from live.hub import Doors, Hub
from live.hub.pool import in_pool
from live.hub.room import encode
from live.hub.socket import Socket
from live.hub.wire import Frame
from live.permissions import has_floor
from lms import metrics
from lms.permissions import Refused

log = logging.getLogger(__name__)

JOIN_WITHIN = 5.0  # seconds
BAD_FRAMES = 10  # in one connection
FLOOD = 200  # frames …
FLOOD_SECONDS = 10.0  # … within so many seconds
TYPING_EVERY = 2.0  # seconds between two signs of writing that are looked at, of one connection

# What comes most by far, from everybody who hears something. Written any other way it is read as every frame is.
HAVE = re.compile(r'\{"type": ?"have", ?"seq": ?([0-9]{1,15})\}')

Message = dict[str, Any]

_hubs: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = weakref.WeakKeyDictionary()


def hub_here() -> Hub:
    """The hub of this process: one for its event loop, made when the first browser comes."""
    loop = asyncio.get_running_loop()
    if (hub := _hubs.get(loop)) is None:
        hub = _hubs[loop] = Hub(
            Doors(
                places=events.places,
                after=events.after,
                newest=events.newest,
                revocations=events.revocations,
                people_here=events.people_here,
                keep_stays=actions.keep_stays,
                count_attendance=actions.count_attendance,
                tend_rooms=actions.tend_rooms,
                vouch_for_facilitators=actions.vouch_for_facilitators,
            )
        )
        metrics.show("lms_rooms_open", "Rooms that somebody of this process is in.", hub.count_rooms)
        metrics.show("lms_sockets_open", "Browsers connected to this process.", hub.count_sockets)
    return hub


async def room_socket(scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]) -> None:
    """Accepts, waits for `join`, then reads until the browser goes."""
    room_id: uuid.UUID = scope["url_route"]["kwargs"]["room"]
    await receive()  # websocket.connect
    await send({"type": "websocket.accept"})
    visit = Visit(room_id, tickets.session_of(scope["headers"]), receive, send)
    try:
        await visit.run()
    except asyncio.CancelledError:  # the server is going down: the browser comes back by itself
        await send({"type": "websocket.close", "code": 1012})
        raise
    finally:
        visit.end()


async def own_socket(scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]) -> None:
    """Accepts, waits for `join` with a ticket of the person's own, then only tells: whatever else comes is not read."""
    await receive()  # websocket.connect
    await send({"type": "websocket.accept"})
    socket: Socket | None = None
    try:
        answer = await _let_in(tickets.session_of(scope["headers"]), receive, send)
        if isinstance(answer, int):
            return await send({"type": "websocket.close", "code": answer})
        socket = answer
        frames = 0
        while socket is not None and (await receive())["type"] != "websocket.disconnect":
            frames += 1
            if frames > BAD_FRAMES:
                socket.close(4429)
    except asyncio.CancelledError:
        await send({"type": "websocket.close", "code": 1012})
        raise
    finally:
        if socket is not None:
            hub_here().leave(socket)


async def _let_in(
    session: str, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> Socket | int | None:
    """The socket, the code to close with, or None for a browser that has gone already."""
    try:
        first = await asyncio.wait_for(receive(), JOIN_WITHIN)
    except TimeoutError:
        return 4400
    if first["type"] == "websocket.disconnect":
        return None
    try:
        frame = parse(first.get("text"), first.get("bytes"))
    except (BadFrame, NotAccepted):
        return 4400
    if frame.type != "come_in":
        return 4400
    ticket = tickets.read(frame.data["ticket"], None, session)
    return 4401 if ticket is None else await hub_here().join_own(ticket, send)


class Visit:
    """One connection, from its first frame to its last."""

    def __init__(
        self, room_id: uuid.UUID, session: str, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        self.room_id, self.session = room_id, session
        self.hub = hub_here()
        self.socket: Socket | None = None
        self._receive, self._send = receive, send
        self._bad = 0
        self._frames, self._frames_since = 0, time.monotonic()
        self._wrote_at = float("-inf")

    async def run(self) -> None:
        try:
            first = await asyncio.wait_for(self._receive(), JOIN_WITHIN)
        except TimeoutError:
            return await self._close(4400)
        if first["type"] == "websocket.disconnect":
            return None
        await self._join(first)
        if self.socket is None:
            return None
        while (message := await self._receive())["type"] != "websocket.disconnect":
            if not self.socket.closed:
                await self._read(self.socket, message)
        return None

    def end(self) -> None:
        if self.socket is not None:
            self.hub.leave(self.socket)

    async def _close(self, code: int) -> None:
        await self._send({"type": "websocket.close", "code": code})

    async def _join(self, message: Message) -> None:
        try:
            frame = parse(message.get("text"), message.get("bytes"))
        except (BadFrame, NotAccepted):
            return await self._close(4400)
        if frame.type != "join":
            return await self._close(4400)
        ticket = tickets.read(frame.data["ticket"], self.room_id, self.session)
        if ticket is None:
            return await self._close(4401)
        answer = await self.hub.join(ticket, self._send, self._hear, epoch=frame.data["epoch"], after=frame.data["after"])
        if isinstance(answer, Socket):
            self.socket = answer
        elif isinstance(answer, int):
            await self._close(answer)
        else:
            await self._send({"type": "websocket.send", "text": answer.text})
            await self._close(1000)
        return None

    def _hear(self, text: str) -> bool:
        """Deals with a confirmation. It needs neither a parser nor its turn behind what is being done for the same browser."""
        have = HAVE.fullmatch(text)
        if have is None or self.socket is None or self.socket.closed:
            return False
        if self._flooding():
            self.socket.close(4429)
        else:
            self.hub.confirm(self.socket, int(have[1]))
        return True

    async def _read(self, socket: Socket, message: Message) -> None:
        if self._hear(message.get("text") or ""):
            return None
        if self._flooding():
            return socket.close(4429)
        try:
            await self._do(socket, parse(message.get("text"), message.get("bytes")))
        except BadFrame:
            self._bad += 1
            if self._bad > BAD_FRAMES:
                return socket.close(4429)
            self._refuse(socket, "bad_frame", _("That could not be read."))
        except NotAccepted as refusal:
            self._refuse(socket, refusal.code, refusal.sentence, refusal.client_id)
        return None

    def _flooding(self) -> bool:
        now = time.monotonic()
        if now - self._frames_since > FLOOD_SECONDS:
            self._frames, self._frames_since = 0, now
        self._frames += 1
        return self._frames > FLOOD

    async def _do(self, socket: Socket, frame: Sent) -> None:
        match frame.type:
            case "ping":
                self.hub.pong(socket)
            case "have":
                self.hub.confirm(socket, frame.data["seq"])
            case "typing":
                await self._write(socket)
            case kind if kind in ACTIONS:
                await self._act(socket, frame)
            case _:
                raise BadFrame("join")  # once is enough

    async def _write(self, socket: Socket) -> None:
        """Somebody is writing. It is shown only of who has the floor: a listener's page has no composer, but anybody can make a frame."""
        now = time.monotonic()
        if now - self._wrote_at < TYPING_EVERY or self.hub.pace.is_too_fast(socket.ticket.person):
            return
        self._wrote_at = now
        try:
            writes = await in_pool(has_floor, socket.ticket.person, self.room_id)
        except DatabaseError:  # nothing is lost with it
            return
        if writes and not socket.closed:
            await self.hub.presence.typing(socket.ticket)

    async def _act(self, socket: Socket, frame: Sent) -> None:
        """Runs an action on a thread; what it refuses is said to the person, with the message it is about."""
        client_id = frame.data.get("client_id")
        if self.hub.pace.is_too_fast(socket.ticket.person):
            return self._refuse(
                socket, "too_fast", _("That was a lot at once. Your words are still here; send them in a moment."), client_id
            )
        try:
            told_before = await in_pool(act, frame, socket.ticket.person, self.room_id)
        except Refused as refusal:
            self._refuse(socket, refusal.code, refusal.sentence, client_id)
        except PermissionDenied:
            self._refuse(socket, "not_a_participant", _("You are no longer part of this room."), client_id)
        except DatabaseError as trouble:
            log.warning("A room could not keep something (%s).", type(trouble).__name__)
            self._refuse(socket, "not_kept", _("Saving is paused for a moment. Your words are kept and go again by themselves."), client_id)
        else:
            if isinstance(told_before, Frame):
                socket.tell(told_before)
            elif told_before is not None and told_before.seq <= socket.sent:
                socket.tell(Frame(told_before.json))
        return None

    def _refuse(self, socket: Socket, code: str, sentence: str, client_id: Any = None) -> None:
        metrics.refused(code)
        socket.tell(encode("refused", client_id=str(client_id) if client_id else None, code=code, sentence=sentence))
