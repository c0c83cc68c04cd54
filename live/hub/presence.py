"""Who is here: told to browsers at most once a second, kept as spans in the database."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils import timezone

from live.events import Stay, group_of
from live.hub.pool import in_pool, read_in_pool
from live.hub.room import OpenRoom, circles, presence_of
from live.hub.socket import Socket
from live.hub.wire import Frame
from live.tickets import Ticket
from lms import realtime
from lms.floor import TENDED, Seat, may_raise_hand

if TYPE_CHECKING:
    from live.hub import Hub

log = logging.getLogger(__name__)

TICK = 1.0  # seconds
EXTEND = 30  # ticks between two extensions of everybody's span
RECOUNT = 10  # ticks between two looks at whom other processes vouch for
TEND = 5  # ticks between two looks whether a turn has to move on from who dropped out, and between two words for who facilitates
RENEW = 3600  # ticks; a group of the channel layer forgets its members after a day
TYPING = 6.0  # seconds that "is writing" stays true without a new sign
PATIENCE = 5.0  # seconds that events wait for a browser that confirms nothing


class Presence:
    """The circle of every room that is open in one process."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._stays: dict[tuple[uuid.UUID, int], Stay] = {}  # who is here by this process
        self._news: list[Stay] = []  # begun or ended, not yet written
        self._ticks = 0

    # --- told by the hub

    def welcome(self, room: OpenRoom, socket: Socket) -> list[Frame]:
        """The first frame, with the circle; where that is too long for one, the others follow as `presence`."""
        ticket = socket.ticket
        if (room.id, ticket.person) not in self._stays:
            stay = Stay(room.id, ticket.person, ticket.seat, timezone.now())
            self._stays[room.id, ticket.person] = stay
            self._news.append(stay)
        roster, *others = circles(room.circle().values())
        known = {"room": {"id": str(room.id), "epoch": room.epoch}, "phase": room.phase, "latest": room.latest}
        you = f'{socket.person.json[:-1]}, "speaks": {json.dumps(ticket.speaks)}}}'
        welcome = f'{{"type": "welcome", "you": {you}, "roster": {roster}, {json.dumps(known)[1:]}'
        return [Frame(welcome), *map(presence_of, others)]

    def left(self, room: OpenRoom, ticket: Ticket) -> None:
        """A browser is gone; the person too, unless another of theirs is here."""
        if not room.has(ticket.person) and (stay := self._stays.pop((room.id, ticket.person), None)):
            self._news.append(replace(stay, left_at=timezone.now()))

    def owes(self, room: OpenRoom) -> bool:
        """Whether something about this room is still to be written."""
        return any(stay.room_id == room.id for stay in self._news)

    async def typing(self, ticket: Ticket) -> None:
        """Somebody is writing: at most one ring every two seconds, and nothing is kept of it. Nobody is told of it in a silence or
        while some reflect: there it would be a hand that goes up."""
        room = self.hub.rooms[ticket.room_id]
        if not may_raise_hand(room.phase):
            return
        now = time.monotonic()
        if room.typing.get(ticket.person, 0.0) < now + TYPING - 2:
            room.typing[ticket.person] = now + TYPING
            message = {"type": "room.typing", "room": room.id.hex, "person": ticket.person}
            await in_pool(realtime.publish, group_of(room.id), message)

    # --- the clock

    async def look_after(self) -> None:
        """Once a second, as long as the hub has rooms."""
        while True:
            await asyncio.sleep(TICK)
            self._ticks += 1
            try:
                await self.write()
                if self._ticks % RECOUNT == 0 or any(room.recount for room in self.hub.rooms.values()):
                    await self.count_elsewhere()
                await self.hub.line.keep(renew=self._ticks % RENEW == 0)
                await self.tend()
            except Exception as trouble:  # the database or the layer is away: the next second tries again
                log.warning("Who is here was not kept (%s); trying again.", type(trouble).__name__)
            self.tell()
            self._let_go()
            self.hub.let_go()

    async def write(self) -> None:
        """Keeps who came and went, extends everybody now and then, and counts who has been here long enough."""
        extending = self._ticks % EXTEND == 0
        news, self._news = self._news, []
        stays = {(stay.room_id, stay.person_id, stay.started_at): stay for stay in [*(self._stays.values() if extending else ()), *news]}
        if not stays:
            return
        try:
            await in_pool(self.hub.doors.keep_stays, process=self.hub.process, stays=list(stays.values()))
        except Exception:
            self._news = news + self._news
            raise
        for room_id in {stay.room_id for stay in news}:
            await in_pool(
                realtime.publish, group_of(room_id), {"type": "room.people", "room": room_id.hex, "process": self.hub.process.hex}
            )
        if counting := {stay.room_id for stay in stays.values() if extending or stay.left_at}:
            await in_pool(self.hub.doors.count_attendance, rooms=counting)

    async def count_elsewhere(self) -> None:
        """Whom other processes vouch for."""
        for room in self.hub.rooms.values():
            room.recount = False
        people = await read_in_pool(self.hub.doors.people_here, list(self.hub.rooms), not_by=self.hub.process)
        for room in self.hub.rooms.values():
            room.elsewhere = {person.id: person for person in people.get(room.id, [])}

    async def tend(self) -> None:
        """Rooms in a phase that ends or moves on by itself. Every process looks; what is done is done once, under the room's lock."""
        rooms = {room.id for room in self.hub.rooms.values() if room.phase in TENDED}
        people = self._ticks % TEND == 0
        if people and (led := {stay.room_id for stay in self._stays.values() if stay.seat == Seat.FACILITATOR} & rooms):
            await in_pool(self.hub.doors.vouch_for_facilitators, process=self.hub.process, rooms=led)
        if rooms:
            await in_pool(self.hub.doors.tend_rooms, rooms=rooms, people=people)

    def tell(self) -> None:
        """What changed in the circle and who is writing, to everybody."""
        now = time.monotonic()
        for room in self.hub.rooms.values():
            for frame in filter(None, (*room.look_round(), room.look_who_types(now))):
                for socket in room.sockets:
                    socket.tell(frame)

    def _let_go(self) -> None:
        """Closes whom time or patience has run out for."""
        for room in self.hub.rooms.values():
            for socket in room.sockets:
                if socket.full_since and time.monotonic() - socket.full_since > PATIENCE:
                    socket.close(4408)
                elif socket.ticket.until is not None and socket.ticket.until <= time.time():
                    socket.close(4410)
