"""The proxy alone, with what docker-compose.yml tells it: what stands behind it here only says what it was sent."""

import json
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.faults.conftest import left_out
from tests.runner import servers
from tests.runner.stack import ROOT, filled, proxy_settings, services, write_certificate

OPERATE = (ROOT / "docs" / "operate.md").read_text()


class Behind(BaseHTTPRequestHandler):
    """Answers with the headers it got."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        said = json.dumps(dict(self.headers)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *words: object) -> None:
        pass


@dataclass
class Proxy:
    folder: Path
    port: int

    def line(self) -> HTTPSConnection:
        trusting = ssl.create_default_context(cafile=str(self.folder / "tls_certificate"))
        return HTTPSConnection("localhost", self.port, timeout=10, context=trusting)

    def post(self, path: str, size: int = 0, **headers: str) -> tuple[int, str]:
        line = self.line()
        line.request("POST", path, b"x" * size, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        said = answer.read().decode()
        line.close()
        return answer.status, said

    def begin_to_post(self, **headers: str) -> HTTPSConnection:
        """Sends only the beginning of what it says will come."""
        line = self.line()
        line.putrequest("POST", "/journal/")
        for name, value in headers.items():
            line.putheader(name.replace("_", "-"), value)
        line.endheaders(b"3e8\r\n" + b"x" * 1000)
        return line

    def told(self) -> str:
        """Its log, and what it says of trouble."""
        return "".join((self.folder / name).read_text() for name in ("log", "trouble"))


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Callable[..., Proxy]]:
    """Starts one, with more in its folder `upstreams`, or with other limits."""
    with ExitStack() as ends:
        yield lambda more="", **given: ends.enter_context(standing(tmp_path, more, given))


@contextmanager
def standing(folder: Path, more: str, given: dict[str, str]) -> Iterator[Proxy]:
    try:
        program = servers.nginx()
    except servers.Missing as missing:
        left_out(str(missing))
    behind = ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    port = servers.free_port()
    write_certificate(folder)
    (folder / "upstreams.conf").write_text(f"upstream behind {{ server 127.0.0.1:{behind.server_port}; }}\n{more}")
    ours = {
        "HTTP_PORT": f"127.0.0.1:{servers.free_port()}",
        "HTTPS_PORT": f"127.0.0.1:{port}",
        "PAGES": "behind",
        "LIVE": "behind",
        "UPSTREAMS": str(folder / "upstreams.conf"),
        "RESOLVER": "127.0.0.1",
        "TLS_CERTIFICATE": str(folder / "tls_certificate"),
        "TLS_KEY": str(folder / "tls_key"),
        "WORDS": str(ROOT / "lms" / "run" / "proxy" / "pages"),
        "RUN": str(folder),
        "LOG": str(folder / "log"),
    }
    described = {name: filled(str(value), given) for name, value in services()["proxy"]["environment"].items()}
    text = proxy_settings(described | ours).replace("error_log stderr", f"error_log {folder}/trouble")
    (folder / "nginx.conf").write_text(text)
    command = [program, "-e", str(folder / "early"), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    process = subprocess.Popen(command)
    try:
        servers.wait_until(lambda: listens(port), "nginx", process)
        yield Proxy(folder, port)
    finally:
        process.terminate()
        process.wait(20)
        behind.shutdown()
        behind.server_close()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_few_large_things_come_in_at_once_from_one_address(proxy):
    """Each waits in the proxy's memory until it has come; somebody who never ends must not fill it."""
    site = proxy(FILES_AT_ONCE="2")
    lines = [site.begin_to_post(Content_Length="20000000"), site.begin_to_post(Transfer_Encoding="chunked")]
    time.sleep(0.5)

    meanwhile = [site.post("/journal/", size=1_000_000), site.post("/journal/", size=20_000)]
    for line in lines:
        line.close()
    servers.wait_until(lambda: site.post("/journal/", size=1_000_000)[0] == 200, "room for another")

    assert [status for status, _ in meanwhile] == [429, 200]
    assert "wait a few seconds" in meanwhile[0][1]


def test_what_waits_in_memory_fits_into_it():
    """As much as one address may send at once, in the proxy and again in a process of pages."""
    largest = int(re.search(r"client_max_body_size (\d+)m;", proxy_settings({}))[1])  # type: ignore[index]
    at_once = int(filled(services()["proxy"]["environment"]["FILES_AT_ONCE"], {}))
    rooms = [int(size) for name in ("proxy", "web") for size in re.findall(r"/tmp:size=(\d+)m", " ".join(services()[name]["tmpfs"]))]

    assert len(rooms) == 2
    assert largest * at_once <= min(rooms)


def test_nothing_that_was_asked_for_is_told_even_in_trouble(proxy):
    """Links of letters carry tokens, and searches words; what is large finds no place here, as on a disk that is full."""
    site = proxy()
    shutil.rmtree(site.folder / "body")

    status, _ = site.post("/invitation/a-token-of-a-letter/?q=grandmother", size=500_000)

    servers.wait_until(lambda: '"status":500' in site.told(), "a line in the log")
    assert status == 500
    assert ("grandmother" in site.told(), "a-token-of-a-letter" in site.told()) == (False, False)


def test_behind_a_load_balancer_everybody_has_limits_of_their_own(proxy):
    """With the very lines that docs/operate.md gives; the balancer is this test."""
    (lines,) = re.findall(r"```nginx\n(set_real_ip_from.*?)```", OPERATE, re.DOTALL)
    site = proxy(lines.replace("10.0.0.1", "127.0.0.1"), GUESSES_AT_ONCE="3", GUESSES_PER_MINUTE="1")

    several = [site.post("/accounts/login/", X_Forwarded_For=f"198.51.100.{number}") for number in range(8)]
    one = [site.post("/accounts/login/", X_Forwarded_For=f"192.0.2.{number}, 203.0.113.1")[0] for number in range(8)]

    assert [json.loads(said)["X-Forwarded-For"] for _, said in several] == [f"198.51.100.{number}" for number in range(8)]
    assert one == [200] * 4 + [429] * 4


def test_who_sent_it_is_what_the_proxy_sees_itself(proxy):
    _, said = proxy().post("/accounts/login/", X_Forwarded_For="198.51.100.7", X_Forwarded_Proto="http")

    assert {name: json.loads(said)[name] for name in ("X-Forwarded-For", "X-Forwarded-Proto")} == {
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Proto": "https",
    }
