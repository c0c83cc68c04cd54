"""Who may speak in which phase: pure rules, shared by live rooms and reflecting threads.

The form is the reflecting process of the course (reading "Andersen's inner and outer talk"): somebody tells; others listen; those who
reflect talk with each other about what they heard, while the rest listen; then the floor goes back to whom it was about.

A live room also has rounds: a set order does what a talking piece does in a circle. One person holds the floor and ends their own
turn; anybody may pass, or pass and have it come back; nothing is timed and nothing is counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class Phase(StrEnum):
    """What is happening in a room or a reflecting thread now."""

    ARRIVING = "arriving"
    ROUND = "round"  # each in turn
    CONVERSATION = "conversation"
    REFLECTING = "reflecting"  # those who reflect, with each other
    RESPONSE = "response"  # whom it was about
    SILENCE = "silence"  # nobody speaks
    LANDING = "landing"  # the closing round
    CLOSED = "closed"


PHASE_LABELS = {
    Phase.ARRIVING: _("Arriving"),
    Phase.ROUND: _("Round"),
    Phase.CONVERSATION: _("Conversation"),
    Phase.REFLECTING: _("Reflecting"),
    Phase.RESPONSE: _("Response"),
    Phase.SILENCE: _("Silence"),
    Phase.LANDING: _("Landing"),
    Phase.CLOSED: _("Closed"),
}

IN_TURN = frozenset({Phase.ROUND, Phase.LANDING})  # one after another
TENDED = frozenset({*IN_TURN, Phase.REFLECTING, Phase.RESPONSE, Phase.SILENCE})  # what a room does not leave to itself


class Seat(StrEnum):
    """What somebody is in one room or thread. In a room it follows from their part in the cohort unless a facilitator gave another."""

    FACILITATOR = "facilitator"
    SPEAKER = "speaker"
    REFLECTOR = "reflector"
    LISTENER = "listener"
    INTERPRETER = "interpreter"


SEAT_LABELS = {
    Seat.FACILITATOR: _("Facilitating"),
    Seat.SPEAKER: _("Speaking"),
    Seat.REFLECTOR: _("Reflecting"),
    Seat.LISTENER: _("Listening"),
    Seat.INTERPRETER: _("Interpreting"),
}

FEWEST_REFLECTORS, MOST_REFLECTORS = 2, 4  # people who talk with each other while the others listen

_SPEAKS: dict[Phase, frozenset[Seat]] = {
    Phase.ARRIVING: frozenset(Seat),
    Phase.CONVERSATION: frozenset({Seat.FACILITATOR, Seat.SPEAKER, Seat.INTERPRETER}),
    Phase.REFLECTING: frozenset({Seat.REFLECTOR}),
    Phase.RESPONSE: frozenset({Seat.SPEAKER}),
}
_GIVEN = frozenset({Phase.ARRIVING, Phase.CONVERSATION, Phase.RESPONSE, *IN_TURN})  # where the floor can be given to somebody


# Phases in which even an answer without words would be one too many.
_UNANSWERED = frozenset({Phase.SILENCE, Phase.REFLECTING, Phase.CLOSED})


def may_react(phase: Phase | str) -> bool:
    """Whether those who are there may answer without words in this phase: not while others reflect, and not in silence."""
    return Phase(phase) not in _UNANSWERED


def may_bring_words(phase: Phase | str) -> bool:
    """Whether words from elsewhere (a small room, beside a talk) may be brought in: not where everybody listens."""
    return Phase(phase) not in _UNANSWERED


@dataclass(frozen=True)
class Turns:
    """Whose turn it is within a phase. People are their numbers."""

    holder: int | None = None  # a round: whose turn it is. Elsewhere: to whom a facilitator gave the floor
    waiting: tuple[int, ...] = ()  # a round: whose turn comes, in this order
    first: tuple[int, ...] = ()  # response: who was spoken about and has not answered yet
    spoken: tuple[int, ...] = ()  # who has had their turn

    @property
    def everybody(self) -> tuple[int, ...]:
        """The order as people see it: who had their turn, who has it, whose comes."""
        held = () if self.holder is None or self.holder in self.spoken else (self.holder,)
        return (*self.spoken, *held, *self.waiting, *self.first)

    def as_json(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Turns:
        """As `as_json` wrote it; what is missing is empty."""
        people = {name: tuple(stored.get(name, ())) for name in ("waiting", "first", "spoken")}
        return cls(stored.get("holder"), **people)


NOBODY = Turns()


@dataclass(frozen=True)
class Speaking:
    """Who may speak now: everybody on these seats, and these people whatever their seat."""

    seats: frozenset[Seat] = frozenset()
    people: frozenset[int] = frozenset()


def speaking(phase: Phase | str, turns: Turns = NOBODY) -> Speaking:
    """To whom the floor belongs in this phase. In a response it is first with whom was spoken about, then with those who speak."""
    phase = Phase(phase)
    held = frozenset() if turns.holder is None or phase not in _GIVEN else frozenset({turns.holder})
    if phase == Phase.RESPONSE and turns.first:
        return Speaking(people=held | frozenset(turns.first))
    people = held | frozenset(turns.spoken) if phase == Phase.RESPONSE else held
    return Speaking(_SPEAKS.get(phase, frozenset()), people)


def may_interpret(phase: Phase | str) -> bool:
    """Interpreters write whenever words can be there to translate: not in silence, and not once the room is closed."""
    return Phase(phase) not in {Phase.SILENCE, Phase.CLOSED}


def may_speak(phase: Phase | str, seat: Seat | str | None, person: int | None = None, turns: Turns = NOBODY) -> bool:
    """Whether somebody on this seat may say something in this phase. Nobody's seat (None) may not."""
    floor = speaking(phase, turns)
    return seat is not None and (seat in floor.seats or person in floor.people)


