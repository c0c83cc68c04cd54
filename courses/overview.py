"""How far the trainees of a cohort are, block by block: what its trainers look at, all of them at once.

Of journals it knows one thing: that something was kept, where its author said so. Added up by the database, in the same number of
questions whatever the size of the cohort and its course; who needs one person's hours day by day asks `courses.standing`.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, F, Max, Q, Sum

from courses.models import Attendance, Cohort, MakeUp, Membership, Progress
from courses.standing import enough
from courses.years import year_of
from lms.permissions import Verb, parts_that


@dataclass(frozen=True)
class InBlock:
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


@dataclass(frozen=True)
class InYear:
    """A trainee with their blocks, in order."""

    membership: Membership
    blocks: list[InBlock]

    @property
    def minutes(self) -> int:
        return sum(block.minutes for block in self.blocks)

    @property
    def noted(self) -> int:
        return sum(block.noted for block in self.blocks)


@dataclass
class Overview:
    """Everybody, by name; and the days that are still to be made up, the oldest first."""

    trainees: list[InYear] = field(default_factory=list)
    make_ups: list[MakeUp] = field(default_factory=list)


def trainees_of(cohort: Cohort) -> list[Membership]:
    """Who learns here now, by name, with the person. One query."""
    current = Membership.objects.current().filter(cohort=cohort, part__in=parts_that(Verb.KEEP_HOURS))
    return list(current.select_related("person").order_by("person__display_name", "pk"))


def overview_of(cohort: Cohort) -> Overview:
    """Five queries. Asks nobody: whoever shows it asks first."""
    members = trainees_of(cohort)
    make_ups = list(MakeUp.objects.filter(cohort=cohort).order_by("day", "pk").select_related("person", "block__module"))
    return Overview(
        trainees=_in_blocks(cohort, members, {(one.person_id, one.block_id) for one in make_ups if one.made_up}),
        make_ups=[one for one in make_ups if one.decided_at is None],
    )


def in_year(membership: Membership) -> InYear:
    """One of them, as the table shows them. Four queries, if the membership brings its cohort."""
    made_up = MakeUp.objects.made_up().filter(cohort=membership.cohort_id, person=membership.person_id)
    return _in_blocks(membership.cohort, [membership], set(made_up.values_list("person", "block")))[0]


def _in_blocks(cohort: Cohort, members: Iterable[Membership], made_up: set[tuple[int, int]]) -> list[InYear]:
    year, today = year_of(cohort), cohort.today()
    of: dict[int, int] = defaultdict(int)
    for one in year.activities:
        of[one.module_id] += 1
    members = list(members)
    only = {"person": members[0].person_id} if len(members) == 1 else {}
    held = _held(cohort)
    done = {(person, module): counts for person, module, *counts in _progress(cohort, **only)}
    hours = {(person, block): counts for person, block, *counts in _minutes(cohort, {sitting for sitting, _, _ in held}, **only)}
    held_in: dict[int, int] = defaultdict(int)
    for _sitting, block, went_on in held:
        held_in[block] += went_on

    def stands(member: Membership) -> InYear:
        blocks = []
        for block in year.blocks:
            begun, finished, kept = done.get((member.person_id, block.module_id), (0, 0, 0))
            there, besides = hours.get((member.person_id, block.pk), (0, 0))
            noted = held_in.get(block.pk, 0) + (besides or 0)
            blocks.append(
                InBlock(
                    title=block.module.short,
                    opened=block.opens_on <= today,
                    threshold=cohort.attendance_threshold,
                    begun=begun,
                    done=finished,
                    of=of.get(block.module_id, 0),
                    kept=kept,
                    minutes=min(there, noted),
                    noted=noted,
                    made_up=(member.person_id, block.pk) in made_up,
                )
            )
        return InYear(member, blocks)

    return [stands(member) for member in members]


def _progress(cohort: Cohort, **only: int) -> list[tuple[int, ...]]:
    """(person, module, begun, done, kept)."""
    rows = Progress.objects.filter(cohort=cohort, activity__retired_at=None, **only).values_list("person", "activity__module")
    kept = Q(done_at__isnull=False, how=Progress.How.ENTRY)
    return list(rows.annotate(begun=Count("pk"), done=Count("done_at"), kept=Count("pk", filter=kept)).order_by())


def _held(cohort: Cohort) -> list[tuple[int, int, int]]:
    """(sitting, block, minutes it went on) of those that a room counted: whoever has no minutes there was away."""
    counted = Attendance.objects.counted_by_room().filter(sitting__block__cohort=cohort)
    each = counted.values("sitting").annotate(went_on=Max("of_minutes")).order_by()
    return list(each.values_list("sitting", F("sitting__block"), "went_on"))


def _minutes(cohort: Cohort, counted: set[int], **only: int) -> list[tuple[int, ...]]:
    """(person, block, minutes there, minutes noted in sittings that no room counted)."""
    there = Attendance.objects.filter(sitting__block__cohort=cohort, **only)
    besides = Sum("of_minutes", filter=~Q(sitting__in=counted)) if counted else Sum("of_minutes")
    return list(there.values_list("person", "sitting__block").annotate(there=Sum("minutes"), besides=besides).order_by())


def blocks_opening(cohort: Cohort, until: datetime.date) -> list[str]:
    """Titles of the blocks whose texts open from tomorrow until then. No query."""
    return [block.module.title for block in year_of(cohort).blocks if cohort.today() < block.opens_on <= until]
