"""Reads the recorded history of a seminar and says what was broken. It knows nothing of how rooms work, only what they promise.

* What was acknowledged is in the log, under the number that was told.
* Nothing anybody said is in the log twice.
* Numbers have no gaps.
* Every reader saw an unbroken range of numbers, in order, and at each number what the log has there.
* What one person said stands in the order in which they said it.
* Nobody who was removed hears anything a second later.
* What a reader has pieced together is what somebody who comes now is given.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

CLOSED_WITHIN = 1.0  # seconds

Key = tuple[int, str]  # who said it, and the name their browser gave it
State = dict[int, str | None]  # number -> its words; None: withdrawn


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    seq: int
    author: int
    client_id: str | None = None

    @property
    def key(self) -> Key | None:
        return (self.author, self.client_id) if self.client_id else None


@dataclass
class Reading:
    """What one reader was given, over however many connections. `after`: the number they held when they first came."""

    after: int = 0
    heard: list[tuple[int, Key | None, float]] = field(default_factory=list)  # number, what, when
    state: State = field(default_factory=dict)
    removed_at: float | None = None


@dataclass
class History:
    """What happened, as those who took part saw it. The seed makes it happen again."""

    seed: int = 0
    said: dict[int, list[str]] = field(default_factory=dict)  # author -> names, in order
    acknowledged: list[tuple[Key, int]] = field(default_factory=list)
    readings: dict[str, Reading] = field(default_factory=dict)


def check(history: History, log: list[Entry], fresh: State | None = None) -> list[str]:
    """One sentence for everything that is not as promised. `fresh`: what somebody who comes at the end is given."""
    trouble = [
        *_acknowledged_is_there(history, log),
        *_once(log),
        *_without_gaps(log),
        *(sentence for name, reading in history.readings.items() for sentence in _read_well(name, reading, log)),
        *_in_the_order_it_was_said(history, log),
        *(_same_state(history, fresh, len(log)) if fresh is not None else ()),
    ]
    return [f"{sentence} (seed {history.seed})" for sentence in trouble]


def _acknowledged_is_there(history: History, log: list[Entry]) -> list[str]:
    there = {entry.key: entry.seq for entry in log}
    return [
        f"acknowledged as {seq}, but in the log {'it is not' if key not in there else f'it is {there[key]}'}: {key}"
        for key, seq in history.acknowledged
        if there.get(key) != seq
    ]


def _once(log: list[Entry]) -> list[str]:
    counts = Counter(entry.key for entry in log if entry.key)
    return [f"{count} times in the log: {key}" for key, count in counts.items() if count > 1]


def _without_gaps(log: list[Entry]) -> list[str]:
    numbers = [entry.seq for entry in log]
    expected = list(range(1, len(log) + 1))
    return [] if numbers == expected else [f"numbers with gaps: missing {sorted(set(expected) - set(numbers))[:5]}"]


def _read_well(name: str, reading: Reading, log: list[Entry]) -> list[str]:
    trouble = []
    numbers = [seq for seq, _key, _at in reading.heard]
    if numbers != list(range(reading.after + 1, reading.after + 1 + len(numbers))):
        trouble.append(f"{name} did not hear an unbroken range in order after {reading.after}: {_first_break(reading)}")
    written = {entry.seq: entry.key for entry in log}
    if wrong := [seq for seq, key, _at in reading.heard if written.get(seq) != key]:
        trouble.append(f"{name} heard something else than the log has at {wrong[:5]}")
    if reading.removed_at is not None:
        late = [seq for seq, _key, at in reading.heard if at > reading.removed_at + CLOSED_WITHIN]
        trouble += [f"{name} was removed and still heard {late[:5]}"] if late else []
    return trouble


def _first_break(reading: Reading) -> str:
    expected = reading.after + 1
    for seq, _key, _at in reading.heard:
        if seq != expected:
            return f"{seq} instead of {expected}"
        expected += 1
    return ""


def _in_the_order_it_was_said(history: History, log: list[Entry]) -> list[str]:
    trouble = []
    for author, names in history.said.items():
        places = {name: number for number, name in enumerate(names)}
        kept = [places[entry.client_id] for entry in log if entry.author == author and entry.client_id in places]
        if kept != sorted(kept):
            trouble.append(f"{author} said it in another order than the log has")
    return trouble


def _same_state(history: History, fresh: State, length: int) -> list[str]:
    """A reader who came at k and heard everything to n has what is given at n."""
    return [
        f"{name} has put together something else than is given now"
        for name, reading in history.readings.items()
        if len(reading.heard) == length - reading.after and reading.state != {seq: at for seq, at in fresh.items() if seq > reading.after}
    ]
