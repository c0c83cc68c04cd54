"""R1, R2, R3, R5, R6, R7, R8: a seminar goes on while processes are killed or frozen, lines are cut and everybody comes at once.

What the people saw is recorded and read by the checker. `make faults` runs the same with more people and for longer; SEED=… repeats
a run's choices.
"""

import asyncio
import http.client
import itertools
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest

from tests.faults.checker import State, check
from tests.faults.conftest import LONG, Seminar
from tests.faults.people import Network, Person, put_together, until

PEOPLE = 200 if LONG else 20
SOON = 20.0  # seconds; for what is not promised in seconds
AWAY = 60.0 if LONG else 4.0  # how long something is gone
NEAR = 800  # events; who is much further behind reads the page anew (`live.hub.room.TOO_FAR`)


class Talk:
    """Some speak, everybody listens, until it ends; then the checker reads what happened."""

    def __init__(self, seminar: Seminar, people: list[Person], speakers: int, pause: float = 0.4) -> None:
        self.seminar, self.people, self.pause = seminar, people, pause
        self.speakers = people[:speakers]
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Talk":
        for person in self.people:
            person.come()
        await until(lambda: all(person.joined.is_set() for person in self.people), 3 * SOON, "everybody is in")
        self._tasks = [asyncio.create_task(self._speak(person)) for person in self.speakers]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in [*self._tasks]:
            task.cancel()
        for person in self.people:
            await person.leave()

    async def _speak(self, person: Person) -> None:
        """One thing after the other: what is not acknowledged yet is waited for."""
        while True:
            await asyncio.sleep(self.seminar.random.uniform(0.5, 1.5) * self.pause)
            if not person.outbox:
                await person.say()
                if self.seminar.random.random() < 0.1 and self.seminar.history.acknowledged:
                    mine = [seq for (author, _name), seq in self.seminar.history.acknowledged if author == person.person]
                    if mine:
                        await person.withdraw(self.seminar.random.choice(mine))

    async def end(self, listening: list[Person] | None = None) -> None:
        """Nobody speaks any more; everybody hears the rest; it was as promised."""
        for task in self._tasks:
            task.cancel()
        here = listening if listening is not None else self.people
        await until(lambda: not any(person.outbox for person in here), 2 * SOON, "everything said is acknowledged")
        log = self.seminar.log()
        await until(lambda: all(person.have >= len(log) for person in here), 2 * SOON, "everybody has heard everything")
        assert check(self.seminar.history, self.seminar.log(), await self._fresh()) == []
        assert self.seminar.history.acknowledged
        assert "Traceback" not in self.seminar.written()

    async def _fresh(self) -> State:
        """What somebody who comes now is given: by their page what is long ago, else by the room."""
        first, log = self.people[0], self.seminar.log()
        late = Person(first.person, self.seminar.room, first.ports, type(self.seminar.history)(), self.seminar.random, first.at)
        late.have = max(0, len(log) - NEAR)
        page = await asyncio.to_thread(self.seminar.desk.ask, "page", room=self.seminar.room, until=late.have)
        for event in page["events"]:
            put_together(late.reading, json.loads(event))
        late.come()
        await until(lambda: late.have >= len(log), SOON, "who comes late hears everything")
        await late.leave()
        return late.reading.state


