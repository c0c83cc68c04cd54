"""R15: a server's clock jumps an hour ahead and an hour back in the middle of a seminar. Order, words, sign-ins and removals stay."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults import servers
from tests.faults.checker import History
from tests.faults.conftest import LONG, Seminar, left_out, standing_site
from tests.faults.pages import Site
from tests.faults.people import Network, Person, until
from tests.faults.servers import Postgres, Service
from tests.faults.test_seminar import SOON, Talk, remove
from tests.runner.servers import find

HOUR = 3600
TOLD_WITHIN = 1.5  # seconds; the processes look at their clock's file once a second
WHILE = 20.0 if LONG else 2.0  # seconds that people talk by each time


def library() -> str | None:
    """What tells a process another time than it is."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    return str(found[0]) if found else None


class Clock:
    """The clock of one server, which all its processes read."""

    def __init__(self, folder: Path, library: str) -> None:
        self._file = folder / "clock"
        self.variables = {
            "LD_PRELOAD": library,
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # a clock that is set leaves the one that only counts alone
            "NO_FAKE_STAT": "1",
        }
        self.set(0)

    def set(self, ahead: int) -> None:
        """So many seconds before or behind the true time."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{ahead:+d}\n")
        fresh.rename(self._file)


@dataclass
class Server:
    clock: Clock
    seminar: Seminar

    async def jump(self, ahead: int) -> None:
        self.clock.set(ahead)
        await asyncio.sleep(TOLD_WITHIN)

    def let_in(self, person: Person) -> Site:
        """What their page carries, read now; and the page itself."""
        told = self.seminar.desk.ask("let_in", person=person.person, room=self.seminar.room)
        person.ticket = told["ticket"]
        return Site(self.seminar.ports[0], told["session"])


@pytest.fixture(scope="module")
def server(postgres: Postgres, redis: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two web processes by a clock that can be set, on tables of their own."""
    if (found := find(library, "libfaketime")) is None:
        left_out("There is no libfaketime (Debian: apt-get install libfaketime).")
    folder = tmp_path_factory.mktemp("clock")
    clock = Clock(folder, found)
    variables = servers.variables_for(postgres, redis, folder) | clock.variables | {"DATABASE_URL": f"{postgres.url}/clock"}
    with standing_site(postgres, variables, folder) as (webs, desk):
        seed = random.randrange(2**32)
        yield Server(clock, Seminar(webs, postgres, redis, desk, "", [], History(seed), random.Random(seed), "clock"))


@pytest.mark.parametrize("ahead", [HOUR, -HOUR], ids=["ahead", "back"])
def test_a_clock_that_jumps_changes_nothing_in_a_room(server, ahead):
    """Who is in stays in and hears all in order; who was signed in still is; who comes back gets in, who is removed is out."""

    async def play() -> None:
        server.seminar = seminar = server.seminar.another(10)
        async with Network(seminar.ports[0]) as network:
            people = [seminar.person(number, [network.port] if number % 2 else seminar.ports[1:]) for number in range(10)]
            sites = {person: await asyncio.to_thread(server.let_in, person) for person in people}
            async with Talk(seminar, people, 6) as talk:
                await asyncio.sleep(WHILE)
                for moment, removed in ((ahead, people[8]), (0, people[9])):
                    await server.jump(moment)
                    assert [code for person in people for code in person.codes if code != 4403] == []
                    statuses = [sites[person].ask("GET", "/")[0] for person in people[:2]]
                    for person in people[:8]:  # the page is read again
                        await asyncio.to_thread(server.let_in, person)
                    await remove(seminar, removed)
                    await asyncio.sleep(WHILE)
                    assert statuses == [200, 200]
                network.cut()
                await until(lambda: all(person.codes for person in people[1:8:2]), SOON, "they noticed")
                await until(lambda: all(person.joined.is_set() for person in people[:8]), SOON, "they are back")
                await talk.end(people[:8])

    asyncio.run(play())
