"""A room that is open in this process: its newest events in memory, its sockets, and who is here."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from live.events import BATCH, Drawn, Person, Place
from live.hub.socket import Batch, Socket
from live.hub.wire import Frame

MEMORY = 512  # events of an open room that a resume needs no query for
TOO_FAR = 1000  # further behind than this the page is read anew
# Of one frame, with room for what stands around: daphne sends no more than it takes (run_web: 64 KB).
FRAME_BYTES = 48 * 1024


def encode(kind: str, **fields: Any) -> Frame:
    """A frame to a browser."""
    return Frame(json.dumps({"type": kind, **fields}, ensure_ascii=False))


def batch_of(events: list[Drawn], complete: bool) -> Batch:
    """One event as itself, several as one frame. Their JSON was made once and is only joined here."""
    size = sum(event.size for event in events)
    if len(events) == 1 and complete:
        text = events[0].json
    else:
        joined = ",".join(event.json for event in events)
        text = f'{{"type":"events","complete":{"true" if complete else "false"},"events":[{joined}]}}'
    return Batch(Frame(text), events[0].seq - 1, events[-1].seq, len(events), size)


def circles(people: Iterable[Person]) -> Iterator[str]:
    """People as JSON lists, each short enough for one frame; at least one."""
    seats: list[str] = []
    total = 0
    for person in people:
        total += person.size
        if seats and total > FRAME_BYTES:
            yield f"[{','.join(seats)}]"
            total, seats = person.size, []
        seats.append(person.json)
    yield f"[{','.join(seats)}]"


def presence_of(joined: str, left: list[int] | None = None) -> Frame:
    return Frame(f'{{"type":"presence","joined":{joined},"left":{json.dumps(left or [])}}}')


@dataclass
class OpenRoom:
    id: uuid.UUID
    epoch: int
    latest: int
    phase: str
    sockets: dict[Socket, None] = field(default_factory=dict)  # in the order of coming: a circle keeps its seats
    guests: dict[int, Person] = field(default_factory=dict)  # everybody, as browsers were told
    newcomers: dict[int, Person] = field(default_factory=dict)  # who came here since then
    elsewhere: dict[int, Person] = field(default_factory=dict)  # whom other processes vouch for
    typing: dict[int, float] = field(default_factory=dict)  # person -> until when it is true
    told_typing: set[int] = field(default_factory=set)
    told: int = 0  # the number up to which everybody was given, as far as their window was open
    flushing: bool = False
    rests_until: float = 0.0  # monotonic seconds: so long what comes is gathered
    healing: bool = False
    early: dict[int, Drawn] = field(default_factory=dict)  # heard before the one in front of them
    forgot: int = 0  # how often memory was cleared
    recount: bool = False  # another process said that somebody came or left there
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.memory: deque[Drawn] = deque(maxlen=MEMORY)
        self._batches: dict[tuple[int, int], Batch] = {}

    @classmethod
    def at(cls, room_id: uuid.UUID, place: Place, elsewhere: Iterable[Person] = ()) -> OpenRoom:
        others = {person.id: person for person in elsewhere}
        return cls(room_id, place.epoch, place.latest, place.phase, elsewhere=others, told=place.latest)

    # --- the log

    def take(self, event: Drawn) -> bool:
        """The next event, and those that were heard too early. False, and nothing taken, unless its number is the next one."""
        if event.seq != self.latest + 1:
            return False
        following: Drawn | None = event
        while following is not None:
            if following.touches is not None:
                self.memory.clear()  # an earlier drawing is no longer true: what is needed again is read again
                self.forgot += 1
            self.memory.append(following)
            self.latest, self.phase = following.seq, following.phase or self.phase
            following = self.early.pop(self.latest + 1, None)
        self._batches.clear()
        return True

    def put_by(self, event: Drawn) -> None:
        """Heard too early: two threads rang in the other order, or something was lost. Not more than memory would hold."""
        self.early = {seq: early for seq, early in self.early.items() if seq > self.latest}
        if len(self.early) < MEMORY:
            self.early[event.seq] = event

    def remember(self, events: Iterable[Drawn]) -> None:
        """The newest of the log, after they were read."""
        known = [event for event in events if event.seq <= self.latest]
        newer = [event for event in self.memory if not known or event.seq > known[-1].seq]
        self.memory = deque([*known, *newer], maxlen=MEMORY)
        self._batches.clear()

    def remembers_after(self, seq: int) -> bool:
        return seq >= self.latest or (bool(self.memory) and self.memory[0].seq <= seq + 1)

    def next_batch(self, after: int, limit: int) -> Batch:
        """What comes after this number, encoded once for everybody who stands there."""
        key = (after, min(limit, BATCH, self.latest - after))
        if key not in self._batches:
            start = after + 1 - self.memory[0].seq
            some = within_bytes([self.memory[i] for i in range(start, min(start + key[1], len(self.memory)))])
            self._batches[key] = batch_of(some, some[-1].seq == self.latest)
        return self._batches[key]

    def news(self) -> Batch | None:
        """What came since this was asked last, or as much of it as fits one frame. None if it has to be read again first."""
        before, self.told = self.told, self.latest
        return self.next_batch(before, BATCH) if before < self.latest and self.remembers_after(before) else None

    # --- who is here

    def enter(self, socket: Socket) -> None:
        self.sockets[socket] = None
        self.newcomers[socket.person.id] = socket.person

    def has(self, person: int) -> bool:
        """Whether somebody is here by this process."""
        return any(socket.person.id == person and not socket.closed for socket in self.sockets)

    def count_of(self, person: int) -> int:
        """How many sockets of theirs are open here."""
        return sum(socket.person.id == person and not socket.closed for socket in self.sockets)

    def here(self) -> dict[int, Person]:
        """Whom this process vouches for."""
        return {socket.person.id: socket.person for socket in self.sockets if not socket.closed}

    def circle(self) -> dict[int, Person]:
        """Everybody, as browsers were told last, and who came since; the next look tells the rest."""
        return {**self.elsewhere, **self.guests, **self.newcomers}

    def look_round(self) -> list[Frame]:
        """`presence` frames if the circle differs from what browsers were told; one, unless very many came."""
        now = {**self.elsewhere, **self.here()}
        told = {**self.guests, **self.newcomers}
        joined = [guest for pk, guest in now.items() if (known := self.guests.get(pk)) is not guest and known != guest]
        left = [pk for pk in told if pk not in now]
        self.guests, self.newcomers = now, {}
        if not joined and not left:
            return []
        first, *others = circles(joined)
        return [presence_of(first, left), *map(presence_of, others)]

    def look_who_types(self, now: float) -> Frame | None:
        """A `typing` frame if that differs from what browsers were told."""
        self.typing = {person: until for person, until in self.typing.items() if until > now}
        if self.told_typing == self.typing.keys():
            return None
        self.told_typing = set(self.typing)
        return encode("typing", people=sorted(self.told_typing))


def within_bytes(events: list[Drawn]) -> list[Drawn]:
    """As many as fit, and at least one."""
    total = 0
    for count, event in enumerate(events):
        total += event.size
        if count and total > FRAME_BYTES:
            return events[:count]
    return events