def may_raise_hand(phase: Phase | str) -> bool:
    """Hands ask for the floor where it can be given: not while some reflect, and not in silence."""
    return may_be_given(phase)


def may_be_given(phase: Phase | str) -> bool:
    """Whether a facilitator may give somebody the floor in this phase."""
    return Phase(phase) in _GIVEN


# --- a round -------------------------------------------------------------------------------------------------------------


def begin_round(order: Iterable[int], here: Collection[int]) -> Turns:
    """A round in this order, each once; it begins with the first who is here."""
    return settle(Turns(waiting=tuple(dict.fromkeys(order))), here)


def settle(turns: Turns, here: Collection[int]) -> Turns:
    """Sees to it that somebody who is here has the turn: who dropped out before theirs came, or in it, moves to the end. While nobody
    of those who wait is here, nobody has it."""
    if turns.holder in here:
        return turns
    queue = (*(() if turns.holder is None else (turns.holder,)), *turns.waiting)
    at = next((place for place, person in enumerate(queue) if person in here), None)
    if at is None:
        return replace(turns, holder=None, waiting=queue)
    return replace(turns, holder=queue[at], waiting=(*queue[at + 1 :], *queue[:at]))


def end_turn(turns: Turns, here: Collection[int], *, comes_back: bool = False) -> Turns:
    """The holder has finished or passes; who asks for it gets another turn at the end."""
    if turns.holder is None:
        return turns
    waiting, spoken = turns.waiting, turns.spoken
    if comes_back:
        waiting = (*waiting, turns.holder)
    else:
        spoken = _with(spoken, turns.holder)
    return settle(Turns(None, waiting, turns.first, spoken), here)


def give_turn(turns: Turns, person: int) -> Turns:
    """A facilitator gives somebody the turn; who had it and did not finish comes next."""
    if turns.holder == person:
        return turns
    before = () if turns.holder is None else (turns.holder,)
    return replace(turns, holder=person, waiting=(*before, *_without(turns.waiting, person)), spoken=_without(turns.spoken, person))


def come_late(turns: Turns, people: Iterable[int]) -> Turns:
    """Who joins a round that goes on comes last."""
    return replace(turns, waiting=(*turns.waiting, *(person for person in dict.fromkeys(people) if person not in turns.everybody)))


# --- a response ----------------------------------------------------------------------------------------------------------


def answer(turns: Turns, person: int) -> Turns:
    """Somebody who was spoken about has answered; that there is nothing to say just now is an answer like any other."""
    held = None if turns.holder == person else turns.holder
    return replace(turns, holder=held, first=_without(turns.first, person), spoken=_with(turns.spoken, person))


def wait_no_longer(turns: Turns, here: Collection[int]) -> Turns:
    """Who was spoken about and dropped out does not keep the others waiting; the floor stays open to them."""
    gone = tuple(person for person in turns.first if person not in here)
    return replace(turns, first=_without(turns.first, *gone), spoken=_with(turns.spoken, *gone)) if gone else turns


def _with(people: tuple[int, ...], *more: int) -> tuple[int, ...]:
    return (*people, *(person for person in more if person not in people))


def _without(people: tuple[int, ...], *fewer: int) -> tuple[int, ...]:
    return tuple(person for person in people if person not in fewer)
