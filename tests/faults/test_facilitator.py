"""Who facilitates drops out of a room that waits for them: another goes on at once, or the room does by itself, once."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.faults.checker import check
from tests.faults.conftest import LONG, Seminar
from tests.faults.people import Network, Person, until
from tests.faults.test_seminar import SOON, scene

AT_ONCE = 5.0  # seconds
PATIENCE = 120  # seconds that a room waits for who facilitates
LEASE = 45  # seconds: for so long a killed process has vouched for its people
LOOKS = 10  # seconds within which every process has looked after its rooms, and vouched for who facilitates them
ALONE = "Nobody who facilitates is here just now."


@dataclass
class Circle:
    """A room in one phase, its people in both processes."""

    seminar: Seminar
    phase: str
    facilitator: Person
    listeners: list[Person]

    @classmethod
    async def sit(cls, seminar: Seminar, phase: str, port: int = 0, *more: int) -> "Circle":
        """Somebody facilitates by this port, others by these, two listen; and the phase has begun."""
        ports = [port or seminar.ports[0], *more]
        there = seminar.another(len(ports) + 2, facilitators=len(ports))
        people = [there.person(number, [one]) for number, one in enumerate([*ports, *seminar.ports])]
        for person in people[:-2]:
            person.seat = "facilitator"
        for person in people:
            person.come()
        circle = cls(there, phase, people[0], people[1:])
        await until(lambda: circle.known() == len(people), SOON, "everybody is known to be here")
        await circle.facilitator.act("move_phase", phase=phase)
        await circle.hear(1)
        return circle

    def known(self) -> int:
        return len(self.seminar.asked("SELECT 1 FROM live_presencespan WHERE room_id = %(room)s AND seen_until > now()"))

    async def hear(self, seq: int, within: float = SOON) -> None:
        await until(lambda: all(person.have >= seq for person in self.listeners), within, f"{self.phase}: everybody hears {seq}")

    def stands(self) -> tuple[str, Any]:
        """The phase, and whose turn it is."""
        ((phase, turns),) = self.seminar.asked("SELECT phase, turns FROM live_room WHERE id = %(room)s")
        return phase, turns.get("holder")

    async def go_round(self) -> None:
        """Each whose turn it is passes, until nobody's turn is left."""
        while (holder := self.stands()[1]) is not None:
            (person,) = (one for one in self.listeners if one.person == holder)
            await person.act("pass")
            await until(lambda holder=holder: self.stands()[1] != holder, SOON, "the turn moves on")

    def went_on_alone(self) -> int:
        said = "SELECT 1 FROM live_roomevent WHERE room_id = %(room)s AND data ? 'alone'"
        return len(self.seminar.asked(said))

    async def leave(self) -> None:
        for person in (self.facilitator, *self.listeners):
            await person.leave()
        assert check(self.seminar.history, self.seminar.log()) == []


@scene
async def test_another_facilitator_goes_on_at_once_when_the_process_of_the_first_is_killed(seminar):
    here = seminar.ports[1]
    circles = [await Circle.sit(seminar, phase, 0, here) for phase in ("round", "silence", "reflecting")]

    seminar.webs[0].kill()
    for circle in circles:
        circle.facilitator.ports = circle.listeners[1].ports = [here]  # where a proxy sends them next
        await circle.listeners[0].act("move_phase", phase="landing")
    for circle in circles:
        await until(lambda circle=circle: circle.stands()[0] == "landing", AT_ONCE, f"{circle.phase}: another goes on")
        await circle.hear(2)
        await until(circle.facilitator.joined.is_set, SOON, "the first comes back")
        await circle.facilitator.act("move_phase", phase="conversation")
        await circle.hear(3)

    assert [circle.stands()[0] for circle in circles] == ["conversation"] * 3
    for circle in circles:
        await circle.leave()


