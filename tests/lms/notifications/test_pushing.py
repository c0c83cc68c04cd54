"""Web push from end to end, with a service of our own on this machine that keeps what it gets."""

import base64
import json
import re
import stat
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer

import http_ece
import pytest
from py_vapid import Vapid

from lms.notifications import pushing
from tests.lms.notifications.factories import BrowserOf, make_subscription

pytestmark = pytest.mark.django_db
SAID = {"title": "Somebody answered you", "url": "/journal/", "tag": "notice-1"}


class Service:
    """What a browser maker runs, answering as the test wishes."""

    def __init__(self) -> None:
        service = self
        self.status = 201
        self.got: list[tuple[str, dict[str, str], bytes]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                service.got.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(service.status)
                if service.status in {301, 302, 307}:
                    self.send_header("Location", f"{service.address}elsewhere")
                self.end_headers()

            def log_message(self, *given: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.02])
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def service(monkeypatch):
    """Only for the test is this machine a browser maker, and plain http enough."""
    monkeypatch.setattr(pushing, "SERVICES", re.compile(r"http://127\.0\.0\.1:\d+/.*"))
    monkeypatch.setitem(pushing.CONNECTIONS, "http", HTTPConnection)
    service = Service()
    yield service
    service.stop()


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc:APA91", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/gAAA", True),
        ("https://web.push.apple.com/QGu", True),
        ("https://wns2-par02p.notify.windows.com/w/?token=BQY%3d", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com:8443/", False),
        ("https://fcm.googleapis.com@127.0.0.1/", False),
        ("https://fcm.googleapis.com.evil.example/", False),
        ("https://evilfcm.googleapis.com/", False),
        ("https://push.apple.com/", False),
        ("https://evil.example/.push.apple.com/", False),
        ("https://evil.example#.push.apple.com/", False),
        ("https://evil.example\\.push.apple.com/", False),
        ("https://127.0.0.1/", False),
        ("https://[::1]/", False),
        ("https://fcm.googleapis.com/a\r\nHost: evil.example", False),
        ("https://fcm.googleapis.com/ä", False),
        ("", False),
    ],
)
def test_is_service_knows_browser_makers_alone(endpoint, known):
    assert pushing.is_service(endpoint) is known


def test_send_can_be_opened_by_that_browser_and_by_nobody_else(owner, service):
    browser, other = BrowserOf(), BrowserOf()
    subscription = make_subscription(owner, f"{service.address}send?token=1", **browser.keys)

    assert pushing.send(subscription, SAID) is pushing.Outcome.TAKEN

    ((path, headers, body),) = service.got
    assert (path, headers["Content-Encoding"], headers["TTL"]) == ("/send?token=1", "aes128gcm", "86400")
    assert b"answered" not in body
    plain = http_ece.decrypt(body, private_key=browser.private, auth_secret=browser.secret, version="aes128gcm")
    assert json.loads(plain) == SAID
    with pytest.raises(http_ece.ECEException):
        http_ece.decrypt(body, private_key=other.private, auth_secret=other.secret, version="aes128gcm")


def test_send_is_signed_by_the_key_that_browsers_were_given(owner, service):
    pushing.send(make_subscription(owner, service.address), SAID)

    authorization = service.got[0][1]["Authorization"]
    assert Vapid.verify(authorization)
    assert authorization.endswith(f"k={pushing.public_key()}")
    claims = json.loads(base64.urlsafe_b64decode(authorization.split(".")[1] + "=="))
    assert (claims["aud"], claims["sub"]) == (service.address.rstrip("/"), "mailto:help@example.org")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "taken"), (201, "taken"), (404, "gone"), (410, "gone"), (400, "failed"), (429, "failed"), (500, "failed"), (302, "failed")],
)
def test_send_says_what_became_of_it_and_follows_nobody(owner, service, status, outcome):
    service.status = status

    assert pushing.send(make_subscription(owner, service.address), SAID).value == outcome
    assert len(service.got) == 1


def test_send_fails_quietly_where_nobody_answers(owner, service, caplog):
    subscription = make_subscription(owner, f"{service.address}canary")
    service.stop()
    service.stop = lambda: None

    assert pushing.send(subscription, SAID) is pushing.Outcome.FAILED
    assert [record.getMessage() for record in caplog.records] == [
        f"Push subscription {subscription.pk} could not be rung (ConnectionRefusedError)."
    ]


def test_send_calls_nobody_who_is_no_longer_known(owner, service, monkeypatch):
    subscription = make_subscription(owner, service.address)
    monkeypatch.undo()

    assert (pushing.send(subscription, SAID), service.got) == (pushing.Outcome.FAILED, [])


def test_without_a_key_there_is_no_web_push(owner, service, settings, tmp_path):
    subscription = make_subscription(owner, service.address)
    empty = tmp_path / "empty"
    empty.write_text("\n")

    for file in ("", empty):
        settings.PUSH_KEY_FILE = file
        assert (pushing.public_key(), pushing.send(subscription, SAID)) == ("", pushing.Outcome.FAILED)
    assert service.got == []


@pytest.mark.parametrize("line", ["not a key", "AAAA", "ä", "=" * 43])
def test_a_damaged_key_is_none_and_the_log_says_so_once(settings, tmp_path, caplog, line):
    settings.PUSH_KEY_FILE = tmp_path / "push.key"
    settings.PUSH_KEY_FILE.write_text(line)

    assert [pushing.public_key() for _ in range(2)] == ["", ""]
    assert [record.getMessage() for record in caplog.records] == [
        f"{settings.PUSH_KEY_FILE} holds no key for web push, so browsers are not rung."
    ]


def test_a_server_makes_no_key_by_itself(settings, tmp_path):
    settings.PUSH_KEY_FILE, settings.TESTING = tmp_path / "push.key", False

    assert (pushing.public_key(), settings.PUSH_KEY_FILE.exists()) == ("", False)


def test_embedded_mode_makes_its_key_once(settings, tmp_path):
    settings.PUSH_KEY_FILE = tmp_path / "push.key"

    first = pushing.public_key()
    pushing._read_key.cache_clear()

    assert (len(first), pushing.public_key()) == (87, first)
    assert stat.S_IMODE(settings.PUSH_KEY_FILE.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["push.key"]


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"p256dh": "", "auth": ""},
        {"p256dh": base64.urlsafe_b64encode(b"\x04" + bytes(64)).decode(), "auth": base64.urlsafe_b64encode(bytes(16)).decode()},
        {"auth": "AAAA"},
        {"p256dh": "not base64 ä"},
        {"p256dh": "AAAA"},
    ],
)
def test_is_browser_key_asks_for_a_point_and_sixteen_bytes(keys):
    good = BrowserOf().keys

    assert pushing.is_browser_key(**{**good, **keys}) is (keys == {})
