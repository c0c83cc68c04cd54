"""The hub: one per process. It knows every open room's last number, and gives what happens to the browsers that are here.

The channel layer only rings. A number that is not the next one, a room whose number in the database is higher than ours, a
layer that lost something: each means reading on from the log. Nothing here touches the ORM; `Doors` is what it asks of it.
"""

from __future__ import annotations

import asyncio
import datetime
import logging
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from live.events import Drawn, Person, Place, group_of
from live.hub import pace, people, presence
from live.hub.line import Line
from live.hub.pool import end_watch, on_watch, read_in_pool
from live.hub.room import MEMORY, TOO_FAR, OpenRoom, batch_of, encode, within_bytes
from live.hub.socket import Socket
from live.hub.watch import EVERY, LOOK_BACK, Row, Watch
from live.hub.wire import Frame, Hear, Send
from live.tickets import Ticket, sign
from lms import metrics, realtime
from lms.floor import Phase

log = logging.getLogger(__name__)

TOGETHER = 0.02  # seconds: what comes within them leaves together
# In a very large room giving to everybody takes longer than that. It then waits so many times as long as it took, so that more leaves
# together and saying keeps its share of the process; but nobody waits longer than PATIENCE.
REST = 2.0
PATIENCE = 0.25  # seconds
MOST_SOCKETS = 20  # of one person in one room of one process; each of them is given everything that happens


@dataclass(frozen=True)
class Doors:
    """What the hub asks of the database, each run on a thread."""

    places: Callable[[Iterable[uuid.UUID]], dict[uuid.UUID, Place]]
    after: Callable[..., list[Drawn]]
    newest: Callable[[uuid.UUID, int], list[Drawn]]
    revocations: Callable[[datetime.datetime], list[Row]]
    people_here: Callable[..., dict[uuid.UUID, list[Person]]]
    keep_stays: Callable[..., None]
    count_attendance: Callable[..., int]
    tend_rooms: Callable[..., int]
    vouch_for_facilitators: Callable[..., None]


