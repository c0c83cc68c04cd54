"""How far the trainees of a cohort are, block by block: what its trainers look at, all of them at once.

Of journals it knows one thing: that something was kept, where its author said so. Added up by the database, in the same number of
questions whatever the size of the cohort and its course; who needs one person's hours day by day asks `courses.standing`.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from courses.models import Attendance, Block, Cohort, MakeUp, Membership, Progress
from courses.standing import enough
from courses.years import year_of
from lms.permissions import Verb, parts_that
from lms.prepared import Prepared

NOTHING_DONE = (0, 0, 0)
NO_HOURS = (0, 0)


class InBlock(NamedTuple):
    """Somebody in a block: what they did of its activities, and how long they were there in its sittings."""

    title: str
    opened: bool
    threshold: int  # per cent
    begun: int = 0
    done: int = 0
    of: int = 0  # how many activities it has
    kept: int = 0  # of those done, by the author's word that something was kept in the journal
    minutes: int = 0
    noted: int = 0  # minutes of its sittings of which it is known who was there
    made_up: bool = False  # a trainer decided that what was missed of it counts

    @property
    def state(self) -> str:
        """ "locked", "", "begun" or "done"."""
        if not self.opened:
            return "locked"
        if self.of and self.done >= self.of:
            return "done"
        return "begun" if self.begun else ""

    @property
    def there(self) -> str:
        """ "there", "made_up", "part", "away", or nothing where nothing is known yet."""
        if not self.noted:
            return ""
        if enough(self.minutes, self.noted, self.threshold):
            return "there"
        if self.made_up:
            return "made_up"
        return "part" if self.minutes else "away"


class InYear(NamedTuple):
    """A trainee with their blocks, in order."""

    membership: int
    person: int
    name: str
    blocks: list[InBlock]

    @property
    def minutes(self) -> int:
        return sum(block.minutes for block in self.blocks)

    @property
    def noted(self) -> int:
        return sum(block.noted for block in self.blocks)


class Here(NamedTuple):
    """Somebody who is in the cohort now."""

    membership: int
    person: int
    name: str
    part: str
    is_active: bool


@dataclass
class Overview:
    """Everybody, by name; and the days that are still to be made up, the oldest first."""

    people: list[Here] = field(default_factory=list)
    trainees: list[InYear] = field(default_factory=list)
    make_ups: list[MakeUp] = field(default_factory=list)


def overview_of(cohort: Cohort) -> Overview:
    """Five queries. Asks nobody: whoever shows it asks first."""
    make_ups = _make_ups(cohort=cohort.pk)
    made_up = {(one.person_id, one.block_id) for one in make_ups if one.made_up}
    people = [Here(*row) for row in _people(cohort=cohort.pk)]
    learning = parts_that(Verb.KEEP_HOURS)
    return Overview(
        people=people,
        trainees=_in_blocks(cohort, [one for one in people if one.part in learning], made_up),
        make_ups=[one for one in make_ups if one.decided_at is None],
    )


def _in_blocks(cohort: Cohort, them: list[Here], made_up: set[tuple[int, int]]) -> list[InYear]:
    held = _held(cohort=cohort.pk)
    done = {(person, module): counts for person, module, *counts in _progress(cohort=cohort.pk)}
    counted = {"counted": [sitting for sitting, _block, _went_on in held]} if held else {}
    hours = {(person, block): counts for person, block, *counts in _minutes(bool(held), cohort=cohort.pk, **counted)}
    noted: dict[int, int] = defaultdict(int)
    for _sitting, block, went_on in held:
        noted[block] += went_on
    blocks = blank_blocks(cohort, noted)

    def stands(person: int) -> Iterator[InBlock]:
        for module, block, blank in blocks:
            begun, finished, kept = done.get((person, module), NOTHING_DONE)
            there, besides = hours.get((person, block), NO_HOURS)
            noted = blank.noted + (besides or 0)
            yield InBlock(*blank[:3], begun, finished, blank.of, kept, min(there, noted), noted, (person, block) in made_up)

    return [InYear(one.membership, one.person, one.name, list(stands(one.person))) for one in them]


def blank_blocks(cohort: Cohort, noted: Mapping[int, int]) -> list[tuple[int, int, InBlock]]:
    """(module, block, that block of somebody who has left no trace in it), in order. `noted`: block -> minutes that a room counted."""
    year, today, threshold = year_of(cohort), cohort.today(), cohort.attendance_threshold
    of = Counter(one.module_id for one in year.activities)
    return [
        (
            one.module_id,
            one.pk,
            InBlock(one.module.short, one.opens_on <= today, threshold, of=of[one.module_id], noted=noted.get(one.pk, 0)),
        )
        for one in year.blocks
    ]


@Prepared
def _people(*, cohort: int) -> QuerySet[Any, Any]:
    """Who is here now, by name."""
    current = Membership.objects.current().filter(cohort=cohort).order_by("person__display_name", "pk")
    return current.values_list("pk", "person", "person__display_name", "part", "person__is_active")


@Prepared
def _make_ups(*, cohort: int) -> QuerySet[MakeUp]:
    return MakeUp.objects.filter(cohort=cohort).order_by("day", "pk").select_related("person", "block__module")


@Prepared
def _progress(*, cohort: int) -> QuerySet[Any, Any]:
    """(person, module, begun, done, kept)."""
    rows = Progress.objects.filter(cohort=cohort, activity__retired_at=None).values_list("person", "activity__module")
    kept = Q(done_at__isnull=False, how=Progress.How.ENTRY)
    return rows.annotate(begun=Count("pk"), done=Count("done_at"), kept=Count("pk", filter=kept)).order_by()


@Prepared
def _held(*, cohort: int) -> QuerySet[Any, Any]:
    """(sitting, block, minutes it went on) of those that a room counted: whoever has no minutes there was away."""
    counted = Attendance.objects.counted_by_room().filter(sitting__block__cohort=cohort)
    each = counted.values("sitting").annotate(went_on=Max("of_minutes")).order_by()
    return each.values_list("sitting", F("sitting__block"), "went_on")


@Prepared
def _minutes(some: bool, *, cohort: int, counted: Sequence[int] = ()) -> QuerySet[Any, Any]:
    """(person, block, minutes there, minutes noted in sittings that no room counted)."""
    there = Attendance.objects.filter(sitting__block__cohort=cohort).values_list("person", "sitting__block")
    besides = Sum("of_minutes", filter=~Q(sitting__in=counted)) if some else Sum("of_minutes")
    return there.annotate(there=Sum("minutes"), besides=besides).order_by()


def blocks_opening(cohort: Cohort, until: datetime.date) -> list[Block]:
    """The blocks whose texts open from tomorrow until then. No query."""
    return [block for block in year_of(cohort).blocks if cohort.today() < block.opens_on <= until]
