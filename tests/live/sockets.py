"""Sockets for tests, through the entrance of the site: real commits, real frames."""

import asyncio
import uuid
from typing import Any
from unittest import mock

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import TransactionTestCase

from live import consumers
from live.hub import presence
from live.models import PresenceSpan, Room
from lms.users.models import User
from tests.factories import make_user
from tests.live.factories import SESSION, make_room, make_ticket, socket_to

WAIT = 5
Frame = dict[str, Any]


class RoomCase(TransactionTestCase):
    databases = {"default", "keys"}

    def setUp(self) -> None:
        self.ana, self.ben, self.outsider = make_user(display_name="Ana Ruiz"), make_user(display_name="Ben Oak"), make_user()
        self.room = make_room(members=[self.ana, self.ben])
        self.open: list[WebsocketCommunicator] = []
        self.enterContext(mock.patch.object(presence, "TICK", 0.1))

    async def connect(self, room: Room | None = None, *, session: str = SESSION) -> WebsocketCommunicator:
        """A socket of a browser with this sign-in; empty: with none."""
        cookie = [(b"cookie", f"theme=dark; sessionid={session}".encode())] if session else []
        socket = socket_to((room or self.room).pk, headers=[(b"origin", b"http://testserver"), *cookie])
        connected, _ = await socket.connect(timeout=WAIT)
        assert connected
        self.open.append(socket)
        return socket

    async def join(self, person: User, *, after: int | None = 0, room: Room | None = None, epoch: int = 1) -> WebsocketCommunicator:
        """A socket that has joined and read its welcome."""
        place = room or self.room
        ticket = await sync_to_async(make_ticket)(person, place)
        socket = await self.connect(place)
        await socket.send_json_to({"type": "join", "ticket": ticket, "epoch": epoch, "after": after})
        socket.welcome = await socket.receive_json_from(timeout=WAIT)
        return socket

    async def until_kept(self, people: int) -> None:
        """Waits until the database knows that so many are here."""
        async with asyncio.timeout(WAIT):
            while await sync_to_async(PresenceSpan.objects.now().filter(room=self.room).count)() < people:
                await asyncio.sleep(0.05)

    async def rest(self) -> None:
        """Everybody leaves and the hub writes what it knows, so that no thread outlives the test."""
        for socket in self.open:
            await socket.disconnect(timeout=WAIT)
        hub = consumers.hub_here()
        async with asyncio.timeout(WAIT):
            while not hub.resting:
                await asyncio.sleep(0.05)


async def events(socket: WebsocketCommunicator, count: int, *, confirm: bool = True) -> list[Frame]:
    """The next so many events, however they are packed; presence and typing are let pass."""
    got: list[Frame] = []
    while len(got) < count:
        frame = await socket.receive_json_from(timeout=WAIT)
        got += frame["events"] if frame["type"] == "events" else [frame] if "seq" in frame else []
        if confirm and got:
            await socket.send_json_to({"type": "have", "seq": got[-1]["seq"]})
    return got


async def frame_of(socket: WebsocketCommunicator, kind: str) -> Frame:
    """The next frame of a type."""
    while (frame := await socket.receive_json_from(timeout=WAIT))["type"] != kind:
        pass
    return dict(frame)


async def closed(socket: WebsocketCommunicator, within: float = WAIT) -> int:
    """The close code; what comes before it is let pass."""
    async with asyncio.timeout(within):
        while (output := await socket.receive_output(timeout=within))["type"] != "websocket.close":
            pass
    return int(output["code"])


def say(text: str = "Hello", client_id: str | None = None, **fields: object) -> Frame:
    return {"type": "say", "client_id": client_id or str(uuid.uuid4()), "text": text, **fields}