class Hub:
    def __init__(self, doors: Doors) -> None:
        self.doors = doors
        self.process = uuid.uuid4()
        self.rooms: dict[uuid.UUID, OpenRoom] = {}
        self.watch = Watch()
        self.presence = presence.Presence(self)
        self.people = people.People()
        self.pace = pace.Pace()
        self.line = Line()
        self._gate = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._errands: set[asyncio.Task[None]] = set()  # the loop itself holds tasks only weakly

    # --- coming and going

    async def join(self, ticket: Ticket, send: Send, hear: Hear, *, epoch: int, after: int | None) -> Socket | int | Frame:
        """Lets a browser in. Else the code to close it with, or the frame that tells it to read the page anew. `hear` is offered what
        is short before the server reads it, where there is a way for that."""
        async with self._gate:
            await self._start()
            room = await self._open(ticket.room_id)
        if room is None:
            return 4404
        if (code := self.watch.code_for(ticket)) is not None:
            return code
        if room.phase == Phase.CLOSED or (ticket.until is not None and ticket.until <= time.time()):
            return 4410
        position = room.latest if after is None else after
        if epoch != room.epoch or position > room.latest or room.latest - position > TOO_FAR:
            return encode("reset", epoch=room.epoch, latest=room.latest)
        if room.count_of(ticket.person) >= MOST_SOCKETS:
            return 4429
        socket = Socket(ticket, send, position, hear)
        room.enter(socket)
        for frame in self.presence.welcome(room, socket):
            socket.tell(frame)
        self._pump(room, socket)
        return socket

    async def join_own(self, ticket: Ticket, send: Send) -> Socket | int:
        """Lets in a person's own socket, which belongs to no room; else the code to close it with."""
        async with self._gate:
            await self._start()
            return self.watch.code_for(ticket) or self.people.join(ticket, send)

    def leave(self, socket: Socket) -> None:
        socket.leave()
        if not socket.ticket.room:
            return self.people.leave(socket)
        if room := self.rooms.get(socket.ticket.room_id):
            room.sockets.pop(socket, None)
            self.presence.left(room, socket.ticket)
        return None

    def confirm(self, socket: Socket, seq: int) -> None:
        """The browser holds everything up to this number, and may get more."""
        socket.confirm(seq)
        if room := self.rooms.get(socket.ticket.room_id):
            self._pump(room, socket)

    def pong(self, socket: Socket) -> None:
        room = self.rooms[socket.ticket.room_id]
        renewed = sign(socket.ticket) if self.watch.trusted else None
        socket.tell(encode("pong", epoch=room.epoch, latest=room.latest, ticket=renewed))

    # --- what happens

    def hear(self, message: dict[str, Any]) -> None:
        """One ring of the channel layer."""
        if "people" in message:
            return self.people.hear(message)
        room = self.rooms.get(uuid.UUID(message["room"]))
        if room is None:
            return None
        if message["type"] == "room.people":
            room.recount = room.recount or message["process"] != self.process.hex
        elif message["type"] == "room.typing":
            room.typing[message["person"]] = time.monotonic() + presence.TYPING
        elif message["epoch"] == room.epoch and message["seq"] > room.latest and self.watch.fresh:  # else the next look reads it
            self._happen(room, Drawn(message["seq"], message["json"], message["touches"], message["phase"]))
        return None

    def hear_here(self, message: dict[str, Any]) -> None:
        """What was rung in this process, before the layer brings it: of rooms alone, where hearing it twice changes nothing."""
        if "room" in message:
            self.hear(message)

    def _happen(self, room: OpenRoom, event: Drawn) -> None:
        if room.take(event):
            self._flush_soon(room)
        else:  # two threads may ring in the other order: what is missing may be here in a moment
            room.put_by(event)
            asyncio.get_running_loop().call_later(TOGETHER, self._heal_gap, room)

    def _heal_gap(self, room: OpenRoom) -> None:
        if any(seq > room.latest for seq in room.early):
            self._errand(self._heal(room))

    def _flush_soon(self, room: OpenRoom) -> None:
        if not room.flushing:
            room.flushing = True
            wait = room.rests_until - time.monotonic()
            asyncio.get_running_loop().call_later(max(TOGETHER, wait), self._flush, room)

    def _flush(self, room: OpenRoom) -> None:
        room.flushing = False
        began = time.monotonic()
        news = room.news()
        for socket in list(room.sockets):
            if news is not None and socket.waits_for(news):  # as nearly everybody does
                socket.give(news)
            if socket.sent < room.latest:
                self._pump(room, socket)
        ended = time.monotonic()
        room.rests_until = ended + min(PATIENCE, REST * (ended - began))
        if room.phase == Phase.CLOSED:  # the frame that says so goes out first
            self._errand(self._close_room(room))

    async def _close_room(self, room: OpenRoom) -> None:
        await asyncio.sleep(10 * TOGETHER)
        for socket in list(room.sockets):
            socket.close(4410)

    def _pump(self, room: OpenRoom, socket: Socket) -> None:
        """Gives a browser what it does not have yet, as far as its window is open."""
        while socket.sent < room.latest and not socket.closed and not socket.reading:
            if socket.room_for <= 0:
                socket.full_since = socket.full_since or time.monotonic()
                return
            if not room.remembers_after(socket.sent):
                socket.reading = True
                self._errand(self._read_older(room, socket))
                return
            socket.give(room.next_batch(socket.sent, socket.room_for))

    async def _read_older(self, room: OpenRoom, socket: Socket) -> None:
        try:
            async with room.lock:  # many come back at once: one of them reads
                if not room.remembers_after(socket.sent) and len(room.memory) < MEMORY:
                    forgot = room.forgot
                    events = await read_in_pool(self.doors.newest, room.id, MEMORY)
                    if forgot == room.forgot:
                        room.remember(events)
            if not room.remembers_after(socket.sent):
                older = within_bytes(await read_in_pool(self.doors.after, room.id, socket.sent, socket.room_for))
                socket.give(batch_of(older, older[-1].seq == room.latest))
        finally:
            socket.reading = False
        self._pump(room, socket)

    async def _heal(self, room: OpenRoom) -> None:
        """Reads on from the log after the layer lost something."""
        if room.healing:
            return
        room.healing = True
        try:
            while events := await read_in_pool(self.doors.after, room.id, room.latest):
                before = room.latest
                for event in events:
                    room.take(event)
                if room.latest == before:
                    break
                self._flush_soon(room)
            metrics.gap_healed()
        finally:
            room.healing = False

    # --- standing tasks

    async def _start(self) -> None:
        if self._tasks:
            return
        await self._look(rooms=False)  # nobody comes in before we know who may not
        realtime.listen(self.hear_here)
        await self.line.add(people.GROUP)
        loops = (self._listen, self._watch_on, self.presence.look_after)
        self._tasks = [asyncio.create_task(loop()) for loop in loops]

    async def _open(self, room_id: uuid.UUID) -> OpenRoom | None:
        if room_id not in self.rooms:
            await self.line.add(group_of(room_id))  # before reading, so that nothing falls in between
            place = (await read_in_pool(self.doors.places, [room_id])).get(room_id)
            if place is None:
                self._errand(self._unsubscribe(room_id))
                return None
            elsewhere = await read_in_pool(self.doors.people_here, [room_id], not_by=self.process)
            # From here to the socket's place in it nothing waits, so that no clock finds the room empty.
            self.rooms[room_id] = OpenRoom.at(room_id, place, elsewhere.get(room_id, []))
        return self.rooms[room_id]

    def let_go(self) -> None:
        """Leaves rooms nobody is in; with the last socket the hub rests until somebody comes."""
        if self._gate.locked():  # somebody is just coming in
            return
        for room in [room for room in self.rooms.values() if not room.sockets and not self.presence.owes(room)]:
            del self.rooms[room.id]
            self._errand(self._unsubscribe(room.id))
        if not self.rooms and not self.people.sockets:
            tasks, self._tasks = self._tasks, []
            for task in tasks:
                task.cancel()
            realtime.stop_listening(self.hear_here)
            self.line.hang_up()
            end_watch()

    def count_rooms(self) -> int:
        """Rooms that somebody of this process is in."""
        return len(self.rooms)

    def count_sockets(self) -> int:
        """Browsers connected, to rooms and as people; may be asked from another thread."""
        everywhere = [*(room.sockets for room in list(self.rooms.values())), *list(self.people.sockets.values())]
        return sum(len(sockets) for sockets in everywhere)

    @property
    def resting(self) -> bool:
        return not self._tasks

    async def _unsubscribe(self, room_id: uuid.UUID) -> None:
        try:
            async with self._gate:
                if room_id not in self.rooms:  # nobody came back in the meantime
                    await self.line.drop(group_of(room_id))
        except Exception:
            log.warning("The channel layer is away; a room was left without telling it.")

    async def _listen(self) -> None:
        while True:
            try:
                self.hear(await self.line.hear())
            except Exception:
                log.warning("The channel layer gave nothing; rooms are kept from the database.")
                await asyncio.sleep(1)

    async def _watch_on(self) -> None:
        rooms = False
        while True:
            await asyncio.sleep(EVERY)
            rooms = not rooms or not self.watch.fresh  # then something may have been passed over
            try:
                await self._look(rooms)
            except Exception:
                log.warning("The database did not say who may still be here; asking again.")

    async def _look(self, rooms: bool) -> None:
        """Twice a second: whose way in has ended. Every other time also: how far the open rooms have come."""
        since = timezone.now() - datetime.timedelta(seconds=LOOK_BACK)
        asked_at = time.monotonic()
        if self.watch.learn(await on_watch(self.doors.revocations, since), asked_at):
            self.watch.close(self.people.everybody())
            for room in self.rooms.values():
                self.watch.close(room.sockets)
        if rooms:
            known = list(self.rooms.values())
            places = await on_watch(self.doors.places, [room.id for room in known])
            self._compare(known, places)

    def _compare(self, rooms: list[OpenRoom], places: dict[uuid.UUID, Place]) -> None:
        for room in rooms:
            place = places.get(room.id, Place(0, 0, Phase.CLOSED))
            if place.epoch != room.epoch:
                self._renumbered(room, place)
            elif place.latest > room.latest:
                self._errand(self._heal(room))

    def _renumbered(self, room: OpenRoom, place: Place) -> None:
        """A restore broke the numbering: everybody reads the page anew."""
        room.epoch, room.latest, room.phase = place.epoch, place.latest, place.phase
        room.memory.clear()
        for socket in room.sockets:
            socket.give_up(encode("reset", epoch=room.epoch, latest=room.latest))

    def _errand(self, work: Any) -> None:
        task = asyncio.create_task(_quietly(work))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)


async def _quietly(work: Any) -> None:
    try:
        await work
    except Exception as trouble:  # a database that is away for a moment: the look once a second comes again
        log.warning("A room could not read on (%s); trying again.", type(trouble).__name__)
