"""The site as docker-compose.yml describes it, without Docker: proxy, two of each web process, worker, scheduler, databases, Redis."""

import contextlib
import json
import ssl
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.faults.put import ask
from tests.live.factories import SESSION
from tests.runner import servers
from tests.runner import stack as runner
from tests.runner.stack import ROOT, Stack, services

AT_ONCE = 5  # guesses


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with runner.standing(GUESSES_AT_ONCE=str(AT_ONCE)) as standing:
        yield standing


@pytest.fixture(scope="module")
def people(stack: Stack) -> dict[str, Any]:
    return told(stack, "put")


def told(stack: Stack, *words: str) -> dict[str, Any]:
    """What tests.faults.put says, with the site's own settings."""
    return ask(stack.surroundings(services()["web"]), *words)


def manage(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = stack.surroundings(services()["web"])
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=variables, capture_output=True, text=True, check=False)


def cookie(session: str) -> str:
    return f"__Host-session={session}"


# --- pages, static files, files of posts ----------------------------------------------------------------------------


def test_pages_come_over_tls_and_only_over_tls(stack, people):
    line = HTTPConnection("localhost", stack.http_port, timeout=5)
    line.request("GET", "/journal/?a=b", headers={"Host": "evil.example.org"})
    sent_on = line.getresponse()

    page = stack.ask("/", Cookie=cookie(people["session"]))

    assert (sent_on.status, sent_on.headers["Location"]) == (308, f"{stack.address}/journal/?a=b")
    assert (page.status, "Ana" in page.body.decode()) == (200, True)
    assert page.headers["strict-transport-security"].startswith("max-age=31536000")
    assert stack.ask("/", Host="evil.example.org").status == 400


def test_static_files_with_a_hash_are_kept_for_ever_and_come_compressed(stack):
    names = json.loads((stack.folder / "static" / "staticfiles.json").read_text())["paths"]

    hashed = stack.ask(f"/static/{names['css/site.css']}", Accept_Encoding="gzip")
    plain = stack.ask("/static/css/site.css")

    assert hashed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (hashed.headers["content-encoding"], hashed.headers["content-type"]) == ("gzip", "text/css")
    assert (plain.status, plain.headers["cache-control"]) == (200, "public, max-age=3600")


def test_a_file_of_a_post_is_sent_by_the_proxy_to_who_may_read_the_post(stack, people):
    kept = (stack.folder / "var" / "media" / people["stored_as"]).read_bytes()

    whole = stack.ask(people["file"], Cookie=cookie(people["session"]))
    part = stack.ask(people["file"], Cookie=cookie(people["session"]), Range="bytes=2-5")
    head = stack.ask(people["file"], "HEAD", Cookie=cookie(people["session"]))

    assert (whole.status, whole.body) == (200, kept)
    assert (part.status, part.body, part.headers["content-range"]) == (206, kept[2:6], f"bytes 2-5/{len(kept)}")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(kept)))
    expected = {
        "content-type": "image/png",
        "content-disposition": 'inline; filename="Garden.png"',
        "cache-control": "private, no-store",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
    }
    assert {name: whole.headers[name] for name in expected} == expected
    assert {"x-accel-redirect", "etag", "last-modified"} & set(whole.headers) == set()


def test_a_file_of_a_post_is_not_there_for_anybody_else_nor_by_its_name_in_the_storage(stack, people):
    stranger = stack.ask(people["file"], Cookie=cookie(people["session_of_ben"]))
    absent = stack.ask(people["file"][:-13] + "000000000000/", Cookie=cookie(people["session_of_ben"]))

    assert (stranger.status, absent.status, stack.ask(people["file"]).status) == (404, 404, 302)
    for address in ("/inside/media/", "/media/", "/static/../media/", "/static/..%2fvar/media/", "/static../media/"):
        direct = stack.ask(address + people["stored_as"], Cookie=cookie(people["session"]))
        assert direct.status in (400, 404), address


@pytest.mark.parametrize("address", ["/metrics", "/metrics/", "/readyz", "/inside/pages/away.html"])
def test_what_is_for_those_who_run_the_server_is_not_reachable_through_the_proxy(stack, address):
    assert stack.ask(address, Authorization=f"Bearer {stack.metrics_token}").status == 404


# --- limits ---------------------------------------------------------------------------------------------------------


