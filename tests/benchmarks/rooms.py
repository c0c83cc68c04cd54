"""What live rooms cost, beside the Channels tutorial's chat in the same run.

    make bench        (or: python -m tests.benchmarks.rooms)

Three systems, each a daphne of its own on the same PostgreSQL and Redis: the tutorial's chat (tutorial.py), our rooms through
ASGI as any server has it ("portable"), and our rooms straight to the socket. They are measured in turns, three times each; what is
printed are medians, and ratios against the tutorial. PEOPLE, REPETITIONS and SECONDS make a run smaller.
"""

import contextlib
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.benchmarks import crowd
from tests.benchmarks.crowd import Crowd, Manner, client_frame
from tests.runner import servers

PEOPLE = int(os.environ.get("PEOPLE", "600"))
REPETITIONS = int(os.environ.get("REPETITIONS", "3"))
SECONDS = float(os.environ.get("SECONDS", "4"))  # of each measurement
STEADY = 3_000  # deliveries a second
AT_ONCE = {"tutorial": 4, "portable": 12, "straight": 48}  # messages under way while as much is said as can be
MISSED, SPEAKERS = 20, 5  # messages while everybody is away but these
OUT = Path(os.environ.get("BENCH_ROOMS", "var/benchmarks/rooms.json"))

Row = dict[str, float]


@dataclass
class System:
    name: str
    manner: Manner
    port: int
    process: subprocess.Popen[bytes]
    room: Any = None  # ours: Room and somebody in it
    somebody: Any = None
    marks: int = 0

    def mark(self) -> int:
        self.marks += 1
        return self.marks


# --- the systems ------------------------------------------------------------------------------------------------------


def our_manner(room: object, people: list[int]) -> Manner:
    import uuid

    from tests.live.crowds import COOKIE, ticket_of

    tickets = {number: ticket_of(person, uuid.UUID(str(room))) for number, person in enumerate(people)}

    def join(number: int, last: int) -> bytes:
        frame = {"type": "join", "ticket": tickets[number], "epoch": 1, "after": last or None}
        return client_frame(json.dumps(frame).encode())

    return Manner(
        address=lambda number, last: f"/ws/room/{room}/",
        greeting=join,
        saying=lambda text: client_frame(json.dumps({"type": "say", "client_id": str(uuid.uuid4()), "text": text}).encode()),
        headers=f"Origin: http://localhost\r\nCookie: {COOKIE}\r\n",
        confirms=True,
        ready=b'"type": "welcome"',
    )


def tutorials_manner(session: str) -> Manner:
    return Manner(
        address=lambda number, last: f"/ws/chat/lobby/?after={last}",
        greeting=lambda number, last: b"",
        saying=lambda text: client_frame(json.dumps({"message": text}).encode()),
        headers=f"Origin: http://localhost\r\nCookie: sessionid={session}\r\n",
        confirms=False,
        ready=b"",
    )


