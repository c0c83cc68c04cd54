import contextlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import pytest

from tests.faults import servers
from tests.faults.checker import Entry, History
from tests.faults.people import Person
from tests.faults.servers import ROOT, Postgres, Service
from tests.runner.servers import Missing

HERE = Path(__file__).resolve().parent
LONG = os.environ.get("FAULTS", "") == "long"  # `make faults`


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.faults)
            if "postgres" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group("site"))


def left_out(why: str) -> NoReturn:
    """Where every part must run, one without its server is red."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    try:
        with servers.a_postgres() as server:
            yield server
    except Missing as missing:
        left_out(str(missing))


@pytest.fixture(scope="session")
def redis() -> Iterator[Service]:
    try:
        with servers.a_redis() as server:
            yield server
    except Missing as missing:
        left_out(str(missing))


class Desk:
    """See desk.py."""

    def __init__(self, variables: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.faults.desk"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, do: str, **wish: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, **wish}) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


@dataclass
class Seminar:
    """A site of two web processes with one room, and the people who may be in it."""

    webs: list[Service]
    postgres: Postgres
    redis: Service
    desk: Desk
    room: str
    people: list[int]
    history: History
    random: random.Random
    database: str = "lms"

    @property
    def ports(self) -> list[int]:
        return [web.port for web in self.webs]

    def person(self, number: int, ports: list[int] | None = None) -> Person:
        return Person(self.people[number], self.room, ports or self.ports, self.history, self.random)

    def another(self, people: int, **wishes: Any) -> "Seminar":
        """One more room on the same site, with people of its own."""
        made = self.desk.ask("make", people=people, **wishes)
        return replace(self, room=made["room"], people=made["people"], history=History(self.history.seed))

    def asked(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """What the database says; `%(room)s` is this room."""
        with psycopg.connect(f"{self.postgres.url}/{self.database}") as connection:
            return connection.execute(query.encode(), {"room": self.room, **values}).fetchall()

    def log(self) -> list[Entry]:
        query = "SELECT seq, author_id, client_id::text FROM live_roomevent WHERE room_id = %s ORDER BY seq"
        with psycopg.connect(f"{self.postgres.url}/{self.database}") as connection:
            return [Entry(*row) for row in connection.execute(query, (self.room,))]

    def written(self) -> str:
        """Everything the web processes have written to their logs."""
        return "".join(web.log.read_text() for web in self.webs)


@contextlib.contextmanager
def standing_site(postgres: Postgres, variables: dict[str, str], folder: Path) -> Iterator[tuple[list[Service], Desk]]:
    """Two web processes and a desk, on fresh databases."""
    servers.make_databases(postgres, variables)
    with contextlib.ExitStack() as stack:
        webs = [servers.a_web(f"web{number}", variables, folder) for number in (1, 2)]
        for web in webs:
            stack.callback(web.stop)
            web.start()
        desk = Desk(variables)
        stack.callback(desk.process.wait)
        stack.callback(desk.process.terminate)
        yield webs, desk


@pytest.fixture(scope="session")
def site(postgres: Postgres, redis: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[Service], Desk]]:
    folder = tmp_path_factory.mktemp("site")
    with standing_site(postgres, servers.variables_for(postgres, redis, folder), folder) as standing:
        yield standing


@pytest.fixture
def seminar(postgres: Postgres, redis: Service, site: tuple[list[Service], Desk], request: pytest.FixtureRequest) -> Seminar:
    """A room of its own for each test; whatever a test before it broke stands again."""
    webs, desk = site
    for service in (postgres, redis, *webs):
        service.thaw()
        if not service.answers():
            service.start()
    for web in webs:
        web.log.write_text("")
    seed = int(os.environ.get("SEED", random.randrange(2**32)))
    made = desk.ask("make", people=getattr(request, "param", 200 if LONG else 30))
    return Seminar(webs, postgres, redis, desk, made["room"], made["people"], History(seed), random.Random(seed))