def test_what_is_too_large_or_too_often_is_refused_with_a_sentence(stack):
    large = stack.ask("/journal/", "POST", Content_Length="30000000")
    guesses = [stack.ask("/accounts/login/", "POST") for _ in range(AT_ONCE + 5)]

    assert (large.status, "A file may have 20 MB at most" in large.body.decode()) == (413, True)
    assert {guess.status for guess in guesses} == {403, 429}
    assert "wait a few seconds" in guesses[-1].body.decode()
    assert stack.ask("/accounts/login/").status == 200


# --- rooms ----------------------------------------------------------------------------------------------------------


class Browser:
    """Somebody in a room, who comes back by themselves and says again what they have not heard, as the page does."""

    def __init__(self, stack: Stack, people: dict[str, Any]) -> None:
        self.stack, self.people = stack, people
        self.heard: list[int] = []
        self.closed_with: list[int] = []
        self.unheard: dict[str, str] = {}
        self.come()

    def come(self) -> None:
        self.socket = self.come_in()
        with contextlib.suppress(ConnectionClosed):  # the next look finds it closed, and they come again
            self.write(type="join", ticket=self.people["ticket"], epoch=1, after=max(self.heard, default=0))
            while self.read()["type"] != "welcome":
                pass
            for client_id, text in self.unheard.items():
                self.write(type="say", client_id=client_id, text=text)

    def come_in(self) -> ClientConnection:
        until = time.monotonic() + 10
        while True:
            try:
                return socket_to(self.stack, f"/ws/room/{self.people['room']}/")
            except InvalidStatus:
                assert time.monotonic() < until
                time.sleep(0.2)

    def write(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame))

    def read(self, within: float = 10) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(self.socket.recv(timeout=within))
        for event in frame.get("events", [frame]):
            if "seq" in event:
                self.unheard.pop(event["client_id"], None)
                if event["seq"] not in self.heard[-1:]:  # what is said again is told again to who says it
                    self.heard.append(event["seq"])
        return frame

    def say(self, text: str) -> None:
        client_id = str(uuid.uuid4())
        self.unheard[client_id] = text
        with contextlib.suppress(ConnectionClosed):  # it goes again when they are back
            self.write(type="say", client_id=client_id, text=text)

    def look(self) -> None:
        """What a page does without being asked: it reads what has come, and comes back when the line has ended."""
        try:
            self.read(within=0.05)
        except TimeoutError:
            return
        except ConnectionClosed as end:
            self.closed_with.append(end.rcvd.code if end.rcvd else 1006)
            self.come()


def all_hear(browsers: list[Browser], seq: int, within: float = 60) -> None:
    """Everybody looks in turns until all have heard it: whoever waits for it may depend on whoever still has to say it again."""
    until = time.monotonic() + within
    while waiting := [browser for browser in browsers if max(browser.heard, default=0) < seq]:
        assert time.monotonic() < until, f"{len(waiting)} of {len(browsers)} never heard message {seq}"
        for browser in browsers:
            browser.look()


def socket_to(stack: Stack, path: str, origin: str | None = None) -> ClientConnection:
    """This client reads on a thread of its own. TLS 1.3 gives it something to read (tickets) in the moment in which it writes its first
    words, and what is written then can be lost inside OpenSSL, which is not made for two threads; TLS 1.2 has nothing to say there.
    """
    tls = stack.trusting()
    tls.maximum_version = ssl.TLSVersion.TLSv1_2
    signed_in = {"Cookie": cookie(SESSION)}
    options: dict[str, Any] = {"origin": origin or stack.address, "compression": None, "legacy": True, "additional_headers": signed_in}
    return connect(f"wss://{stack.host}{path}", ssl=tls, **options)


def test_a_foreign_page_gets_no_socket(stack, people):
    with pytest.raises(InvalidStatus) as refusal:
        socket_to(stack, f"/ws/room/{people['room']}/", origin="https://evil.example.org")

    assert refusal.value.response.status_code == 403


def test_a_room_goes_on_while_its_processes_are_replaced(stack, people):
    """R12: each live process in turn; who was there is told 1012, comes back elsewhere and has missed nothing."""
    browsers = [Browser(stack, people) for _ in range(6)]

    browsers[0].say("before")
    for number, child in enumerate(stack.of("live"), start=1):
        leaving = threading.Thread(target=replace, args=(stack, child))
        leaving.start()
        all_hear(browsers, number)
        leaving.join()
        browsers[number].say("after")
    all_hear(browsers, 3)

    assert [browser.heard for browser in browsers] == [[1, 2, 3]] * 6
    assert {code for browser in browsers for code in browser.closed_with} == {1012}


def replace(stack: Stack, child: Any) -> None:
    child.ask_to_stop()
    assert child.process.wait(30) == 0
    port = int(child.command[-1])
    child.start()
    stack.wait_for(f"{child.name} is back", lambda: runner.is_well("/readyz", port, stack.host))


