"""Starts what docker-compose.yml describes, without Docker: its commands, variables and proxy, on PostgreSQL, Redis and nginx of our own.

python -m tests.runner.stack           until Ctrl-C
python -m tests.runner.stack --check   asks each part, and stops
"""

import argparse
import base64
import os
import re
import secrets
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import psycopg
import yaml

from lms.run.alive import is_alive
from lms.run.children import Child
from lms.run.health import is_well
from tests.runner import servers
from tests.runner.checks import ROOT

SITE = ("web", "live", "worker", "scheduler")  # the services of our image that go on
AWAY = {
    "/srv/var": "var",
    "/srv/static": "static",
    "/srv/media": "var/media",
    "/srv/acme": "acme",
    "/srv/backups": "backups",
    "/run/secrets": "secrets",
}
READY_WITHIN = 120.0  # seconds; two processors that do much else take one minute and more
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::([-?])([^}]*))?\}")
DONE = "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status = 'SUCCESSFUL'"


class Failed(Exception):
    """The stack does not stand; one sentence."""


class Stop(BaseException):
    """Somebody asked us to stop."""


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


# --- what the compose file says -------------------------------------------------------------------------------------


def services() -> dict[str, Any]:
    described: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return described


def filled(text: str, given: dict[str, str]) -> str:
    """Compose's ${NAME:-default} and ${NAME:?why}, from what is given."""
    return VARIABLE.sub(lambda found: given.get(found[1]) or (found[3] if found[2] == "-" else "") or "", text)


def how_many(service: dict[str, Any]) -> int:
    return int(service.get("deploy", {}).get("replicas", 1))


# --- servers of our own ---------------------------------------------------------------------------------------------


@contextmanager
def databases() -> Iterator[tuple[str, str]]:
    """The addresses of two fresh databases, for the words and for the keys; dropped at the end."""
    with servers.postgres() as server:
        names = [f"lms_stack_{secrets.token_hex(4)}{suffix}" for suffix in ("", "_keys")]
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            try:
                for name in names:
                    connection.execute(f'CREATE DATABASE "{name}"'.encode())
                yield f"{server}/{names[0]}", f"{server}/{names[1]}"
            finally:
                for name in names:
                    connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def write_secrets(folder: Path, database: str, keys: str) -> None:
    """The files that docs/operate.md has a person make, with a certificate that only we vouch for."""
    folder.mkdir()
    (folder / "secret_key").write_text(secrets.token_urlsafe(48))
    (folder / "metrics_token").write_text(secrets.token_urlsafe(32))
    (folder / "database_url").write_text(database)
    (folder / "keys_database_url").write_text(keys)
    (folder / "email_password").write_text("")
    (folder / "push_key").write_text("")
    (folder / "signing_keys").write_text("")
    (folder / "site_keys").write_bytes(base64.urlsafe_b64encode(secrets.token_bytes(32)) + b"\n")
    write_certificate(folder)


def write_certificate(folder: Path) -> None:
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -batch -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(folder / "tls_key"), "-out", str(folder / "tls_certificate")]
    subprocess.run([*make.split(), *names, *files], check=True, capture_output=True)