@contextlib.contextmanager
def daphne(application: str, **variables: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A daphne of its own, all of them with the same options."""
    from lms.management.commands.run_web import OPTIONS, endpoint

    port = servers.free_port()
    command = [sys.executable, "-m", "daphne", *OPTIONS, f"--endpoint={endpoint('127.0.0.1', port)}", application]
    log = Path(tempfile.gettempdir()) / f"lms-bench-{os.getpid()}-{port}.log"
    with log.open("wb") as out:  # the tutorial has much to say when everybody goes at once
        process = subprocess.Popen(command, env=os.environ | variables, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        servers.wait_until(lambda: listens(port), application, process)
        yield port, process
        log.unlink()
    finally:
        servers.stop(process)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def systems() -> Iterator[list[System]]:
    from django.conf import settings
    from django.contrib.auth import SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connections

    from tests.live.crowds import make_crowd

    rooms = [make_crowd(PEOPLE) for _ in range(2)]
    somebody = rooms[0][1][0]
    session = SessionStore()
    session.update({SESSION_KEY: str(somebody.pk), "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[0]})
    session["_auth_user_hash"] = somebody.get_session_auth_hash()
    session.create()
    names = {f"BENCH_DATABASE_{alias.upper()}": str(connections[alias].settings_dict["NAME"]) for alias in settings.DATABASES}
    with contextlib.ExitStack() as stack:
        port, process = stack.enter_context(daphne("tests.benchmarks.tutorial:application", BENCH_LAYER="tutorial", **names))
        found = [System("tutorial", tutorials_manner(str(session.session_key)), port, process)]
        for name, (room, people), straight in zip(("portable", "straight"), rooms, ("0", "1"), strict=True):
            port, process = stack.enter_context(daphne("lms.asgi:application", STRAIGHT_TO_SOCKET=straight, **names))
            found.append(System(name, our_manner(room.pk, [person.pk for person in people]), port, process, room, people[0]))
        yield found


# --- what is measured -------------------------------------------------------------------------------------------------


def measure(system: System, first: bool) -> Row:
    """One repetition: everybody comes, as much as can be, a steady pace, everybody at once again."""
    before = crowd.memory(system.process.pid)
    people = Crowd(system.port, PEOPLE, system.manner)
    came = people.come()
    settle(people, 1.5)
    row = {"come": came}
    if first:  # later the process has room left from people who were there
        row["memory"] = (crowd.memory(system.process.pid) - before) / PEOPLE
    row |= steady(system, people)
    row |= as_much_as_can_be(system, people)
    if system.room is not None:
        row |= delivering_alone(system, people)
    row |= all_at_once(system, people)
    people.leave()
    time.sleep(0.5)
    return row


def settle(people: Crowd, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        people.listen(0.02)


def drain(people: Crowd, quiet: float = 1.0, most: float = 20.0) -> None:
    """Until nothing comes any more."""
    until, last = time.monotonic() + most, time.monotonic()
    while time.monotonic() < min(until, last + quiet):
        before = people.heard
        people.listen(0.02)
        if people.heard > before:
            last = time.monotonic()


def steady(system: System, people: Crowd) -> Row:
    """So many deliveries a second, for a while: how long each took, and what it cost the server."""
    people.delays, every = [], PEOPLE / STEADY
    cpu, own, began, heard, said = crowd.spent(system.process.pid), time.process_time(), time.monotonic(), people.heard, 0
    while (now := time.monotonic()) < began + SECONDS * 1.5:
        if now >= began + said * every:
            people.say(system.marks % PEOPLE, system.mark())
            said += 1
        people.listen(0.005)
    wall, cpu, own = time.monotonic() - began, crowd.spent(system.process.pid) - cpu, time.process_time() - own
    in_time = people.heard - heard
    drain(people)
    delays, people.delays = sorted(people.delays), None
    return {
        "p99": delays[int(len(delays) * 0.99)],
        "p50": delays[len(delays) // 2],
        "cpu_per_delivery": cpu / in_time,
        "steady_lost": 1 - len(delays) / (said * PEOPLE),
        "steady_client_cpu": own / wall,
    }


def as_much_as_can_be(system: System, people: Crowd) -> Row:
    """A few messages are under way at any time; the next is said when one of them has arrived everywhere, by count."""
    wrong = sum(browser.wrong for browser in people.browsers)
    began, heard, own, cpu = time.monotonic(), people.heard, time.process_time(), crowd.spent(system.process.pid)
    said, moved, arrived = 0, began, 0
    while (now := time.monotonic()) < began + SECONDS:
        if people.heard - heard > arrived:
            arrived, moved = people.heard - heard, now
        lost = AT_ONCE[system.name] if now - moved > 1 else 0  # the tutorial's layer drops what is too much
        while said - arrived / PEOPLE < AT_ONCE[system.name] + lost:
            people.say(system.marks % PEOPLE, system.mark())
            said += 1
        people.listen(0.005)
    wall = time.monotonic() - began
    cpu = crowd.spent(system.process.pid) - cpu
    row = {
        "deliveries": (people.heard - heard) / wall,
        "for_a_core": (people.heard - heard) / cpu,
        "client_cpu": (time.process_time() - own) / wall,
        "server_cpu": cpu / wall,
    }
    drain(people)
    return row | {"wrong": sum(browser.wrong for browser in people.browsers) - wrong}


def delivering_alone(system: System, people: Crowd) -> Row:
    """What is said is stored and rung by this process, so that the web process only carries it to the browsers, one at a time."""
    import datetime
    import uuid

    import redis
    from channels.layers import get_channel_layer
    from django.utils import timezone

    from live.events import drawn, group_of
    from live.models import Room, RoomEvent

    latest = max(browser.last for browser in people.browsers)
    said = {"author": system.somebody, "text": "I wonder.", "at": timezone.now() - datetime.timedelta(minutes=1)}  # as if not at once
    words = [RoomEvent(room=system.room, kind="message.posted", **said) for _ in range(400)]
    rings = []
    for seq, event in enumerate(words, start=latest + 1):
        event.seq, event.client_id = seq, uuid.uuid4()
        news = {"type": "room.event", "room": system.room.pk.hex, "epoch": 1, "seq": seq, "touches": None, "phase": None}
        rings.append(get_channel_layer().serialize({**news, "json": drawn(event).json}))
    bell = redis.Redis.from_url(os.environ["REDIS_URL"])
    cpu, began, heard, rung = crowd.spent(system.process.pid), time.monotonic(), people.heard, 0
    while rung < len(words) and time.monotonic() < began + SECONDS:
        if rung - (people.heard - heard) / PEOPLE < 1.5:
            words[rung].save()
            Room.objects.filter(pk=system.room.pk).update(last_seq=words[rung].seq)
            bell.publish(f"bench__group__{group_of(system.room.pk)}", rings[rung])
            rung += 1
        people.listen(0.005)
    wall, cpu = time.monotonic() - began, crowd.spent(system.process.pid) - cpu
    row = {"alone": (people.heard - heard) / wall, "alone_for_a_core": (people.heard - heard) / cpu}
    drain(people)
    bell.close()
    return row


def all_at_once(system: System, people: Crowd) -> Row:
    """Everybody loses the line, some messages are said meanwhile, everybody comes back for them."""
    latest = max(browser.last for browser in people.browsers)
    away, stay = people.browsers[SPEAKERS:], people.browsers[:SPEAKERS]
    for browser in people.browsers:
        browser.last, browser.got, browser.wrong, browser.twice, browser.refused = latest, 0, 0, 0, 0
    people.leave(away)
    settle(people, 1.0)
    for number in range(MISSED):
        people.say(number % SPEAKERS, system.mark())
        settle(people, 0.05)
    drain(people, 0.5)
    kept = max(browser.last for browser in stay) - latest  # more than that, if some from before were still under way
    assert kept >= MISSED, f"{system.name}: {kept} of {MISSED} were kept"
    began = time.monotonic()
    people.come(away, within=90)
    while any(browser.got < kept for browser in away) and time.monotonic() < began + 90:
        people.listen(0.02)
    seconds = time.monotonic() - began
    drain(people, 0.5)
    return {
        "back": seconds,
        "refused": sum(browser.refused for browser in away),
        "missing": sum(max(0, kept - browser.got) for browser in away),
        "twice": sum(browser.twice for browser in away),
        "back_wrong": sum(browser.wrong for browser in away),
    }


def null_run() -> Row:
    """What the crowd itself can take: a thread that does nothing but write finished frames of two events to everybody."""
    event = json.dumps({"type": "message.posted", "seq": 0, "html": "x" * 600})[1:]
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    pid = os.fork()
    if pid == 0:
        blast(listener, event)
    try:
        manner = Manner(lambda n, last: "/", lambda n, last: b"", lambda text: b"", "", confirms=False, ready=b"")
        people = Crowd(listener.getsockname()[1], PEOPLE, manner)
        people.come()
        settle(people, 0.5)
        began, heard, own = time.monotonic(), people.heard, time.process_time()
        settle(people, 2.0)
        wall = time.monotonic() - began
        return {"deliveries": (people.heard - heard) / wall, "client_cpu": (time.process_time() - own) / wall}
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        listener.close()


def blast(listener: socket.socket, event: str) -> None:
    from live.hub.wire import framed

    lines: list[socket.socket] = []
    while len(lines) < PEOPLE:
        line, _ = listener.accept()
        line.recv(4096)
        line.sendall(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
        line.setblocking(False)
        lines.append(line)
    for seq in range(1, 1 << 40, 2):
        events = ",".join("{" + event.replace('"seq": 0', f'"seq": {seq + more}') for more in (0, 1))
        frame = framed(f'{{"type":"events","events":[{events}]}}'.encode())
        for line in lines:
            with contextlib.suppress(BlockingIOError):
                line.send(frame)


# --- what is shown ----------------------------------------------------------------------------------------------------

# name, unit, how to show it, which way is better, the goal against the tutorial
TABLE = [
    ("deliveries", "deliveries/s into one room, stored", lambda value: f"{value:,.0f}", "more", 30.0),
    ("for_a_core", "the same for each CPU second of the web process", lambda value: f"{value:,.0f}", "more", 30.0),
    ("alone_for_a_core", "carried for each CPU second, said in another process", lambda value: f"{value:,.0f}", "more", None),
    ("p99", "p99 at 3,000 deliveries/s", lambda value: f"{value * 1000:,.0f} ms", "less", 4.0),
    ("p50", "median at 3,000 deliveries/s", lambda value: f"{value * 1000:,.0f} ms", "less", None),
    ("back", "all reconnect at once and resume", lambda value: f"{value:.2f} s", "less", 5.0),
    ("refused", "refused while reconnecting", lambda value: f"{value:.0f}", "", None),
    ("missing", "missing after resuming", lambda value: f"{value:.0f}", "", None),
    ("twice", "got twice after resuming", lambda value: f"{value:.0f}", "", None),
    ("cpu_per_delivery", "CPU of the web process per delivery at 3,000/s", lambda value: f"{value * 1e6:,.0f} µs", "less", 12.0),
    ("memory", "memory per connected person", lambda value: f"{value / 1024:,.0f} KB", "less", 1.0),
    ("steady_lost", "never arrived at 3,000/s", lambda value: f"{value:.1%}", "", None),
    ("client_cpu", "of a core, spent by the crowd at most deliveries", lambda value: f"{value:.0%}", "", None),
    ("server_cpu", "of a core, spent by the web process then", lambda value: f"{value:.0%}", "", None),
]


def medians(rows: dict[str, list[Row]]) -> dict[str, Row]:
    return {
        name: {key: statistics.median(row[key] for row in many if key in row) for key in {key for row in many for key in row}}
        for name, many in rows.items()
    }


def table(results: dict[str, Row]) -> None:
    print("| what | tutorial | portable | straight | straight against tutorial | goal | against portable |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for key, words, show, better, goal in TABLE:
        values = [results[name].get(key, 0.0) for name in ("tutorial", "portable", "straight")]
        ratios = [f"{straight_is_better(values[2], other, better):.1f} x" if better and other > 0 else "" for other in values[:2]]
        shown = [show(results[name][key]) if key in results[name] else "" for name in ("tutorial", "portable", "straight")]
        print(f"| {words} | {' | '.join(shown)} | {ratios[0]} | {f'{goal:.0f} x' if goal else ''} | {ratios[1]} |")


def straight_is_better(ours: float, other: float, better: str) -> float:
    return ours / other if better == "more" else other / (ours or other)


def machine() -> dict[str, object]:
    cpu = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "?")
    from django.db import connection

    packages = ["django", "channels", "channels-redis", "daphne", "autobahn", "twisted", "redis", "psycopg"]
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "postgresql": connection.cursor().connection.info.server_version if connection.vendor == "postgresql" else None,
        **{name: version(name) for name in packages},
    }


def main() -> int:
    from django.conf import settings
    from django.db import connection

    from tests.benchmarks import tutorial

    with connection.schema_editor() as editor:
        editor.create_model(tutorial.ChatMessage)
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    null = null_run()
    rows: dict[str, list[Row]] = {"tutorial": [], "portable": [], "straight": []}
    with systems() as found:
        for number in range(REPETITIONS):
            for system in found:
                rows[system.name].append(measure(system, first=number == 0))
                print(f"  {system.name}: {rows[system.name][-1]['deliveries']:,.0f} deliveries/s", file=sys.stderr)
    results, where = medians(rows), machine()
    print(f"\nRooms of {PEOPLE}, {REPETITIONS} repetitions; {json.dumps(where)}\n")
    table(results)
    print(f"\nThe crowd alone takes {null['deliveries']:,.0f} deliveries/s (null run, at {null['client_cpu']:.0%} of a core).")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"machine": where, "people": PEOPLE, "null": null, "medians": results, "runs": rows}, indent=1))
    print(f"All figures: {OUT}")
    return 0


def prepare() -> contextlib.ExitStack:
    """A PostgreSQL and a Redis of our own, so that nobody else's work is measured."""
    stack = contextlib.ExitStack()
    os.environ["DATABASE_URL"] = f"{stack.enter_context(servers.private_postgres())}/lms_bench"
    os.environ["REDIS_URL"] = stack.enter_context(servers.private_redis())
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.test.utils import get_runner

    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    stack.callback(runner.teardown_databases, databases)
    return stack


def more_files() -> None:
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    more_files()
    try:
        with prepare():
            sys.exit(main())
    except servers.Missing as missing:
        sys.exit(f"Rooms were not measured: {missing}")
