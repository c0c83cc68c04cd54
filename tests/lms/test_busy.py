import logging
import uuid
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from psycopg_pool import ConnectionPool, PoolTimeout, TooManyRequests

from lms.busy import is_busy
from lms.logs import Wordless
from tests.live.factories import make_room

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

WORDS = "Quiet words about <b>a long</b> evening"
SENTENCE = "Nothing was sent."
HERE = {"origin": "http://testserver"}


def after(cause: Exception) -> OperationalError:
    error = OperationalError("couldn't get a connection after 10.00 sec")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "busy"),
    [
        (after(PoolTimeout("couldn't get a connection")), True),
        (after(TooManyRequests("the pool queue is full")), True),
        (after(ValueError("PoolTimeout")), False),
        (OperationalError("couldn't get a connection"), False),
        (None, False),
    ],
)
def test_is_busy_tells_waiting_for_a_connection_from_other_trouble(error, busy):
    assert is_busy(error) is busy


def test_is_busy_knows_what_a_pool_says_that_gives_nothing():
    with ConnectionPool("host=127.0.0.1 port=1", min_size=0, max_size=1, open=True) as pool, pytest.raises(PoolTimeout) as waited:
        pool.getconn(timeout=0.05)

    assert is_busy(waited.value)


@pytest.fixture
def full(owner):
    """Somebody signed in; the way to a database that gives no connection, and how often it was asked for one."""
    client, asked = Client(raise_request_exception=False, enforce_csrf_checks=False), []
    client.force_login(owner)

    def wait(*_):
        asked.append(1)
        raise after(PoolTimeout("couldn't get a connection after 10.00 sec"))

    client.asked = asked
    with connection.execute_wrapper(wait):
        yield client


def test_a_page_that_waited_for_a_connection_says_when_to_ask_again_and_waits_once(full):
    response = full.get("/account/")

    page = response.content.decode()
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Please try again in a few seconds." in page
    assert 'href="/account/"' in page
    assert SENTENCE not in page
    assert len(full.asked) == 1


def test_a_form_that_waited_for_a_connection_keeps_its_words_and_can_be_sent_again(full):
    name = str(uuid.uuid4())
    response = full.post("/journal/new/", {"body": WORDS, "client_id": name, "password": "SECRET-CANARY"}, headers=HERE)
    sent = full.post("/journal/new/", {"body": WORDS, "client_id": name}, headers=HERE)

    first, second = response.content.decode(), sent.content.decode()
    assert (response.status_code, sent.status_code) == (503, 503)
    assert ("SECRET-CANARY" in first, "Send it again" in first, "Please copy your words" in first) == (False, False, True)
    assert "Quiet words about &lt;b&gt;a long&lt;/b&gt; evening" in second
    assert f'<input type="hidden" name="client_id" value="{name}">' in second
    assert ("Send it again" in second, 'name="csrfmiddlewaretoken"' in second, SENTENCE in second) == (True, True, True)
    assert len(full.asked) == 2


def test_a_form_with_a_file_is_not_sent_again_without_it(full):
    response = full.post("/journal/new/", {"body": WORDS, "file": SimpleUploadedFile("a.txt", b"a")}, headers=HERE)

    page = response.content.decode()
    assert ("Quiet words" in page, "Send it again" in page, "with your file if there was one" in page) == (True, False, True)


def test_a_form_from_elsewhere_is_lent_no_button(full):
    page = full.post("/journal/new/", {"body": WORDS}, headers={"origin": "http://elsewhere.example"}).content.decode()

    assert ("Quiet words" in page, "Send it again" in page, "Please go back in a few seconds" in page) == (False, False, True)


@pytest.mark.parametrize(("method", "name"), [("get", "live:room-news"), ("post", "live:room-frame")])
def test_a_room_by_requests_hears_it_as_frames(owner, full, method, name):
    response = getattr(full, method)(reverse(name, args=[uuid.uuid4()]), content_type="application/json")

    assert (response.status_code, response.json(), response.headers["Retry-After"]) == (503, [], "10")


def test_what_breaks_in_the_middle_of_a_page_is_answered_the_same(owner, monkeypatch):
    """Where somebody is known already: the page is drawn without asking who they are again."""
    room = make_room(members=[owner])
    client = Client(raise_request_exception=False)
    client.force_login(owner)

    def wait(**_):
        raise after(PoolTimeout("couldn't get a connection"))

    monkeypatch.setattr("live.actions.say", wait)
    response = client.post(reverse("live:room-say", args=[room.pk]), {"text": WORDS, "client_id": str(uuid.uuid4())}, headers=HERE)

    assert (response.status_code, "Quiet words" in response.content.decode()) == (503, True)


def test_the_log_says_that_it_waited_and_no_words(full):
    told = StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(Wordless())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        full.post("/journal/new/", {"body": WORDS}, headers=HERE)
    finally:
        logger.removeHandler(handler)

    assert "Service Unavailable: /journal/new/" in told.getvalue()
    assert "Quiet words" not in told.getvalue()