@scene
async def test_a_room_that_nobody_facilitates_goes_on_in_conversation_once(seminar):
    """Both processes look, and meet at the lock of the first room. `make faults` waits the two minutes, which are not longer where a
    process was killed; else the time that facilitators have been gone is moved back."""
    async with Network(seminar.ports[1]) as network:
        ends = [
            await Circle.sit(seminar, "round", network.port),
            *[await Circle.sit(seminar, phase) for phase in ("silence", "reflecting")],
        ]
        goes_round = await Circle.sit(seminar, "round")
        waits = [] if LONG else [await Circle.sit(seminar, "reflecting")]
        circles = [*ends, goes_round, *waits]

        network.cut()
        seminar.webs[0].kill()
        gone_at = time.monotonic()
        for circle in circles:
            await circle.facilitator.leave()
        await asyncio.to_thread(seminar.webs[0].start)
        await until(lambda: all(person.joined.is_set() for one in circles for person in one.listeners), SOON, "the others are back")
        await ends[0].go_round()
        told = [len(circle.seminar.log()) for circle in circles]
        await (two_minutes if LONG else two_minutes_moved_back)(seminar, ends, circles, waits, gone_at)
        for circle, seq in zip(ends, told, strict=False):
            await circle.hear(seq + 1, LOOKS)
        await asyncio.sleep(1)

        assert [circle.stands()[0] for circle in circles] == ["conversation"] * 3 + ["round", "reflecting"][: len(circles) - 3]
        assert [circle.went_on_alone() for circle in circles] == [1, 1, 1, 0, 0][: len(circles)]
        for circle, seq in zip(ends, told, strict=False):
            assert len(circle.seminar.log()) == seq + 1
            assert all(ALONE in (person.reading.state[seq + 1] or "") for person in circle.listeners)

        # Who dropped out comes back and facilitates as before.
        for circle in ends:
            circle.facilitator.come()
            await until(circle.facilitator.joined.is_set, SOON, "they are back")
            await circle.facilitator.act("move_phase", phase="landing")
            await until(lambda circle=circle: circle.stands()[0] == "landing", AT_ONCE)
        for circle in circles:
            await circle.leave()


async def two_minutes(seminar: Seminar, ends: list[Circle], circles: list[Circle], waits: list[Circle], gone_at: float) -> None:
    """They pass, and nothing happens before that."""
    before = [circle.stands() for circle in circles]
    await asyncio.sleep(gone_at + PATIENCE - LOOKS - time.monotonic())
    assert [circle.stands() for circle in circles] == before
    with held(seminar, ends):
        await both_about_to(seminar)
    assert time.monotonic() - gone_at < PATIENCE + LOOKS


async def two_minutes_moved_back(seminar: Seminar, ends: list[Circle], circles: list[Circle], waits: list[Circle], gone_at: float) -> None:
    """Facilitators have been gone for so long; but not yet in the rooms that wait."""
    for circle in circles:
        seminar.desk.ask("age_room", room=circle.seminar.room, seconds=600)
    with held(seminar, ends):
        for circle in circles:
            gone = LEASE if circle in waits else PATIENCE
            seminar.desk.ask("age_people", room=circle.seminar.room, people=[circle.facilitator.person], seconds=gone)
        await both_about_to(seminar)


async def both_about_to(seminar: Seminar) -> None:
    """Both processes have seen that a room is to go on, and wait for its lock."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    await until(lambda: len(seminar.asked(waiting)) == len(seminar.webs), 2 * LOOKS, "both processes are about to go on")


@contextlib.contextmanager
def held(seminar: Seminar, circles: list[Circle]) -> Iterator[None]:
    """Nothing happens in these rooms."""
    with psycopg.connect(f"{seminar.postgres.url}/{seminar.database}") as connection:
        rooms = [circle.seminar.room for circle in circles]
        connection.execute("SELECT 1 FROM live_room WHERE id = ANY(%s::uuid[]) FOR UPDATE", (rooms,))
        yield
