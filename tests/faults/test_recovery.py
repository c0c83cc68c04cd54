"""R13: a PostgreSQL goes back to a moment by its own log, with the very commands that docs/operate.md gives."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml

from tests.faults import servers
from tests.faults.conftest import left_out
from tests.faults.servers import Postgres
from tests.runner.servers import Missing, is_root, postgres_bin, wait_until

OPERATE = (servers.ROOT / "docs" / "operate.md").read_text()
MOMENT = "2027-02-04 09:30:00+00"  # the one that stands there


def block(language: str, about: str) -> str:
    """The piece of that page in this language which speaks of it."""
    (found,) = [piece for piece in re.findall(rf"```{language}\n(.*?)```", OPERATE, re.DOTALL) if about in piece]
    return str(found)


class Server:
    """A PostgreSQL that archives its log as the page says."""

    def __init__(self, postgres: Postgres, archive: Path) -> None:
        self.postgres, self.archive, self.data = postgres, archive, postgres.folder / "data"

    def here(self, text: str) -> str:
        return text.replace("/archive/", f"{self.archive}/")

    def archives(self) -> None:
        (command,) = (service["command"] for service in yaml.safe_load(block("yaml", "archive_command"))["services"].values())
        self.postgres.command += [self.here(word) for word in command[1:]]

    def run(self, script: str) -> None:
        """As the person PostgreSQL runs as, like a command in its container."""
        person = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if is_root() else []
        surroundings = {"PGDATA": str(self.data), "PATH": f"{postgres_bin()}:/usr/bin:/bin"}
        done = subprocess.run([*person, "sh", "-ec", self.here(script)], env=surroundings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def do(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(f"{self.postgres.url}/postgres", autocommit=True) as connection:
            done = connection.execute(query.encode())
            return done.fetchall() if done.description else []

    def takes_words(self) -> bool:
        try:
            return self.do("SELECT pg_is_in_recovery()") == [(False,)]
        except psycopg.Error:
            return False


@pytest.fixture
def server() -> Iterator[Server]:
    try:
        with servers.a_postgres() as postgres:
            archive = postgres.folder / "archive"
            archive.mkdir()
            if is_root():
                shutil.chown(archive, "postgres", "postgres")
            server = Server(postgres, archive)
            server.archives()
            postgres.stop()
            postgres.start()
            yield server
    except Missing as missing:
        left_out(str(missing))


def test_words_go_back_to_a_moment_and_are_written_on(server):
    back_up = re.search(r"db (pg_basebackup .*)", block("sh", "pg_basebackup"))
    put_back = re.search(r"db sh -ec '\n(.*?)'\n", block("sh", "recovery.signal"), re.DOTALL)
    assert back_up
    assert put_back
    server.do("CREATE TABLE said (words text)")
    server.do("INSERT INTO said VALUES ('in the copy')")

    server.run(back_up[1].replace("-U lms", f"-h 127.0.0.1 -p {server.postgres.port} -U postgres"))
    server.do("INSERT INTO said VALUES ('in the log')")
    ((moment,),) = server.do("SELECT clock_timestamp()::text")
    server.do("INSERT INTO said VALUES ('a mistake')")
    server.postgres.stop()
    (server.archive / "recovery").write_text(server.here(block("ini", "restore_command")).replace(MOMENT, str(moment)))
    server.run(put_back[1])
    server.postgres.start()
    wait_until(server.takes_words, "the end of the log")

    server.do("INSERT INTO said VALUES ('afterwards')")
    assert server.do("SELECT words FROM said") == [("in the copy",), ("in the log",), ("afterwards",)]
    assert (server.archive / "before" / "PG_VERSION").exists()
