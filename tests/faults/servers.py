"""PostgreSQL, Redis and web processes that belong to a test: it may kill, freeze and start them again."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.runner import servers
from tests.runner.servers import free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]


class Service:
    """A process, on the same port each time it is started."""

    def __init__(self, name: str, command: list[str], folder: Path, port: int, runs_in: Path | None = None, **variables: str) -> None:
        self.name, self.command, self.folder, self.port = name, command, folder, port
        self.address, self.runs_in = "127.0.0.1", runs_in or folder
        self.variables = os.environ | variables
        self.log = folder / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.runs_in, env=self.variables,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0,
            )  # fmt: skip
        wait_until(self.answers, self.name, self.process)

    def answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((self.address, self.port)) == 0

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def kill(self) -> None:
        """As a crash does: without a word."""
        assert self.process is not None
        for pid in self._family():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def freeze(self) -> None:
        """It is there and answers nothing."""
        for pid in self._family():
            os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        for pid in self._family():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.thaw()
            servers.stop(self.process)

    @property
    def memory(self) -> int:
        """Bytes."""
        line = next(line for line in Path(f"/proc/{self.pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024

    def _family(self) -> list[int]:
        """The process we started and its children, which are all ours."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [self.pid, *map(int, children.read_text().split())] if children.exists() else [self.pid]


class Postgres(Service):
    def answers(self) -> bool:
        return servers.may_create_databases(f"{self.url}/postgres")

    def stop(self) -> None:
        """Without waiting for those who are still connected."""
        if self.process is not None and self.process.poll() is None:
            self.thaw()
            self.process.send_signal(signal.SIGINT)
        super().stop()

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}"


@contextlib.contextmanager
def a_postgres() -> Iterator[Postgres]:
    """A fresh one. Killing it loses nothing that it has committed, as the machine stays up."""
    programs = servers.find(servers.postgres_bin, "postgresql")
    if programs is None:
        raise servers.Missing("There is no PostgreSQL.")
    folder = Path(tempfile.mkdtemp(prefix="lms-faults-"))
    as_person = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if servers.is_root() else []
    if servers.is_root():
        shutil.chown(folder, "postgres", "postgres")
    data = str(folder / "data")
    initdb = [f"{programs}/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"]
    subprocess.run([*as_person, *initdb], cwd=folder, check=True, capture_output=True)
    port = free_port()
    options = ["listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "fsync=off", "max_connections=100"]
    command = [*as_person, f"{programs}/postgres", "-D", data, "-p", str(port), *(word for option in options for word in ("-c", option))]
    server = Postgres("postgres", command, folder, port)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def a_redis() -> Iterator[Service]:
    program = servers.find(lambda: shutil.which("redis-server"), "redis-server")
    if program is None:
        raise servers.Missing("There is no Redis.")
    with tempfile.TemporaryDirectory(prefix="lms-faults-") as folder:
        port = free_port()
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
        server = Service("redis", command, Path(folder), port)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def variables_for(postgres: Postgres, redis: Service, var: Path) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "DATABASE_URL": f"{postgres.url}/lms",
        "REDIS_URL": f"redis://127.0.0.1:{redis.port}/0",
        "LMS_VAR": str(var),
    }


def make_databases(postgres: Postgres, variables: dict[str, str]) -> None:
    words = variables["DATABASE_URL"].rsplit("/", 1)[1]
    with psycopg.connect(f"{postgres.url}/postgres", autocommit=True) as connection:
        for name in (words, f"{words}_keys"):
            connection.execute(f"CREATE DATABASE {name}".encode())
    for alias in ("default", "keys"):
        command = [sys.executable, "manage.py", "migrate", "--run-syncdb", "--database", alias, "-v0"]
        subprocess.run(command, cwd=ROOT, env=os.environ | variables, check=True)


def a_web(name: str, variables: dict[str, str], folder: Path, tree: Path = ROOT) -> Service:
    """A web process of a server, not yet started; `tree`: whose code it runs."""
    port = free_port()
    command = [sys.executable, "manage.py", "run_web", "--host", "127.0.0.1", "--port", str(port)]
    return Service(name, command, folder, port, tree, **variables)