def scene(play: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    def run(seminar: Seminar, *args: Any, **kwargs: Any) -> None:
        asyncio.run(play(seminar, *args, **kwargs))  # type: ignore[arg-type]

    run.__name__, run.__doc__ = play.__name__, play.__doc__
    return run


def everybody(seminar: Seminar, count: int = PEOPLE) -> list[Person]:
    return [seminar.person(number) for number in range(count)]


async def remove(seminar: Seminar, *people: Person) -> None:
    """They are out within a second, whichever process they are in."""
    for person in people:
        await asyncio.to_thread(seminar.desk.ask, "remove", person=person.person)
        person.reading.removed_at = time.monotonic()
        await until(lambda person=person: person.codes[-1:] == [4403], 1.0, "a removed member is out")


@scene
async def test_two_processes_are_one_room(seminar):
    """Words pass from one to the other; whoever is removed is out of both, with Redis and without."""
    here = [seminar.person(number, [seminar.webs[number % 2].port]) for number in range(12)]
    async with Talk(seminar, here, 8) as talk:
        await until(lambda: all(person.have > 20 for person in here), SOON)
        await remove(seminar, here[8], here[9])
        seminar.redis.freeze()
        await asyncio.sleep(1)
        await remove(seminar, here[10], here[11])
        seminar.redis.thaw()
        await talk.end(here[:8])


@scene
async def test_a_room_whose_row_is_held_leaves_the_others_of_its_process_going(seminar):
    """Actions wait on threads, each on its own: somebody who waits for one room's lock holds up no other room."""
    there, port = seminar.another(2), seminar.ports[:1]
    waiting = [seminar.person(number, port) for number in range(4)]
    speaker, listener = (there.person(number, port) for number in range(2))
    async with Talk(seminar, waiting, 0), Talk(there, [speaker, listener], 0):
        with psycopg.connect(f"{seminar.postgres.url}/{seminar.database}") as held:
            held.execute("SELECT 1 FROM live_room WHERE id = %s FOR UPDATE", [seminar.room])
            for person in waiting:
                await person.say()
            for number in range(1, 4):
                await speaker.say()
                await until(lambda number=number: listener.have == number, SOON, "the other room goes on")
            assert [person.have for person in waiting] == [0] * 4
        await until(lambda: all(person.have == 4 for person in waiting), SOON, "what waited is said")
    assert check(seminar.history, seminar.log()) == []
    assert check(there.history, there.log()) == []


@scene
async def test_web_process_killed(seminar):
    """R1: nothing acknowledged is lost, nothing doubled; 95 of 100 are back in ten seconds, all in thirty."""
    people = everybody(seminar)
    async with Talk(seminar, people, 10) as talk:
        for web in seminar.webs if LONG else seminar.webs[:1]:
            await asyncio.sleep(1.5)
            web.kill()
            gone_at = time.monotonic()
            await asyncio.sleep(0.2)
            await asyncio.to_thread(web.start)
            await until(lambda: sum(person.joined.is_set() for person in people) >= 0.95 * len(people), 10, "95 of 100 are back")
            await until(lambda: all(person.joined.is_set() for person in people), 30 - (time.monotonic() - gone_at), "all are back")
        await talk.end()


@scene
async def test_web_process_restarted(seminar):
    """A new release: browsers are told that it is only this, and nothing is lost."""
    people = everybody(seminar)
    async with Talk(seminar, people, 10) as talk:
        for web in seminar.webs:
            met = [person for person in people if person.port == web.port and person.joined.is_set()]
            await asyncio.to_thread(web.stop)
            assert {person.codes[-1] for person in met if person.codes[-1] is not None} == {1012}
            await asyncio.to_thread(web.start)
        await talk.end()


def killed(service: Any) -> Callable[[], None]:
    service.kill()
    return service.start  # type: ignore[no-any-return]


def frozen(service: Any) -> Callable[[], None]:
    service.freeze()
    return service.thaw  # type: ignore[no-any-return]


async def redis_away(seminar: Seminar, harm: Callable[[Any], Callable[[], None]]) -> None:
    people = everybody(seminar)
    pids = [web.pid for web in seminar.webs]
    async with Talk(seminar, people, 8) as talk:
        await asyncio.sleep(1)
        voices = itertools.cycle(people[12:])  # one alone would soon be asked to slow down
        usual = max([await passing(next(voices), people) for _ in range(3)])  # of this machine, with whatever else it does
        mend = harm(seminar.redis)
        await asyncio.sleep(1.5)  # the first to meet silence has waited a second for it
        until_then, took = time.monotonic() + AWAY - 1.5, []
        while time.monotonic() < until_then:
            took.append(await passing(next(voices), people))
        assert statistics.median(took) < usual + 1.5  # each process looks once a second
        assert max(took) < usual + 5  # and now and then waits a second for Redis first, on a machine that does much else
        await remove(seminar, people[10], people[11])
        await asyncio.to_thread(mend)
        rest = [person for person in people if person.reading.removed_at is None]
        await talk.end(rest)
        assert [web.pid for web in seminar.webs if web.answers()] == pids


async def passing(voice: Person, people: list[Person]) -> float:
    """Seconds until something said by one of them is heard by all."""
    name = await voice.say("While nobody rings")
    try:
        return await until(lambda: all(name in person.names for person in people), SOON, "heard by looking")
    except AssertionError as late:
        deaf = [(person.port, person.joined.is_set(), person.have, person.codes) for person in people if name not in person.names]
        voiced = (voice.port, voice.joined.is_set(), name in voice.outbox, voice.refusals)
        raise AssertionError(f"{late}; who said it: {voiced}; {len(deaf)} did not hear: {deaf[:5]}") from None


@scene
async def test_redis_killed(seminar):
    """R2: people go on talking, hear each other about a second later, and whoever is removed is out."""
    await redis_away(seminar, killed)


@scene
async def test_redis_frozen(seminar):
    """R2: a Redis that says nothing is worse than none, and changes as little."""
    await redis_away(seminar, frozen)


async def postgres_away(seminar: Seminar, harm: Callable[[Any], Callable[[], None]], seconds: float) -> None:
    people = everybody(seminar)
    async with Talk(seminar, people, 8) as talk:
        await until(lambda: people[0].have > 5, SOON)
        mend = harm(seminar.postgres)
        await asyncio.sleep(0.5)
        told = len(seminar.history.acknowledged)
        await asyncio.sleep(seconds)
        assert len(seminar.history.acknowledged) == told, "acknowledged while nothing could be kept"
        await asyncio.to_thread(mend)
        began, names = time.monotonic(), len(seminar.history.acknowledged)
        await until(lambda: len(seminar.history.acknowledged) > names, 5, "saving goes on")
        assert time.monotonic() - began < 5
        await talk.end()
    with psycopg.connect(f"{seminar.postgres.url}/lms") as connection:
        counted = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = 'lms'").fetchone()
    assert counted is not None
    assert counted[0] <= 20 * len(seminar.webs) + 3


@scene
async def test_postgres_killed(seminar):
    """R3: nothing is acknowledged that is not kept; people are told; five seconds after it is back it goes on."""
    await postgres_away(seminar, killed, AWAY / 2)


@scene
async def test_postgres_frozen(seminar):
    """R3."""
    await postgres_away(seminar, frozen, 20 if LONG else 2)


@scene
async def test_network_slow_cut_and_half_open(seminar):
    """R5."""
    async with Network(seminar.ports[0]) as network:
        people = [seminar.person(number, [network.port] if number % 2 else seminar.ports[1:]) for number in range(10)]
        async with Talk(seminar, people, 6) as talk:
            network.delay = 2.0 if LONG else 0.5
            await asyncio.sleep(AWAY / 2)
            network.delay = 0.0
            network.cut()
            await asyncio.sleep(1)
            network.carries = False  # and nobody is told
            await asyncio.sleep(30 if LONG else 3)
            network.carries = True
            await talk.end()


@scene
async def test_network_that_loses_one_packet_in_twenty(seminar):
    """R5, as a TCP line shows it (`Network`): slow, losing packets both ways, and cut in the middle of it."""
    async with Network(seminar.ports[0]) as network:
        network.delay, network.loses = 0.05, 0.05
        people = [seminar.person(number, [network.port] if number % 2 else seminar.ports[1:]) for number in range(10)]
        async with Talk(seminar, people, 6) as talk:
            await asyncio.sleep(AWAY)
            network.cut()
            await asyncio.sleep(AWAY / 2)
            await talk.end()


@scene
async def test_storm(seminar):
    """R6: everybody's line is cut at once, again and again; all come back, and pages are served meanwhile."""
    async with Network(seminar.ports[0]) as network:
        people = [seminar.person(number, [network.port]) for number in range(PEOPLE)]
        took: list[float] = []
        async with Talk(seminar, people, 3) as talk:
            for _ in range(5 if LONG else 2):
                before = [len(person.codes) for person in people]
                network.cut()
                await until(lambda before=before: all(map(noticed, people, before)), SOON, "everybody has noticed")
                pages = asyncio.create_task(asyncio.to_thread(pages_during, seminar.ports[0], 2.0))
                await until(lambda: all(person.joined.is_set() for person in people), 30, "all are back")
                took += await pages
            await talk.end()
        assert statistics.quantiles(took, n=20)[-1] < 1.0
        assert seminar.webs[0].memory < 400 * 1024 * 1024


def noticed(person: Person, before: int) -> bool:
    return len(person.codes) > before


def pages_during(port: int, seconds: float) -> list[float]:
    """How long small pages took."""
    took, until_then = [], time.monotonic() + seconds
    while time.monotonic() < until_then or len(took) < 2:
        began = time.monotonic()
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        line.request("GET", "/healthz", headers={"Host": "localhost"})
        assert line.getresponse().status == 200
        line.close()
        took.append(time.monotonic() - began)
        time.sleep(0.05)
    return took


@scene
async def test_slow_reader(seminar):
    """R7: who stops reading is let go, costs little, and comes back for the rest."""
    people = [seminar.person(number, seminar.ports[:1]) for number in range(20)]
    slow = people[-1]
    async with Talk(seminar, people, 0) as talk:
        before = seminar.webs[0].memory
        slow.reads = False
        for _ in range(12):
            for person in people[:18]:
                await person.say("x" * 500)
            await until(lambda: not any(person.outbox for person in people), SOON)
        await until(lambda: all(person.have >= 216 for person in people[:-1]), SOON, "the others hear everything")
        await asyncio.sleep(6.5)  # patience is five seconds
        assert seminar.webs[0].memory - before < 10 * 1024 * 1024
        slow.reads = True
        await talk.end()
        assert slow.codes


@scene
async def test_burst(seminar):
    """R8: very much is said within a second; everybody hears all of it."""
    people = everybody(seminar)
    async with Talk(seminar, people, 0) as talk:
        await asyncio.gather(*(person.say() for person in people for _ in range(500 // PEOPLE + 1 if LONG else 12)))
        await talk.end()


def test_the_seminar_would_show_words_that_were_lost(seminar):
    """The checker is not asked in vain: a line taken out of the log is seen."""

    async def play() -> None:
        people = everybody(seminar, 2)
        async with Talk(seminar, people, 0) as talk:
            for _ in range(3):
                await people[0].say()
            await until(lambda: people[1].have == 3, SOON)
            with psycopg.connect(f"{seminar.postgres.url}/lms") as connection:
                connection.execute("DELETE FROM live_roomevent WHERE room_id = %s AND seq = 2", (seminar.room,))
            with pytest.raises(AssertionError, match="in the log it is not"):
                await talk.end()

    asyncio.run(play())
