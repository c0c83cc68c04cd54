"""Two hosts with live rooms, one Redis, one PostgreSQL; one host loses its line to one of them, and nobody is told.

Rooms stay right on both sides of the cut (R2, R5): what is acknowledged is kept, what was missed is read on, and whoever is removed
hears nothing any more, also where the news of it cannot come.
"""

import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.faults import servers
from tests.faults.checker import History
from tests.faults.conftest import LONG, Desk, Seminar
from tests.faults.hosts import Host, reachable, two_hosts
from tests.faults.people import Person, until
from tests.faults.servers import ROOT, Postgres, Service
from tests.faults.test_seminar import SOON, Talk
from tests.runner.servers import Missing

AWAY = 20.0 if LONG else 3.0  # seconds
HOLD = """
import time
import django; django.setup()
from django.db import transaction
from live.models import Room
with transaction.atomic():
    Room.objects.select_for_update().get(pk="{room}")
    print("held", flush=True)
    time.sleep(600)
"""


class Hosts:
    """Two hosts and who looks after them."""

    def __init__(self, hosts: list[Host], webs: list[Service], variables: list[dict[str, str]]) -> None:
        self.hosts, self.webs, self.variables = hosts, webs, variables

    def person(self, seminar: Seminar, number: int, host: int) -> Person:
        web = self.webs[host]
        return Person(seminar.people[number], seminar.room, [web.port], seminar.history, seminar.random, {web.port: web.address})


@pytest.fixture(scope="module")
def hosts(
    postgres: Postgres, redis: Service, site: tuple[list[Service], Desk], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hosts]:
    folder = tmp_path_factory.mktemp("hosts")
    with ExitStack() as ends:
        try:
            two = ends.enter_context(two_hosts())
        except Missing as missing:
            pytest.skip(str(missing))
        ends.enter_context(reachable(postgres, redis, two))
        common = servers.variables_for(postgres, redis, folder)
        variables = [host.variables(common, postgres, redis) for host in two]
        webs = [host.a_web(own, folder) for host, own in zip(two, variables, strict=True)]
        for web in webs:
            ends.callback(web.stop)
            web.start()
        yield Hosts(two, webs, variables)


@pytest.fixture
def seminar(hosts: Hosts, postgres: Postgres, redis: Service, site: tuple[list[Service], Desk]) -> Seminar:
    """A room on the two hosts, with every wire whole."""
    for host in hosts.hosts:
        host.mend("people", "redis", "postgres")
    for web in hosts.webs:
        web.log.write_text("")
    seed = random.randrange(2**32)
    made = site[1].ask("make", people=10)
    return Seminar(hosts.webs, postgres, redis, site[1], made["room"], made["people"], History(seed), random.Random(seed))


async def heard_by_all(people: list[Person], within: float) -> None:
    """One of each host says something; everybody hears both."""
    said = [await person.say() for person in people[:2]]
    names = lambda person: {key[1] for _seq, key, _at in person.reading.heard if key}  # noqa: E731
    await until(lambda: all(set(said) <= names(person) for person in people), within, "heard by all")


def test_a_host_that_loses_redis_goes_on(hosts, seminar):
    """What is said on either side is heard on the other by looking, and whoever is removed is out within a second."""

    async def play() -> None:
        people = [hosts.person(seminar, number, number % 2) for number in range(8)]
        async with Talk(seminar, people, 0) as talk:
            await heard_by_all(people, SOON)
            hosts.hosts[0].cut("redis")
            began = time.monotonic()
            while time.monotonic() - began < AWAY:
                await heard_by_all(people, 3.0)
            for removed in people[6:]:
                await asyncio.to_thread(seminar.desk.ask, "remove", person=removed.person)
                removed.reading.removed_at = time.monotonic()
                await until(lambda removed=removed: removed.codes[-1:] == [4403], 1.0, "a removed member is out")
            hosts.hosts[0].mend("redis")
            await heard_by_all(people[:6], 3.0)
            await talk.end(people[:6])

    asyncio.run(play())


def test_a_host_that_loses_postgresql_says_nothing_it_cannot_know(hosts, seminar):
    """Redis still rings there. Nothing is acknowledged; who was removed meanwhile hears nothing; the other host goes on."""

    async def play() -> None:
        people = [hosts.person(seminar, number, number % 2) for number in range(8)]
        here, there, removed = people[0:6:2], people[1:8:2], people[6]
        async with Talk(seminar, people, 0) as talk:
            await heard_by_all(people, SOON)
            hosts.hosts[0].cut("postgres")
            await asyncio.sleep(1.5)
            await asyncio.to_thread(seminar.desk.ask, "remove", person=removed.person)
            removed.reading.removed_at = time.monotonic()
            told = len(seminar.history.acknowledged)
            said = await here[0].say("Said where nothing can be kept")
            began = time.monotonic()
            while time.monotonic() - began < AWAY:
                name = await there[0].say()
                await until(lambda name=name: name not in there[0].outbox, 3.0, "the other host goes on")
                await asyncio.sleep(0.6)  # slower than the pace that is too fast
            assert said in here[0].outbox
            assert {key[0] for key, _seq in seminar.history.acknowledged[told:]} == {there[0].person}
            hosts.hosts[0].mend("postgres")
            await until(lambda: removed.codes[-1:] == [4403], SOON, "who was removed is out")
            await talk.end([person for person in people if person is not removed])

    asyncio.run(play())


@pytest.mark.skipif(not LONG, reason="it waits a quarter of a minute; `make faults` asks it")
def test_a_host_that_vanishes_does_not_keep_a_room(hosts, seminar):
    """Its line breaks while it holds the room's row; the others speak again after fifteen seconds, not after two hours."""
    command = hosts.hosts[0].inside(sys.executable, "-c", HOLD.format(room=seminar.room))
    holder = subprocess.Popen(command, cwd=ROOT, env=seminar.webs[0].variables | hosts.variables[0], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"

    async def play() -> None:
        people = [hosts.person(seminar, number, 1) for number in range(3)]
        async with Talk(seminar, people, 0) as talk:
            hosts.hosts[0].cut("people", "redis", "postgres")
            holder.kill()
            await people[0].say()
            await until(lambda: not people[0].outbox, 30, "a room is free again")
            await talk.end()

    asyncio.run(play())
