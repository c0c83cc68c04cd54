"""The parser: whatever arrives, a frame, a refusal for the person, or BadFrame. Never another exception."""

import json
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.frames import MAX_BYTES, SHAPES, BadFrame, Frame, NotAccepted, parse

pytestmark = pytest.mark.any_database  # reading alone; neither database nor channel layer
ID = "7b0e6a4e-6c7e-4b47-9d0e-5a3a4c1f0a11"


def test_parse_say() -> None:
    frame = parse(json.dumps({"type": "say", "client_id": ID, "text": "Hello\r\nall\x07 ", "answers": 3, "quote": "x"}))

    words = {"client_id": uuid.UUID(ID), "text": "Hello\nall", "answers": 3, "quote": "x", "lang": ""}
    assert frame == Frame("say", words)


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ('{"type":"ping"}', Frame("ping")),
        ('{"type":"typing","text":"never read"}', Frame("typing")),
        ('{"type":"have","seq":7}', Frame("have", {"seq": 7})),
        ('{"type":"withdraw","seq":7}', Frame("withdraw", {"seq": 7})),
        (f'{{"type":"hand","client_id":"{ID}","up":true}}', Frame("hand", {"client_id": uuid.UUID(ID), "up": True})),
        (f'{{"type":"pass","client_id":"{ID}"}}', Frame("pass", {"client_id": uuid.UUID(ID), "back": False})),
        (f'{{"type":"done","client_id":"{ID}"}}', Frame("done", {"client_id": uuid.UUID(ID)})),
        (
            f'{{"type":"move_phase","client_id":"{ID}","phase":"silence","minutes":3}}',
            Frame("move_phase", {"client_id": uuid.UUID(ID), "phase": "silence", "minutes": 3, "first": []}),
        ),
        (
            f'{{"type":"set_parts","client_id":"{ID}","seats":["17:reflector","18:"],"others_listen":true}}',
            Frame("set_parts", {"client_id": uuid.UUID(ID), "seats": {17: "reflector"}, "others_listen": True}),
        ),
        ('{"type":"close"}', Frame("close")),
        ('{"type":"join","ticket":"t","epoch":1}', Frame("join", {"ticket": "t", "epoch": 1, "after": None})),
        ('{"type":"join","ticket":"t","epoch":1,"after":0}', Frame("join", {"ticket": "t", "epoch": 1, "after": 0})),
    ],
)
def test_parse_each_type(text: str, frame: Frame) -> None:
    assert parse(text) == frame


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "nonsense",
        "[]",
        "[" * 10_000,
        '{"a":' * 5_000,
        "null",
        "1",
        '"say"',
        "{}",
        '{"type":null}',
        '{"type":["say"]}',
        '{"type":"shout"}',
        '{"type":"have"}',
        '{"type":"have","seq":true}',
        '{"type":"have","seq":"7"}',
        '{"type":"have","seq":1.0}',
        '{"type":"have","seq":1e3}',
        '{"type":"have","seq":-1}',
        '{"type":"have","seq":NaN}',
        '{"type":"have","seq":Infinity}',
        '{"type":"have","seq":99999999999999999999999}',
        '{"type":"have","seq":' + "9" * 5000 + "}",
        '{"type":"have","seq":7,"seq":8}',
        '{"type":"ping","x":[[[[[1]]]]]}',
        '{"type":"ping","x":"\\ud800"}',
        '{"type":"withdraw","seq":0}',
        '{"type":"hand","up":true}',
        '{"type":"hand","client_id":"' + ID + '","up":1}',
        '{"type":"done","client_id":"x"}',
        '{"type":"move_phase","client_id":"' + ID + '","phase":"closed"}',
        '{"type":"move_phase","client_id":"' + ID + '","phase":"shouting"}',
        '{"type":"move_phase","client_id":"' + ID + '","phase":"silence","minutes":6}',
        '{"type":"move_phase","client_id":"' + ID + '","phase":"silence","minutes":true}',
        '{"type":"move_phase","client_id":"' + ID + '","phase":"round","first":["x"]}',
        '{"type":"move_phase","client_id":"' + ID + '","phase":"round","first":[-1]}',
        '{"type":"move_phase","client_id":"' + ID + '","phase":"round","first":[[1]]}',
        '{"type":"give_floor","client_id":"' + ID + '","person":0}',
        '{"type":"set_parts","client_id":"' + ID + '","seats":["17:facilitator"]}',
        '{"type":"set_parts","client_id":"' + ID + '","seats":[17]}',
        '{"type":"set_parts","client_id":"' + ID + '","seats":["x:listener"]}',
        '{"type":"say","text":"x"}',
        '{"type":"say","text":"x","client_id":"x"}',
        '{"type":"say","text":["x"],"client_id":"' + ID + '"}',
        '{"type":"say","text":"x","client_id":"' + ID + '","answers":"1"}',
        '{"type":"join","ticket":"","epoch":1,"after":0}',
        '{"type":"join","ticket":"' + "x" * 2001 + '","epoch":1,"after":0}',
        '{"type":"join","ticket":"t","epoch":"1","after":0}',
        '{"type":"ping","x":"' + "x" * MAX_BYTES + '"}',
        '{"type":"ping","x":"' + "é" * (MAX_BYTES // 2) + '"}',
        "\ud800",
    ],
)
def test_parse_refuses(text: str) -> None:
    with pytest.raises(BadFrame):
        parse(text)


