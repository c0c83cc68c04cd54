"""Where somebody stands with their hours: pure rules, minutes in, a standing out. Nothing here decides anything; people do.

A day is as long as its sittings went on. It was attended if somebody was there for the cohort's share of it (`Cohort.attendance_threshold`,
90 % unless its coordinators say otherwise); a day that was not opens the way of making it up, and counts in full once a trainer
decides that it was. What nobody has noted yet counts neither way. Shares are compared in whole minutes, so that nothing is rounded
across the line, and shown rounded down.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class DayState(StrEnum):
    TO_COME = "to_come"
    UNDER_WAY = "under_way"
    NOT_NOTED = "not_noted"  # over, and nobody has said yet who was there
    THERE = "there"
    MISSED = "missed"  # wholly or in part: below the share
    MADE_UP = "made_up"


class Word(StrEnum):
    """A standing in a word. What it says to people stands in the templates."""

    NOTHING_YET = "nothing_yet"
    ON_THE_WAY = "on_the_way"  # enough so far, and hours to come
    WITHIN_REACH = "within_reach"  # not enough so far, and still to be reached by being there
    BY_MAKING_UP = "by_making_up"  # only if missed days are made up
    REACHED = "reached"  # all hours are over, and that was enough


@dataclass(frozen=True, slots=True)
class Hour:
    """A sitting as one person's. `there` is None while nobody has noted it; `of` is how long it went on, or is planned to."""

    sitting: int
    block: int
    on: datetime.date
    of: int
    there: int | None
    over: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a block, added up. All in minutes."""

    on: datetime.date
    block: int
    threshold: int
    noted: int = 0  # of the sittings of which it is known who was there
    there: int = 0  # as counted, also of a day that was made up
    to_come: int = 0
    not_noted: int = 0  # of sittings that are over
    made_up: bool = False

    @property
    def scheduled(self) -> int:
        return self.noted + self.to_come + self.not_noted

    @property
    def counts(self) -> int:
        """What of it counts: a day that was made up counts in full, also what nobody noted of it."""
        return self.noted + self.not_noted if self.made_up else self.there

    @property
    def state(self) -> DayState:
        if self.made_up:
            return DayState.MADE_UP
        if self.to_come:
            return DayState.UNDER_WAY if self.noted or self.not_noted else DayState.TO_COME
        if self.not_noted:
            return DayState.NOT_NOTED
        return DayState.THERE if enough(self.there, self.noted, self.threshold) else DayState.MISSED

    @property
    def percent(self) -> int | None:
        return percent(self.counts, self.noted + (self.not_noted if self.made_up else 0))


@dataclass(frozen=True)
class Standing:
    """One person's hours in a cohort, day by day and together. All in minutes."""

    threshold: int  # percent
    days: tuple[Day, ...] = ()
    there: int = field(init=False)  # what counts
    noted: int = field(init=False)  # of so many that were held and are known
    to_come: int = field(init=False)
    not_noted: int = field(init=False)

    def __post_init__(self) -> None:
        made_up = sum(day.not_noted for day in self.days if day.made_up)
        object.__setattr__(self, "there", sum(day.counts for day in self.days))
        object.__setattr__(self, "noted", sum(day.noted for day in self.days) + made_up)
        object.__setattr__(self, "to_come", sum(day.to_come for day in self.days))
        object.__setattr__(self, "not_noted", sum(day.not_noted for day in self.days) - made_up)

    @property
    def percent(self) -> int | None:
        """So far; None before anything was noted."""
        return percent(self.there, self.noted)

    @property
    def still_possible(self) -> int:
        """Minutes that may still be added by being there: what is to come, and what is not noted yet."""
        return self.to_come + self.not_noted

    @property
    def reachable_percent(self) -> int | None:
        """What it comes to by being there for all of that."""
        return percent(self.there + self.still_possible, self.noted + self.still_possible)

    @property
    def enough_so_far(self) -> bool:
        return enough(self.there, self.noted, self.threshold)

    @property
    def reached(self) -> bool:
        """Everything is over and noted, and it was enough."""
        return self.word == Word.REACHED

    @property
    def word(self) -> Word:
        if not self.noted:
            return Word.NOTHING_YET
        if not enough(self.there + self.still_possible, self.noted + self.still_possible, self.threshold):
            return Word.BY_MAKING_UP
        if not self.enough_so_far:
            return Word.WITHIN_REACH
        return Word.ON_THE_WAY if self.still_possible else Word.REACHED

    @property
    def missed(self) -> tuple[Day, ...]:
        """Days that were missed, wholly or in part, and are not made up."""
        return tuple(day for day in self.days if day.state == DayState.MISSED)

    @property
    def made_up(self) -> tuple[Day, ...]:
        return tuple(day for day in self.days if day.made_up)


def enough(there: int, of: int, threshold: int) -> bool:
    """Whether this is the share that is asked for; of nothing, nothing is asked."""
    return there * 100 >= threshold * of


def percent(there: int, of: int) -> int | None:
    """Rounded down, so that nobody reads a number that they have not reached."""
    return there * 100 // of if of else None


def add_up(hours: Iterable[Hour], *, threshold: int, made_up: frozenset[datetime.date] = frozenset()) -> Standing:
    """The standing that these hours come to. `made_up` are the days of which a trainer decided that they count."""
    sums: dict[tuple[datetime.date, int], list[int]] = {}
    for hour in hours:
        day = sums.setdefault((hour.on, hour.block), [0, 0, 0, 0])
        if hour.there is not None:
            day[0] += hour.of
            day[1] += min(hour.there, hour.of)
        else:
            day[3 if hour.over else 2] += hour.of
    days = []
    for (on, block), (noted, there, to_come, not_noted) in sorted(sums.items()):
        days.append(Day(on, block, threshold, noted, there, to_come, not_noted, made_up=on in made_up))
    return Standing(threshold, tuple(days))
