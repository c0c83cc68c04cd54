"""Hosts of their own: network namespaces, each with a wire for people, one to Redis and one to PostgreSQL that can be cut.

A cut wire carries nothing and tells nobody, as a switch that has lost its power. That needs root and the right to make namespaces.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.faults import servers
from tests.faults.servers import Postgres, Service
from tests.runner.servers import Missing, is_root

WIRES = ("people", "redis", "postgres")
# Of 198.18.0.0/15, for tests between networks (RFC 2544), where nobody lives; two checkouts may test at once.
NETWORK = f"198.{18 + os.getpid() // 128 % 2}"
FIRST = os.getpid() % 128 * 2


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Host:
    """One machine. `ours` is our end of a wire, `theirs` that of the host."""

    def __init__(self, number: int) -> None:
        self.number, self.name = number, f"lms-{os.getpid()}-{number}"

    def ours(self, wire: str) -> str:
        return f"{NETWORK}.{FIRST + self.number}.{WIRES.index(wire) * 4 + 1}"

    def theirs(self, wire: str) -> str:
        return f"{NETWORK}.{FIRST + self.number}.{WIRES.index(wire) * 4 + 2}"

    def _end(self, wire: str) -> str:
        return f"l{os.getpid()}{self.number}{wire[:2]}"  # fifteen letters at most

    def make(self) -> None:
        ip("netns", "add", self.name)
        ip("-n", self.name, "link", "set", "lo", "up")
        for wire in WIRES:
            end = self._end(wire)
            ip("link", "add", end, "type", "veth", "peer", "name", wire, "netns", self.name)
            ip("addr", "add", f"{self.ours(wire)}/30", "dev", end)
            ip("link", "set", end, "up")
            ip("-n", self.name, "addr", "add", f"{self.theirs(wire)}/30", "dev", wire)
            ip("-n", self.name, "link", "set", wire, "up")

    def remove(self) -> None:
        for wire in WIRES:
            with contextlib.suppress(subprocess.CalledProcessError):
                ip("link", "del", self._end(wire))
        with contextlib.suppress(subprocess.CalledProcessError):
            ip("netns", "del", self.name)

    def cut(self, *wires: str) -> None:
        for wire in wires:
            ip("link", "set", self._end(wire), "down")

    def mend(self, *wires: str) -> None:
        for wire in wires:
            ip("link", "set", self._end(wire), "up")

    def inside(self, *command: str) -> list[str]:
        return ["ip", "netns", "exec", self.name, *command]

    def variables(self, common: dict[str, str], postgres: Postgres, redis: Service) -> dict[str, str]:
        """The site's, with the addresses that lead out of here."""
        return common | {
            "DATABASE_URL": f"postgresql://postgres@{self.ours('postgres')}:{postgres.port}/lms",
            "REDIS_URL": f"redis://{self.ours('redis')}:{redis.port}/0",
        }

    def a_web(self, variables: dict[str, str], folder: Path) -> Service:
        """A web process of this host, not yet started."""
        web = servers.a_web(f"web-of-host-{self.number}", variables, folder)
        web.address = self.theirs("people")
        web.command = self.inside(*(word if word != "127.0.0.1" else "0.0.0.0" for word in web.command))
        return web


@contextlib.contextmanager
def two_hosts() -> Iterator[list[Host]]:
    """Raises Missing where namespaces can not be made."""
    hosts = [Host(0), Host(1)]
    if not is_root() or shutil.which("ip") is None:
        raise Missing("Hosts of their own need root and the program ip (on Debian and Ubuntu: iproute2).")
    try:
        try:
            for host in hosts:
                host.make()
        except subprocess.CalledProcessError as refused:
            raise Missing(f"Hosts of their own could not be made: {refused.stderr.decode().strip()}.") from None
        yield hosts
    finally:
        for host in hosts:
            host.remove()


@contextlib.contextmanager
def reachable(postgres: Postgres, redis: Service, hosts: list[Host]) -> Iterator[None]:
    """While this lasts both listen for the hosts too, and trust them; each is started anew for it, before and after."""
    trusted, before = postgres.folder / "data" / "pg_hba.conf", (list(postgres.command), list(redis.command))
    asked = trusted.read_text()
    listening = ",".join(["127.0.0.1", *(host.ours("postgres") for host in hosts)])
    postgres.command = [*postgres.command, "-c", f"listen_addresses={listening}"]
    redis.command = [*redis.command, "--protected-mode", "no", "--bind", "127.0.0.1", *(host.ours("redis") for host in hosts)]
    trusted.write_text(asked + "".join(f"host all all {host.theirs('postgres')}/32 trust\n" for host in hosts))
    try:
        start_anew(postgres, redis)
        yield
    finally:
        postgres.command, redis.command = before
        trusted.write_text(asked)
        start_anew(postgres, redis)


def start_anew(*services: Service) -> None:
    for service in services:
        service.stop()
        service.start()