# --- numbers for whoever watches --------------------------------------------------------------------------------------


def numbers(stack: Stack, service: str) -> Counter[str]:
    """What the processes of a service count, added up."""
    counted: Counter[str] = Counter()
    for port in stack.ports[service]:
        line = HTTPConnection("127.0.0.1", port, timeout=10)
        line.request("GET", "/metrics", headers={"Host": stack.host, "Authorization": f"Bearer {stack.metrics_token}"})
        for said in line.getresponse().read().decode().splitlines():
            if said.startswith("lms_"):
                name, value = said.rsplit(" ", 1)
                counted[name] += float(value)  # type: ignore[assignment]
        line.close()
    return counted


def test_what_is_counted_moves_with_what_happens(stack, people):
    pages, before = numbers(stack, "web"), numbers(stack, "live")
    browsers = [Browser(stack, people) for _ in range(3)]

    browsers[0].say("counted")
    all_hear(browsers, browsers[0].heard[-1] + 1 if browsers[0].heard else 1)
    browsers[0].write(type="dance")
    assert browsers[0].read()["code"] == "bad_frame"
    # Said by a process that cannot ring: the rooms find it by looking.
    without_news = stack.surroundings(services()["web"]) | {"REDIS_URL": "redis://127.0.0.1:1/0"}
    all_hear(browsers, ask(without_news, "say", str(people["ana"]), people["room"])["seq"])
    stack.ask("/", Cookie=cookie(people["session"]))
    now, opened = numbers(stack, "live"), numbers(stack, "web")

    assert now["lms_sockets_open"] - before["lms_sockets_open"] == 3
    assert now["lms_rooms_open"] >= 1
    assert now["lms_deliveries_total"] - before["lms_deliveries_total"] >= 6
    assert now["lms_gaps_healed_total"] - before["lms_gaps_healed_total"] >= 1
    assert now['lms_refusals_total{code="bad_frame"}'] - before['lms_refusals_total{code="bad_frame"}'] == 1
    assert opened['lms_requests_total{status="2xx"}'] > pages['lms_requests_total{status="2xx"}']
    assert {'lms_waiting{what="letters"}', 'lms_waiting{what="tasks"}'} <= set(opened)
    for browser in browsers:
        browser.socket.close()


# --- backup and restore: the last, since it stops the site ------------------------------------------------------------


def test_a_backup_comes_back_whole_and_whoever_was_erased_stays_erased(stack, people):
    """R13, S31: made while people write, restored beside the keys that are here now."""
    back_up = [stack.here(word) for word in services()["backup"]["command"]]
    browser = Browser(stack, people)
    browser.say("during")
    made = subprocess.run(back_up, cwd=ROOT, env=stack.surroundings(services()["backup"]), capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    (words,) = (stack.folder / "backups" / "words").iterdir()

    told(stack, "erase", str(people["ana"]))
    browser.say("after")
    (stack.folder / "var" / "media" / people["stored_as"]).unlink()
    while_running = manage(stack, "manage.py", "restore", str(words), "--yes")
    runner.stop([child for child in stack.children if child.name != "proxy"])
    restored = manage(stack, "manage.py", "restore", str(words), "--yes")

    assert (while_running.returncode, "Stop web, live, worker and scheduler first" in while_running.stderr) == (1, True)
    assert restored.returncode == 0, restored.stderr
    for sentence in (
        "of 'default' are as they were",
        "1 files are as they were",
        "1 rooms have new numbers",
        "2 sign-ins of then have ended",
    ):
        assert sentence in restored.stdout
    state = told(stack, "look")
    assert (state["opens"], state["files"], state["sessions"]) == ({"Ana": False, "Ben": True}, [True], 0)
    assert state["epoch"] > 1_700_000_000
    assert told_to_read_anew(stack, people)


def told_to_read_anew(stack: Stack, people: dict[str, Any]) -> bool:
    """Whether a page that was open before hears, once the site is back, that the numbers are others."""
    (live, *_) = stack.of("live")
    live.start()
    servers.wait_until(lambda: runner.is_well("/readyz", int(live.command[-1]), stack.host), "live", live.process)
    socket = socket_to(stack, f"/ws/room/{people['room']}/")
    socket.send(json.dumps({"type": "join", "ticket": people["ticket"], "epoch": 1, "after": 1}))
    try:
        return bool(json.loads(socket.recv(timeout=10))["type"] == "reset")
    finally:
        socket.close()