# --- the stack ------------------------------------------------------------------------------------------------------


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Stack:
    """What stands: where, and which processes."""

    folder: Path
    port: int
    database: str
    given: dict[str, str]
    http_port: int = field(default_factory=servers.free_port)  # where the proxy sends to https
    children: list[Child] = field(default_factory=list)
    ports: dict[str, list[int]] = field(default_factory=dict)
    signs: dict[str, str] = field(default_factory=dict)  # where those who answer no requests show that they are alive

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    @property
    def address(self) -> str:
        return f"https://{self.host}"

    @property
    def metrics_token(self) -> str:
        return (self.folder / "secrets" / "metrics_token").read_text()

    def here(self, text: str) -> str:
        """With our folder in place of the container's."""
        for theirs, ours in AWAY.items():
            text = re.sub(rf"(?<![\w/]){theirs}(?![\w])", str(self.folder / ours), text)
        return text

    def surroundings(self, service: dict[str, Any]) -> dict[str, str]:
        """The service's variables, its paths and servers being ours."""
        theirs = {name: self.here(filled(str(value), self.given)) for name, value in service["environment"].items()}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {"PATH": path, "HOME": str(self.folder), **theirs, "ORIGINS": self.address}

    def child(self, name: str, command: list[str], variables: dict[str, str]) -> Child:
        child = Child(name, command, variables)
        self.children.append(child)
        child.start()
        return child

    def of(self, service: str) -> list[Child]:
        return [child for child in self.children if child.name.split(" ")[0] == service]

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """What the proxy answers."""
        line = HTTPSConnection("localhost", self.port, timeout=10, context=self.trusting())
        try:
            line.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = line.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            line.close()

    def trusting(self) -> ssl.SSLContext:
        """Trusts the proxy's certificate and no other."""
        return ssl.create_default_context(cafile=str(self.folder / "secrets" / "tls_certificate"))

    def answers(self, path: str) -> bool:
        try:
            return self.ask(path).status == 200
        except (OSError, HTTPException):
            return False

    def wait_for(self, what: str, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + READY_WITHIN
        while not is_so():
            if dead := [child.name for child in self.children if not child.is_alive]:
                raise Failed(f"{', '.join(dead)} ended by itself.")
            if time.monotonic() > until:
                raise Failed(f"Not within {READY_WITHIN:.0f} seconds: {what}.")
            time.sleep(0.1)
        say(f"✓ {what}")


def once(command: list[str], variables: dict[str, str]) -> str:
    """Runs it to its end. Returns what it said."""
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def done_by_worker(database: str) -> bool:
    with psycopg.connect(database) as connection:
        row = connection.execute(DONE).fetchone()
    return bool(row and row[0])


def proxy_settings(variables: dict[str, str]) -> str:
    """The template filled as nginx's image fills it."""
    template = (ROOT / "lms" / "run" / "proxy" / "nginx.conf.template").read_text()
    text = re.sub(r"\$\{(\w+)\}", lambda found: variables.get(found[1], found[0]), template)
    # As root nginx would read files as somebody else; in its container it is nobody from the beginning.
    return ("user root;\n" if servers.is_root() else "") + text


def start_proxy(stack: Stack, service: dict[str, Any]) -> None:
    """nginx from the system."""
    program = servers.nginx()
    run = stack.folder / "proxy"
    run.mkdir()
    (stack.folder / "acme").mkdir()
    upstreams = [
        f"upstream {name} {{ {' '.join(f'server 127.0.0.1:{port} max_fails=0;' for port in ports)} }}\n"
        for name, ports in stack.ports.items()
    ]
    (run / "upstreams.conf").write_text("".join(upstreams))
    ours = {
        "HTTP_PORT": f"127.0.0.1:{stack.http_port}",
        "HTTPS_PORT": f"127.0.0.1:{stack.port}",
        "PAGES": "web",
        "LIVE": "live",
        "UPSTREAMS": str(run / "upstreams.conf"),
        "RESOLVER": "127.0.0.1",
        "WORDS": str(ROOT / "lms" / "run" / "proxy" / "pages"),
        "RUN": str(run),
        "LOG": str(run / "log"),
    }
    variables = stack.surroundings(service) | ours
    (run / "nginx.conf").write_text(proxy_settings(variables))
    command = [program, "-e", str(run / "errors"), "-c", str(run / "nginx.conf")]
    once([*command, "-t"], variables)
    stack.child("proxy", [*command, "-g", "daemon off;"], variables)


def start(stack: Stack, keys: str) -> None:
    """Everything, in the order of the compose file's `depends_on`."""
    described = services()
    write_secrets(stack.folder / "secrets", stack.database, keys)
    (stack.folder / "static").mkdir()
    variables = stack.surroundings(described["web"])
    once([sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"], variables)
    once([stack.here(word) for word in described["migrate"]["command"]], stack.surroundings(described["migrate"]))
    say("✓ migrate")
    for name in SITE:
        service = described[name]
        for number in range(1, how_many(service) + 1):
            port = servers.free_port()
            command = [str(port) if word == "8000" else word for word in service["command"]]
            sign = str(stack.folder / f"{name}-{number}.alive")
            stack.child(f"{name} {number}", command, stack.surroundings(service) | {"ALIVE_FILE": sign})
            if service["healthcheck"]["test"][-1] == "alive":
                stack.signs[f"{name} {number}"] = sign
            else:
                stack.ports.setdefault(name, []).append(port)
    for name, sign in stack.signs.items():
        stack.wait_for(f"{name} is alive", lambda sign=sign: is_alive(sign))  # type: ignore[misc]
    for name, ports in stack.ports.items():
        path = described[name]["healthcheck"]["test"][-1]
        for number, port in enumerate(ports, start=1):
            stack.wait_for(f"{name} {number} answers {path}", lambda path=path, port=port: is_well(path, port, stack.host))  # type: ignore[misc]
    start_proxy(stack, described["proxy"])
    stack.wait_for(f"proxy answers at {stack.address}", lambda: stack.answers("/healthz"))


@contextmanager
def standing(port: int | None = None, **given: str) -> Iterator[Stack]:
    """A stack that stands; stopped at the end. `given` is what .env would say."""
    with ExitStack() as ends:
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="lms-stack-")))
        database, keys = ends.enter_context(databases())
        redis = ends.enter_context(servers.private_redis())
        port = port or servers.free_port()
        own = {"ALLOWED_HOSTS": "localhost", "SITE_URL": f"https://localhost:{port}", "REDIS_URL": redis}
        stack = Stack(folder, port, database, own | given)
        ends.callback(stop, stack.children)
        start(stack, keys)
        yield stack


def stop(children: list[Child]) -> None:
    """The proxy first, so that nobody new comes in."""
    for child in reversed(children):
        child.ask_to_stop()
    until = time.monotonic() + 40
    for child in reversed(children):
        child.wait(until)


def check(stack: Stack) -> None:
    """Asks the parts that do not answer by themselves."""
    stack.wait_for("worker has done what the scheduler asked for", lambda: done_by_worker(stack.database))


def go_on(stack: Stack) -> None:
    """Until Ctrl-C, with the course and an invitation, as on a server's first day."""
    variables = stack.surroundings(services()["web"])
    once([sys.executable, "manage.py", "load_course", "courses/content/foundation", "--verbosity=0"], variables)
    invited = once([sys.executable, "manage.py", "invite_coordinator", "coordinator@example.org"], variables)
    say(f"\nThe stack stands: {stack.address} (your browser does not know its certificate)\n{invited}Ctrl-C stops it, and nothing is left.")
    while True:
        for child in stack.children:
            child.keep(say)
        time.sleep(0.5)


def ask_to_stop(number: int, frame: FrameType | None) -> None:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)  # once is enough; stopping takes a moment
    raise Stop


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    only_check = parser.parse_args(arguments).check
    os.chdir(ROOT)
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, ask_to_stop)
    began = time.monotonic()
    try:
        with standing(None if only_check else int(os.environ.get("PORT", "8443"))) as stack:
            check(stack)
            if not only_check:
                go_on(stack)
            say("Stopping …")
    except Stop:
        say("Stopped. Nothing of it is left.")
        return 0
    except (Failed, servers.Missing) as trouble:
        say(f"✗ {trouble}")
        return 1
    say(f"The stack stood, and is stopped again. {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
