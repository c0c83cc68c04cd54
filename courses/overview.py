"""How far the trainees of a cohort are: what its trainers see of each of them, and what each of them may see of it.

Of journals it knows one thing: that something was kept, where its author said so. Three questions to the database, whatever the
size of the cohort and its course.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, F, Max, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Activity, Attendance, Cohort, Membership, Progress
from courses.years import year_of
from lms.permissions import Part

LEARNING = (Part.TRAINEE, Part.ALUMNUS)  # whose year it is
THRESHOLD = 90  # per cent of the minutes held, in sittings


@dataclass(frozen=True)
class InBlock:
    """Somebody in a block: what they did of its activities, and how long they were there in its sittings."""

    title: str
    opened: bool
    begun: int = 0
    done: int = 0
    of: int = 0  # how many activities it has
    kept: int = 0  # of those done, by the author's word that something was kept in the journal
    minutes: int = 0
    held: int = 0  # minutes of its sittings so far

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
        """ "there", "part", "away", or nothing where nothing has been held or counted yet."""
        if not self.held:
            return ""
        if self.minutes * 100 >= self.held * THRESHOLD:
            return "there"
        return "part" if self.minutes else "away"


@dataclass(frozen=True)
class Point:
    """One thing that a certificate asks for, and how it stands."""

    met: bool
    words: str


@dataclass(frozen=True)
class Standing:
    """Somebody's year: block by block, and what a certificate asks for (attendance, peer meetings, closing statement)."""

    blocks: list[InBlock]
    meetings: int = 0  # of the peer group, by the course's plan: those that were
    meetings_planned: int = 0
    closing: bool | None = None  # whether the closing statement was kept; None: the course has none
    threshold: int = THRESHOLD

    @cached_property
    def minutes(self) -> int:
        return sum(block.minutes for block in self.blocks)

    @cached_property
    def held(self) -> int:
        return sum(block.held for block in self.blocks)

    @property
    def percent(self) -> int:
        """Of the minutes held, rounded down."""
        return min(100, self.minutes * 100 // self.held) if self.held else 0

    @cached_property
    def points(self) -> list[Point]:
        """The rule's three questions, answered in words."""
        points = [self._attendance()]
        if self.meetings_planned:
            words = ngettext("%(were)s of %(of)s peer meeting was.", "%(were)s of %(of)s peer meetings were.", self.meetings_planned)
            planned = {"were": self.meetings, "of": self.meetings_planned}
            points.append(Point(self.meetings >= self.meetings_planned, words % planned))
        if self.closing is not None:
            points.append(Point(self.closing, _("The closing statement is kept.") if self.closing else _("No closing statement is kept yet.")))
        return points

    @property
    def met(self) -> bool:
        """Whether everything is there. A person decides all the same."""
        return all(point.met for point in self.points)

    def _attendance(self) -> Point:
        if not self.held:
            return Point(False, _("No sitting has been held and counted yet."))
        words = _("There for %(hours)s of %(held)s hours held so far (%(percent)s %%; asked for: %(threshold)s %%).")
        numbers = {"hours": _hours(self.minutes), "held": _hours(self.held), "percent": self.percent, "threshold": self.threshold}
        return Point(self.percent >= self.threshold, words % numbers)


def _hours(minutes: int) -> str:
    """ "7", "7½"; rounded down to half an hour."""
    halves = minutes // 30
    return f"{halves // 2 or ''}½" if halves % 2 else f"{halves // 2}"


def trainees_of(cohort: Cohort) -> list[Membership]:
    """Who learns here now, by name, with the person. One query."""
    current = Membership.objects.current().filter(cohort=cohort, part__in=LEARNING)
    return list(current.select_related("person").order_by("person__display_name", "pk"))


def standings_of(cohort: Cohort, people: Collection[int] | None = None) -> dict[int, Standing]:
    """Person -> how they stand: of everybody who has left a trace, or of these people (their ids). Three queries."""
    only = {} if people is None else {"person__in": people}
    blocks = year_of(cohort).blocks
    today = cohort.today()
    activities = _activities(cohort)
    held = _held(cohort)
    done: dict[int, dict[int, tuple[int, ...]]] = defaultdict(dict)
    for person, module, *counts in _progress(cohort, **only):
        done[person][module] = tuple(counts)
    minutes: dict[int, dict[int, int]] = defaultdict(dict)
    for person, module, there in _minutes(cohort, **only):
        minutes[person][module] = there
    none = (0, 0, 0, 0, 0)

    def of(person: int) -> Standing:
        mine, there = done.get(person, {}), minutes.get(person, {})
        stand = []
        for block in blocks:
            module = block.module_id
            begun, finished, kept, _meetings, _closing = mine.get(module, none)
            stand.append(
                InBlock(
                    title=block.module.short,
                    opened=block.opens_on <= today,
                    begun=begun,
                    done=finished,
                    of=activities.all.get(module, 0),
                    kept=kept,
                    minutes=min(there.get(module, 0), held.get(module, 0)),
                    held=held.get(module, 0),
                )
            )
        closing = sum(counts[4] for counts in mine.values()) > 0 if activities.closing else None
        return Standing(stand, sum(counts[3] for counts in mine.values()), activities.meetings, closing)

    return {person: of(person) for person in ({*done, *minutes} if people is None else people)}


@dataclass(frozen=True)
class _Activities:
    all: dict[int, int]  # module -> how many
    meetings: int
    closing: bool


def _activities(cohort: Cohort) -> _Activities:
    """Of the year that this process knows. No query."""
    year = year_of(cohort)
    counts: dict[int, int] = defaultdict(int)
    for one in year.activities:
        counts[one.module_id] += 1
    meetings = sum(one.form == Activity.Form.PEER_GROUP for one in year.activities)
    return _Activities(counts, meetings, any(one.closing for one in year.activities))


def _progress(cohort: Cohort, **only: object) -> list[tuple[int, ...]]:
    """(person, module, begun, done, kept, peer meetings, closing statements)."""
    is_done = Q(done_at__isnull=False)
    rows = Progress.objects.filter(cohort=cohort, activity__retired_at=None, **only).values_list("person", "activity__module")
    counted = rows.annotate(
        begun=Count("pk"),
        done=Count("done_at"),
        kept=Count("pk", filter=is_done & Q(how=Progress.How.ENTRY)),
        meetings=Count("pk", filter=is_done & Q(activity__form=Activity.Form.PEER_GROUP)),
        closing=Count("pk", filter=is_done & Q(activity__closing=True)),
    )
    return list(counted.order_by())


def _minutes(cohort: Cohort, **only: object) -> list[tuple[int, int, int]]:
    """(person, module, minutes there)."""
    there = Attendance.objects.filter(sitting__block__cohort=cohort, **only)
    return list(there.values_list("person", "sitting__block__module").annotate(there=Sum("minutes")).order_by())


def _held(cohort: Cohort) -> dict[int, int]:
    """Module -> minutes of its sittings as they were held; a sitting counts once somebody was counted in it."""
    each = Attendance.objects.filter(sitting__block__cohort=cohort).values("sitting").annotate(went_on=Max("of_minutes"))
    held: dict[int, int] = defaultdict(int)
    for module, went_on in each.order_by().values_list(F("sitting__block__module"), "went_on"):
        held[module] += went_on
    return held


def block_ahead(cohort: Cohort, until: datetime.date) -> list[str]:
    """Titles of the blocks whose texts open from tomorrow until then. No query."""
    return [block.module.title for block in year_of(cohort).blocks if cohort.today() < block.opens_on <= until]
