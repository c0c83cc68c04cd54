"""R12: the release before this one and this one, as they stand beside each other while a server is brought up to date.

The release before makes the tables, fills them and runs; this one begins beside it, waits for its tables, gets them while the other
goes on, and then both serve pages and one room, until the older one is replaced. `tests/release_before.json` says which release
that is. It comes from this checkout's history; where that is not there, this is left out.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg
import pytest

from lms.keys.router import apps_in
from tests.faults import put, servers
from tests.faults.checker import History
from tests.faults.conftest import LONG, Desk, Seminar
from tests.faults.pages import Site
from tests.faults.people import until
from tests.faults.servers import ROOT, Postgres, Service
from tests.faults.test_seminar import SOON, Talk
from tests.runner import released
from tests.runner.servers import Missing

SETTINGS = "from tests.faults.settings import *\nMIGRATION_MODULES = {}\n"  # for the code of either release
DATABASE = "lms_two_releases"


@dataclass
class Rollout:
    """Both releases, on the tables of this one."""

    tree: Path  # the release before
    older: Service
    newer: Service
    people: dict[str, Any]
    variables: dict[str, str]
    ready: list[dict[str, str]]  # what this release said of itself before it had its tables, and afterwards

    def site(self, service: Service) -> Site:
        return Site(service.port, self.people["session"])


def manage(tree: Path, variables: dict[str, str], *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=tree, env=os.environ | variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def make_tables(tree: Path, variables: dict[str, str]) -> None:
    """As the release before has them. All its migrations would take longer than the tests below: the short run makes them from its
    models and notes the migrations as done."""
    if LONG:
        return manage(tree, variables, "prepare_databases")
    for alias in ("default", "keys"):
        manage(tree, variables | {"DJANGO_SETTINGS_MODULE": "tests.faults.settings"}, "migrate", "--run-syncdb", "--database", alias, "-v0")
        manage(tree, variables, "migrate", "--fake", *apps_in(alias), "--database", alias, "-v0")
    return None


def readiness(service: Service) -> dict[str, str]:
    line = HTTPConnection("127.0.0.1", service.port, timeout=10)
    line.request("GET", "/readyz", headers={"Host": "localhost"})
    said: dict[str, str] = json.loads(line.getresponse().read())
    line.close()
    return said


@pytest.fixture(scope="module")
def rollout(postgres: Postgres, redis: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rollout]:
    folder = tmp_path_factory.mktemp("two-releases")
    tree = folder / "before"
    try:
        released.unpack(tree)
    except Missing as missing:
        pytest.skip(str(missing))
    (folder / "settings_of_either.py").write_text(SETTINGS)
    variables = servers.variables_for(postgres, redis, folder) | {
        "DATABASE_URL": f"{postgres.url}/{DATABASE}",
        "DJANGO_SETTINGS_MODULE": "settings_of_either",
        "PYTHONPATH": str(folder),
    }
    with psycopg.connect(f"{postgres.url}/postgres", autocommit=True) as connection:
        for name in (DATABASE, f"{DATABASE}_keys"):
            connection.execute(f"CREATE DATABASE {name}".encode())
    with ExitStack() as ends:
        make_tables(tree, variables)
        people = put.ask(os.environ | variables, "put", tree=tree)
        older, newer = (servers.a_web(name, variables, folder, tree=place) for name, place in (("web-before", tree), ("web-now", ROOT)))
        for web in (older, newer):
            ends.callback(web.stop)
            web.start()
        ready = [readiness(newer)]
        manage(ROOT, variables, "prepare_databases")
        ready.append(readiness(newer))
        yield Rollout(tree, older, newer, people, variables, ready)


def test_what_is_written_down_of_the_release_before_is_true(rollout):
    for app, name in released.before().migrations.items():
        assert len(list(rollout.tree.glob(f"**/{app}/migrations/{name}.py"))) == 1, app


def test_this_release_waits_for_its_tables_and_is_ready_once_they_are_there(rollout):
    changes = released.migrations_here() != released.before().migrations
    ready = {"database": "ok", "migrations": "ok", "layer": "ok"}

    assert rollout.ready == [ready | ({"migrations": "waiting"} if changes else {}), ready]


def test_every_page_of_either_release_opens(rollout):
    for service in (rollout.older, rollout.newer):
        answers = rollout.site(service).walk()

        assert {path: status for path, status in answers.items() if status not in (200, 302)} == {}, service.name
        assert len(answers) > 20
        assert "Traceback" not in service.log.read_text()


def test_what_is_written_with_either_release_is_read_with_the_other(rollout):
    older, newer = rollout.site(rollout.older), rollout.site(rollout.newer)

    written = [older.write_entry("Written before")[0], newer.write_entry("Written now")[0]]

    assert written == [302, 302]
    for site in (older, newer):
        assert (site.titles("Written before"), site.titles("Written now")) == (1, 1)


def test_one_room_is_carried_by_both_releases_until_the_older_one_is_replaced(rollout, postgres, redis):
    """Rings of each are understood by the other; who was with the older one is told 1012 and has missed nothing."""
    desk = Desk(rollout.variables)
    made = desk.ask("make", people=10)
    webs, seed = [rollout.older, rollout.newer], random.randrange(2**32)
    seminar = Seminar(webs, postgres, redis, desk, made["room"], made["people"], History(seed), random.Random(seed), DATABASE)

    async def play() -> None:
        people = [seminar.person(number, [webs[number % 2].port]) for number in range(8)]
        async with Talk(seminar, people, 6) as talk:
            await until(lambda: all(person.have > 20 for person in people), SOON, "they hear each other")
            for person in people:
                person.ports = [rollout.newer.port]
            await asyncio.to_thread(rollout.older.stop)
            await until(lambda: all(person.joined.is_set() for person in people), SOON, "all are with the newer one")
            await asyncio.sleep(1)
            await talk.end()
        assert [person.codes for person in people] == [[1012], []] * 4

    try:
        asyncio.run(play())
    finally:
        desk.process.terminate()
        desk.process.wait()
