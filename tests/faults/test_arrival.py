"""Everybody of a talk arrives within a minute, by two processes: each through lobby, door and room, and nobody loses their place."""

import asyncio
import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.faults.checker import History, check
from tests.faults.conftest import LONG, Seminar
from tests.faults.pages import Site
from tests.faults.people import Person, until
from tests.faults.test_seminar import SOON

HOLDS = 600 if LONG else 60
LATE = 3
ARRIVING = 45.0 if LONG else 2.0  # seconds over which they come
INSIDE = 120.0  # seconds until all have to be in, on whatever machine this is
HELD, FREE = 500, 620  # seconds around the ten minutes that a place is held
TICKET = re.compile(r'data-ticket="([^"]+)"')
BY_PAGE = uuid.UUID(int=0)  # in place of a process: who only read the page
FULL = "The room is full just now"


class Hall:
    """The room of a talk, the people who are to come, and the way in."""

    def __init__(self, seminar: Seminar) -> None:
        made = seminar.desk.ask("make_hall", people=1 + HOLDS + LATE, holds=HOLDS)
        self.seminar = replace(seminar, room=made["room"], people=made["people"], history=History(seminar.history.seed))
        self.lobby, self.door, self.sessions = made["lobby"], made["door"], made["sessions"]
        self.room = f"/room/{made['room']}/"
        self.browsers = ThreadPoolExecutor(24 if LONG else 8)  # pages asked for at once

    def sites(self, number: int) -> list[Site]:
        """Both processes, in the order in which this browser meets them."""
        ports = self.seminar.ports if number % 2 else self.seminar.ports[::-1]
        return [Site(port, self.sessions[number]) for port in ports]

    async def page(self, site: Site, method: str, path: str) -> tuple[int, str]:
        fields = {"door": "open"} if method == "POST" else None
        status, page = await asyncio.get_running_loop().run_in_executor(self.browsers, site.ask, method, path, fields)
        assert status < 500, self.seminar.written()
        return status, page

    async def knock(self, number: int, times: int = 1) -> Person | None:
        """Joins, in so many tabs at once, and is given the room with a ticket; None: there is no place."""
        here, there = self.sites(number)
        answers = await asyncio.gather(*(self.page(site, "POST", self.door) for site in (here, there)[:times]))
        assert [status for status, _page in answers] == [302] * times
        return await self.come_back(number)

    async def come_back(self, number: int) -> Person | None:
        """Reads the room's page, as somebody who has a place may do at once."""
        status, page = await self.page(self.sites(number)[0], "GET", self.room)
        if status == 302:
            return None
        person = self.seminar.person(number)
        person.ticket, person.cookie = TICKET.findall(page)[0], f"sessionid={self.sessions[number]}"
        return person

    async def arrive(self, number: int) -> Person | None:
        """The lobby, the door, the room, the socket; every fifth presses twice."""
        await asyncio.sleep(self.seminar.random.uniform(0, ARRIVING))
        status, lobby = await self.page(self.sites(number)[0], "GET", self.lobby)
        assert (status, FULL in lobby) == (200, False)
        person = await self.knock(number, times=1 if number % 5 else 2)
        if person is not None:
            person.come()
        return person

    def places(self) -> tuple[int, int]:
        """How many came through the door, and how many people are here."""
        came = "SELECT count(*) FROM live_participant WHERE room_id = %(room)s AND came_at IS NOT NULL"
        here = "SELECT DISTINCT person_id FROM live_presencespan WHERE room_id = %(room)s AND process <> %(page)s AND seen_until > now()"
        return self.seminar.asked(came)[0][0], len(self.seminar.asked(here, page=str(BY_PAGE)))

    async def drop(self, person: Person, seconds: int) -> None:
        """Their line ended so long ago."""
        await person.leave()
        gone = "SELECT 1 FROM live_presencespan WHERE room_id = %(room)s AND person_id = %(person)s AND seen_until > now()"
        await until(lambda: not self.seminar.asked(gone, person=person.person), SOON, "it is known that they are gone")
        self.seminar.desk.ask("age_people", room=self.seminar.room, people=[person.person], seconds=seconds)


@pytest.fixture
def hall(seminar: Seminar) -> Iterator[Hall]:
    hall = Hall(seminar)
    yield hall
    hall.browsers.shutdown()


@pytest.mark.parametrize("seminar", [1], indirect=True)
def test_everybody_who_arrives_within_a_minute_has_a_place_and_keeps_it(hall):
    asyncio.run(play(hall))


async def play(hall: Hall) -> None:
    arrived = await asyncio.gather(*(hall.arrive(number) for number in range(1, HOLDS + 1)))
    people = [person for person in arrived if person is not None]
    assert len(people) == HOLDS
    await until(lambda: all(person.joined.is_set() for person in people), INSIDE, "everybody is in")
    await until(lambda: hall.places() == (HOLDS, HOLDS), SOON, "nobody is missing, and nobody is there twice")
    await people[0].say("Good morning, everybody.")
    await until(lambda: all(person.have >= 1 for person in people), SOON, "everybody hears")

    # The room is full: its page says so to who comes late, however many come at once, and who facilitates comes in.
    late = range(HOLDS + 1, HOLDS + 1 + LATE)
    assert await asyncio.gather(*(hall.knock(number) for number in late)) == [None] * LATE
    for number in late:
        status, lobby = await hall.page(hall.sites(number)[0], "GET", hall.lobby)
        assert (status, FULL in lobby) == (200, True)
    assert await hall.come_back(0) is not None

    # Nine minutes after their line was lost somebody still has their place, and needs not knock.
    await hall.drop(people[1], HELD)
    assert await hall.knock(late[0]) is None
    back = await hall.come_back(2)
    assert back is not None
    people[1].ticket = back.ticket
    people[1].come()
    await until(people[1].joined.is_set, SOON, "they are back")

    # After ten minutes it is free for one of those who wait; whoever had it waits now.
    await hall.drop(people[2], FREE)
    came = [person for person in await asyncio.gather(*(hall.knock(number) for number in late)) if person is not None]
    assert len(came) == 1
    assert await hall.come_back(3) is None
    assert await hall.knock(3) is None
    came[0].come()
    await until(came[0].joined.is_set, SOON, "who waited is in")

    assert {tuple(person.codes) for person in people} == {()}
    for person in [*people, *came]:
        await person.leave()
    assert check(hall.seminar.history, hall.seminar.log()) == []
    assert "Traceback" not in hall.seminar.written()
