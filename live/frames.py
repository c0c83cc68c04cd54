"""What a browser may send, read by a parser of our own: whatever arrives, the answer is a frame or BadFrame, never a traceback."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django import forms
from django.utils.translation import gettext as _

from live.forms import (
    ActForm,
    BringBackForm,
    ComeInForm,
    FlagForm,
    GiveFloorForm,
    HandForm,
    HaveForm,
    InterpretForm,
    JoinForm,
    MovePhaseForm,
    PartsForm,
    PassForm,
    QuestionForm,
    ReactForm,
    SayForm,
    SmallRoomsForm,
    WithdrawForm,
)

MAX_BYTES = 32 * 1024
MAX_DEPTH = 4

NOTHING = type(None)
# frame -> its fields and their JSON types, and the form that judges what is in them.
SHAPES: dict[str, dict[str, tuple[type, ...]]] = {
    "join": {"ticket": (str,), "epoch": (int,), "after": (int, NOTHING)},
    "come_in": {"ticket": (str,)},
    "say": {"client_id": (str,), "text": (str,), "answers": (int, NOTHING), "quote": (str, NOTHING), "lang": (str, NOTHING)},
    "ask": {"client_id": (str,), "text": (str,)},
    "withdraw": {"seq": (int,)},
    "interpret": {"client_id": (str,), "of": (int,), "lang": (str,), "text": (str,)},
    "open_small_rooms": {"client_id": (str,), "way": (str,), "kind": (str, NOTHING), "size": (int, NOTHING), "places": (list, NOTHING)},
    "call_back": {"client_id": (str,)},
    "bring_back": {"client_id": (str,), "text": (str,)},
    "react": {"seq": (int,), "kind": (str,), "on": (bool,)},
    "flag": {"seq": (int,), "reason": (str,)},
    "hand": {"client_id": (str,), "up": (bool,)},
    "pass": {"client_id": (str,), "back": (bool, NOTHING)},
    "done": {"client_id": (str,)},
    "nothing_now": {"client_id": (str,)},
    "step_out": {"client_id": (str,)},
    "step_in": {"client_id": (str,)},
    "move_phase": {"client_id": (str,), "phase": (str,), "minutes": (int, NOTHING), "first": (list, NOTHING)},
    "give_floor": {"client_id": (str,), "person": (int,)},
    "set_parts": {"client_id": (str,), "seats": (list,), "others_listen": (bool, NOTHING)},
    "close": {},
    "have": {"seq": (int,)},
    "typing": {},
    "ping": {},
}
OPTIONAL = {"after", "answers", "quote", "lang", "back", "minutes", "first", "others_listen", "kind", "size", "places"}
FORMS: dict[str, type[forms.Form]] = {
    "come_in": ComeInForm,
    "join": JoinForm,
    "say": SayForm,
    "ask": QuestionForm,
    "withdraw": WithdrawForm,
    "interpret": InterpretForm,
    "open_small_rooms": SmallRoomsForm,
    "call_back": ActForm,
    "bring_back": BringBackForm,
    "react": ReactForm,
    "flag": FlagForm,
    "hand": HandForm,
    "pass": PassForm,
    **dict.fromkeys(("done", "nothing_now", "step_out", "step_in"), ActForm),
    "move_phase": MovePhaseForm,
    "give_floor": GiveFloorForm,
    "set_parts": PartsForm,
    "have": HaveForm,
}


class BadFrame(ValueError):
    """Not a frame of ours. Too many of them close the socket."""


class NotAccepted(ValueError):
    """A frame of ours with something in it that can not be kept; the sentence is for the person."""

    def __init__(self, code: str, sentence: str, client_id: str | None) -> None:
        super().__init__(code)
        self.code, self.sentence, self.client_id = code, sentence, client_id


@dataclass(frozen=True)
class Frame:
    type: str
    data: dict[str, Any] = field(default_factory=dict)


def parse(text: str | None, binary: bytes | None = None) -> Frame:
    """One JSON object with the fields of its type. Raises BadFrame, or NotAccepted with a sentence."""
    if text is None or binary is not None:
        raise BadFrame("binary")
    frame = _object(text)
    kind = frame.get("type")
    if not isinstance(kind, str) or kind not in SHAPES:
        raise BadFrame("type")
    data = {name: _typed(frame, name, types) for name, types in SHAPES[kind].items()}
    return Frame(kind, _accepted(kind, data))


def _object(text: str) -> dict[str, Any]:
    if len(text) > MAX_BYTES or len(_bytes(text)) > MAX_BYTES:
        raise BadFrame("size")
    try:
        frame = json.loads(text, parse_constant=_refuse, parse_float=_refuse, object_pairs_hook=_once)
        if not isinstance(frame, dict) or _depth(frame) > MAX_DEPTH:
            raise BadFrame("shape")
        _bytes(json.dumps(frame, ensure_ascii=False))  # half a surrogate pair is no text
    except (ValueError, RecursionError) as trouble:
        raise BadFrame("json") from trouble
    return frame


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as trouble:
        raise BadFrame("text") from trouble


def _refuse(what: str) -> NoReturn:
    raise BadFrame("number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise BadFrame("twice")
    return dict(pairs)


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max((_depth(item) for item in inner), default=0)


def _typed(frame: dict[str, Any], name: str, types: tuple[type, ...]) -> Any:
    value = frame.get(name)
    if value is None and name in OPTIONAL:
        return None
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):  # to Python True is a number
        raise BadFrame(name)
    return value


def _accepted(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    if kind not in FORMS:
        return {}
    form = FORMS[kind](data)
    if form.is_valid():
        return form.cleaned_data
    if kind not in {"say", "interpret", "bring_back", "ask"} or form.has_error("client_id"):
        raise BadFrame(kind)
    code = "too_long" if form.has_error("text", "max_length") else "bad_frame"
    sentence = str(form.errors["text"][0]) if form.has_error("text") else _("This could not be sent as it is. Your words are still here.")
    raise NotAccepted(code, sentence, data["client_id"])