@pytest.mark.parametrize(("text", "binary"), [(None, b"{}"), (None, None), ('{"type":"ping"}', b"x")])
def test_parse_refuses_what_is_not_text(text: str | None, binary: bytes | None) -> None:
    with pytest.raises(BadFrame):
        parse(text, binary)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": "x" * 4001}, "too_long"),
        ({"text": ""}, "bad_frame"),
        ({"text": " \n\t "}, "bad_frame"),
        ({"text": "\x00\x01"}, "bad_frame"),
        ({"text": "x", "quote": "words of nobody"}, "bad_frame"),
        ({"text": "x", "answers": 1, "quote": "x" * 501}, "bad_frame"),
        ({"text": "x", "answers": 0}, "bad_frame"),
        ({"text": "x", "lang": "<script>"}, "bad_frame"),
    ],
)
def test_parse_tells_the_person_what_can_not_be_kept(fields: dict[str, object], code: str) -> None:
    with pytest.raises(NotAccepted) as refusal:
        parse(json.dumps({"type": "say", "client_id": ID, **fields}))

    assert (refusal.value.code, refusal.value.client_id, bool(refusal.value.sentence)) == (code, ID, True)


def test_parse_takes_four_thousand_characters_and_brackets() -> None:
    for text in ("x" * 4000, "[" * 4000, "👩‍👩‍👧" * 500):
        assert parse(json.dumps({"type": "say", "client_id": ID, "text": text})).data["text"] == text


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
nearly = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(SHAPES)) | anything},
    optional={
        name: anything | st.just(ID) | st.integers(0, 9)
        for name in (
            "ticket",
            "epoch",
            "after",
            "client_id",
            "text",
            "answers",
            "quote",
            "lang",
            "seq",
            "up",
            "back",
            "phase",
            "minutes",
            "first",
            "person",
            "seats",
        )
    },
)


def outcome(text: str) -> str:
    try:
        return type(parse(text)).__name__
    except (BadFrame, NotAccepted) as refusal:
        return type(refusal).__name__


@settings(max_examples=300, deadline=None)
@given(st.text() | anything.map(json.dumps) | nearly.map(json.dumps) | nearly.map(lambda frame: json.dumps(frame)[:-1]))
def test_parse_never_fails_otherwise(text: str) -> None:
    assert outcome(text) in {"Frame", "BadFrame", "NotAccepted"}


@settings(max_examples=200, deadline=None)
@given(st.binary())
def test_parse_never_fails_on_bytes_read_as_text(raw: bytes) -> None:
    assert outcome(raw.decode(errors="surrogateescape")) in {"Frame", "BadFrame", "NotAccepted"}
