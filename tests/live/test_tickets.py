import time
import uuid
from unittest import mock

import pytest
from django.core import signing

from live.tickets import SALT, Ticket, read, session_hash, session_of, sign

ROOM = uuid.uuid4()
TICKET = Ticket(person=1, room=ROOM.hex, name="Ana", initials="A", seat="speaker", speaks=True, session="s", until=None)


def test_read_gives_back_what_was_signed_and_when() -> None:
    before = time.time()
    ticket = read(sign(TICKET), ROOM, "s")

    assert ticket is not None
    assert (ticket.person, ticket.room_id, ticket.session, ticket.speaks) == (1, ROOM, "s", True)
    assert before - 0.001 <= ticket.issued <= time.time() + 0.001


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "a:b:c",
        sign(TICKET)[:-2],
        signing.dumps({"person": 1}, salt=SALT),
        signing.dumps([1], salt=SALT),
        signing.dumps({}, salt="another"),
    ],
    ids=["nothing", "a letter", "three parts", "cut short", "too little", "a list", "another salt"],
)
def test_read_refuses_what_we_did_not_sign_as_a_ticket(text: str) -> None:
    assert read(text, ROOM, "s") is None


def test_read_refuses_the_ticket_of_another_room() -> None:
    assert read(sign(TICKET), uuid.uuid4(), "s") is None


def test_read_refuses_the_ticket_of_another_sign_in() -> None:
    assert read(sign(TICKET), ROOM, "t") is None


@pytest.mark.parametrize(
    ("cookies", "key"),
    [
        ([b"sessionid=mine"], "mine"),
        ([b"theme=dark; sessionid=mine; other=1"], "mine"),
        ([b"theme=dark", b"sessionid=mine"], "mine"),
        ([b"theme=dark"], ""),
        ([b"\xff=\xfe; sessionid"], ""),
        ([], ""),
    ],
)
def test_session_of_a_handshake_is_the_sign_in_of_its_cookie(cookies: list[bytes], key: str) -> None:
    assert session_of([(b"origin", b"sessionid=others"), *((b"cookie", value) for value in cookies)]) == session_hash(key)


@pytest.mark.parametrize(("age", "good"), [(299, True), (301, False)])
def test_read_refuses_what_is_older_than_five_minutes(age: int, good: bool) -> None:
    with mock.patch("time.time", return_value=time.time() - age):
        text = sign(TICKET)

    assert (read(text, ROOM, "s") is not None) is good


@pytest.mark.parametrize(("ahead", "good"), [(25, True), (35, False)])
def test_read_refuses_what_is_from_a_time_to_come(ahead: int, good: bool) -> None:
    """The clock was set back since; how old it is nobody knows."""
    with mock.patch("time.time", return_value=time.time() + ahead):
        text = sign(TICKET)

    assert (read(text, ROOM, "s") is not None) is good


def test_session_hash_is_no_session_key() -> None:
    assert (session_hash("key"), "key" in session_hash("key")) == (session_hash("key"), False)
    assert session_hash("key") != session_hash("kez")
