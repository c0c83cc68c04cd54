"""Serve pages and rooms with daphne, with the settings our rooms need."""

import os
import resource
import socket
import sqlite3

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections, connections

from lms.management.site_keys import require_site_keys
from lms.run import lock
from lms.run.children import stop_with_parent
from lms.run.server import CommandLine

MESSAGE_SIZE = 65536  # bytes; daphne neither takes nor sends longer ones
OPTIONS = [
    "--verbosity=0",
    "--no-server-name",
    # A whole cohort comes back at once after a restart; the default of 5 seconds refused half of 600.
    "--websocket_connect_timeout=20",
    # A frame is at most 32 KB; the default would take 1 MiB from anybody.
    f"--websocket-max-message-size={MESSAGE_SIZE}",
    f"--websocket-max-frame-size={MESSAGE_SIZE}",
    # A silent browser is noticed within 30 seconds.
    "--ping-interval=10",
    "--ping-timeout=15",
    # Longer than a write may wait for SQLite (20 s), so that closing a page never cuts a write short.
    "--application-close-timeout=25",
]
BACKLOG = 2048
FILES = 65_536  # that one process may hold open; each person in a room has two sockets


def endpoint(address: str, port: int) -> str:
    """Twisted's words for a place to listen."""
    kind = "tcp6" if ":" in address else "tcp"
    return f"{kind}:port={port}:interface={address.replace(':', chr(92) + ':')}:backlog={BACKLOG}"


def addresses(host: str) -> list[str]:
    """localhost is both of its addresses, where the machine has both: browsers try either first."""
    if host != "localhost":
        return [host]
    return ["127.0.0.1", "::1"] if has_address("::1") else ["127.0.0.1"]


def has_address(address: str) -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def stay_connected() -> list[sqlite3.Connection]:
    """SQLite makes two files with its first connection and removes them with the last. On a full disk it could not make them
    again, and nobody could even read; so one connection to each database stays as long as the process."""
    files = [connection.settings_dict["NAME"] for connection in connections.all() if connection.vendor == "sqlite"]
    kept = [sqlite3.connect(file) for file in files]
    for connection in kept:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    return kept


def allow_many_sockets() -> None:
    """A shell, systemd and many a Docker allow 1,024 open files, which six hundred people use up: then nobody else gets in."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


class Command(BaseCommand):
    help = "Serve pages and rooms. In embedded mode exactly one such process runs on a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="localhost", help="where to listen; 0.0.0.0 inside a container")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    def handle(self, *args: object, host: str, port: int, **options: object) -> None:
        stop_with_parent()
        allow_many_sockets()
        require_site_keys()
        close_old_connections()  # asked once; what begins now has connections of its own
        kept = stay_connected()
        places = [f"--endpoint={endpoint(address, port)}" for address in addresses(host)]
        try:
            CommandLine().run([*OPTIONS, *places, "lms.asgi:application"])
        except lock.Held:
            raise CommandError(
                "Another web process runs on this folder already. News is kept in memory, so there must be only one."
            ) from None
        finally:
            for connection in kept:
                connection.close()
