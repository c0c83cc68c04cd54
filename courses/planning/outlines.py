"""A year without its dates: which block comes how long after the first, with which sittings at which hours.

The template is the outline that the programme's folder gives. A past cohort gives one too: that is how it is copied, and how what
differs from the template is found.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from courses.models import Activity, Block, Cohort, Module, Programme, Sitting
from courses.planning.clocks import wall_of

DAY = datetime.timedelta(days=1)
# A day of five sittings, 10:00 to 16:30 where the course is held, with breaks of 15, 45, 15 and 15 minutes.
HOURS = [datetime.time(10, 0), datetime.time(11, 15), datetime.time(13, 0), datetime.time(14, 15), datetime.time(15, 30)]
LASTS = datetime.timedelta(hours=1)
NOTHING: Mapping[int, tuple[int, ...]] = {}
BETWEEN = 42  # days from one block to the next where the folder says nothing


@dataclass(frozen=True)
class SittingOutline:
    """A sitting by the clock of the course; `day` is counted from the block's first day."""

    title: str
    day: int
    begins: datetime.time
    lasts: datetime.timedelta
    activities: tuple[int, ...] = ()

    @property
    def ends(self) -> datetime.time:
        return (datetime.datetime.combine(datetime.date.min + DAY, self.begins) + self.lasts).time()


@dataclass(frozen=True)
class BlockOutline:
    """A block: how many days after the course's first day it begins, how many before that its texts open, how many days it takes."""

    module: Module
    begins_after: int
    opens_before: int
    days: int
    sittings: tuple[SittingOutline, ...] = ()


def outline_of(programme: Programme, like: Cohort | None = None) -> list[BlockOutline]:
    """That of the cohort to copy, or the template."""
    return outline_of_programme(programme) if like is None else outline_of_cohort(like)


def outline_of_programme(programme: Programme) -> list[BlockOutline]:
    """The template. Two queries."""
    outline: list[BlockOutline] = []
    modules = programme.modules.order_by("number").defer("html")
    activities = {
        (module, slug): pk for pk, module, slug in Activity.objects.filter(module__programme=programme).values_list("pk", "module", "slug")
    }
    begins = 0
    for module in modules:
        begins = module.begins_after if module.begins_after is not None else begins + (BETWEEN if outline else 0)
        sittings = [
            SittingOutline(plan["title"], number, clock, LASTS, _known(activities, module, plan["activities"]))
            for number, day in enumerate(module.days)
            for clock, plan in zip(HOURS, day, strict=False)
        ]
        outline.append(BlockOutline(module, begins, module.opens_before, max(1, len(module.days)), tuple(sittings)))
    return outline


def _known(activities: dict[tuple[int, str], int], module: Module, slugs: list[str]) -> tuple[int, ...]:
    return tuple(activities[module.pk, slug] for slug in slugs if (module.pk, slug) in activities)


def outline_of_cohort(cohort: Cohort) -> list[BlockOutline]:
    """What a cohort's year is made of, whatever its dates. Three queries."""
    blocks = list(cohort.blocks.select_related("module").order_by("module__number").prefetch_related("sittings"))
    done_in: dict[int, tuple[int, ...]] = {}
    for sitting, activity in Sitting.activities.through.objects.filter(sitting__block__cohort=cohort).values_list("sitting", "activity"):
        done_in[sitting] = (*done_in.get(sitting, ()), activity)
    first_day, zone = blocks[0].starts_on if blocks else cohort.starts_on, cohort.time_zone
    return [outline_of_block(block, first_day, list(block.sittings.all()), zone, done_in) for block in blocks]


def outline_of_block(
    block: Block, first_day: datetime.date, sittings: list[Sitting], zone: str, done_in: Mapping[int, tuple[int, ...]] = NOTHING
) -> BlockOutline:
    """A block as it stands; `done_in` says what is done in which sitting, where that is asked for."""
    return BlockOutline(
        module=block.module,
        begins_after=(block.starts_on - first_day).days,
        opens_before=(block.starts_on - block.opens_on).days,
        days=(block.ends_on - block.starts_on).days + 1,
        sittings=tuple(_outline(sitting, block.starts_on, zone, done_in.get(sitting.pk, ())) for sitting in sittings),
    )


def _outline(sitting: Sitting, first_day: datetime.date, zone: str, activities: tuple[int, ...]) -> SittingOutline:
    begins, ends = (wall_of(moment, zone) for moment in (sitting.starts_at, sitting.ends_at))
    return SittingOutline(sitting.title, (begins.date() - first_day).days, begins.time(), ends - begins, activities)


def first_days(outline: list[BlockOutline], start: datetime.date) -> list[datetime.date]:
    """The first day of each block when the first of them begins then. Raises OverflowError beyond what calendars know."""
    begins = outline[0].begins_after if outline else 0
    return [start + (block.begins_after - begins) * DAY for block in outline]
