"""PostgreSQL, Redis and Chromium for the tests: those that are there, else private ones, started here and stopped at the end."""

import getpass
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from pathlib import Path

import psycopg
import redis

POSTGRES_HERE = "postgresql://postgres@127.0.0.1:5432/postgres"
REDIS_HERE = "redis://127.0.0.1:6379/0"
START_WITHIN = 30.0


class Missing(Exception):
    """A part of the tests cannot run here; the sentence says what is missing and how to get it."""


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until(ready: Callable[[], bool], what: str, process: subprocess.Popen[bytes] | None = None) -> None:
    until = time.monotonic() + START_WITHIN
    while not ready():
        if process is not None and process.poll() is not None:
            raise Missing(f"{what} ended while it was starting.")
        if time.monotonic() > until:
            raise Missing(f"{what} did not start within {START_WITHIN:.0f} seconds.")
        time.sleep(0.1)


# --- what the system has, or can be given ---------------------------------------------------------------------------


def is_root() -> bool:
    return os.geteuid() == 0


def install(*packages: str) -> None:
    """Installs Debian packages, where that is possible and we may; silently nothing elsewhere."""
    if not is_root() or shutil.which("apt-get") is None:
        return
    sys.stdout.write(f"Installing {', '.join(packages)} …\n")
    sys.stdout.flush()
    surroundings = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *command], env=surroundings, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)


def find(find_it: Callable[[], str | None], *packages: str) -> str | None:
    """The path of a program, after an attempt to install it if it is not there."""
    if found := find_it():
        return found
    install(*packages)
    return find_it()


def chromium_path() -> str | None:
    named = os.environ.get("CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return named or next((path for name in names if (path := shutil.which(name))), None)


def chromium() -> str:
    """The system's Chromium."""
    if path := find(chromium_path, "chromium"):
        return path
    raise Missing("There is no Chromium. Install it (on Debian and Ubuntu: apt-get install chromium), or name one in CHROMIUM.")


def windowless() -> str:
    """Chromium as a program without windows, where there is one: the same pages at half the work. What CHROMIUM names goes first."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or chromium()


def install_windowless() -> None:
    """Where it can not be had, the whole Chromium does as well."""
    if not os.environ.get("CHROMIUM"):
        find(lambda: shutil.which("chromium-headless-shell"), "chromium-headless-shell")


def pango() -> None:
    """Pango, which sets the PDF of a journal. Where it can not be had, only the test of that is left out; with CI=true it fails."""
    find(lambda: find_library("pango-1.0"), "libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")


def postgres_bin() -> str | None:
    """The folder with initdb and postgres of the newest version."""
    if path := shutil.which("initdb"):
        return str(Path(path).resolve().parent)
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    newest = max(folders, key=lambda folder: int(folder.parent.name.split(".")[0]), default=None)
    return str(newest) if newest else None


def nginx() -> str:
    """The system's nginx; we start one of our own with it, and leave the system's alone."""
    if path := find(lambda: shutil.which("nginx") or shutil.which("/usr/sbin/nginx"), "nginx-light"):
        return path
    raise Missing("There is no nginx. Install it (on Debian and Ubuntu: apt-get install nginx-light).")


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


def may_create_databases(url: str) -> bool:
    """Whether a server answers there and lets us make databases. An address that names a database not yet made will do."""
    address = url.rsplit("/", 1)[0] + "/postgres"
    try:
        with psycopg.connect(address, connect_timeout=3) as connection:
            row = connection.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server whose databases we may make, without a database's name."""
    if named := os.environ.get("DATABASE_URL"):
        if not may_create_databases(named):
            raise Missing("The server in DATABASE_URL does not answer, or does not let this person make databases.")
        yield named.rsplit("/", 1)[0]
    elif may_create_databases(POSTGRES_HERE):
        yield POSTGRES_HERE.rsplit("/", 1)[0]
    else:
        with private_postgres() as url:
            yield url


@contextmanager
def private_postgres() -> Iterator[str]:
    """A server of our own on a free port, in a folder that is removed at the end."""
    programs = find(postgres_bin, "postgresql")
    if programs is None:
        raise Missing("There is no PostgreSQL. Install it (on Debian and Ubuntu: apt-get install postgresql), or name one in DATABASE_URL.")
    folder = Path(tempfile.mkdtemp(prefix="lms-postgres-"))
    port = free_port()
    # PostgreSQL refuses to run as root, so root lends it to the person its package made.
    person = "postgres" if is_root() else getpass.getuser()
    as_person = ["runuser", "-u", person, "--"] if is_root() else []
    if is_root():
        shutil.chown(folder, person, person)
    data = str(folder / "data")
    try:
        made = subprocess.run(
            [*as_person, f"{programs}/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode:
            raise Missing(f"A private PostgreSQL could not be made: {made.stderr.strip().splitlines()[-1:]}")
        options = [
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            f"unix_socket_directories={folder}",
            "-c",
            "fsync=off",
            "-c",
            "max_connections=200",
        ]
        process = subprocess.Popen(
            [*as_person, f"{programs}/postgres", "-D", data, "-p", str(port), *options],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=(folder / "log").open("wb"), process_group=0,
        )  # fmt: skip
        try:
            url = f"postgresql://postgres@127.0.0.1:{port}"
            wait_until(lambda: may_create_databases(f"{url}/postgres"), "The private PostgreSQL", process)
            yield url
        finally:
            stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- Redis ----------------------------------------------------------------------------------------------------------


def answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as server:
            return bool(server.ping())
    except redis.RedisError:
        return False


@contextmanager
def redis_server() -> Iterator[str]:
    """The address of a Redis that answers."""
    if named := os.environ.get("REDIS_URL"):
        if not answers(named):
            raise Missing("The server in REDIS_URL does not answer.")
        yield named
    elif answers(REDIS_HERE):
        yield REDIS_HERE
    else:
        with private_redis() as url:
            yield url


@contextmanager
def private_redis() -> Iterator[str]:
    """A server of our own on a free port that keeps nothing."""
    program = find(lambda: shutil.which("redis-server"), "redis-server")
    if program is None:
        raise Missing("There is no Redis. Install it (on Debian and Ubuntu: apt-get install redis-server), or name one in REDIS_URL.")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="lms-redis-") as folder:
        process = subprocess.Popen(
            [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0,
        )  # fmt: skip
        try:
            url = f"redis://127.0.0.1:{port}/0"
            wait_until(lambda: answers(url), "The private Redis", process)
            yield url
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Asks a process that we started to end, and insists after ten seconds."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
