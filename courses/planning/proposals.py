"""The ways in which dates are moved. Each gives a proposal; nothing is moved by it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import replace

from courses.models import Block, Sitting
from courses.planning.outlines import BlockOutline
from courses.planning.plans import NEW_BLOCK, Days, Duty, Fresh, FreshBlock, Plan, Proposal, Wall

DAY = datetime.timedelta(days=1)


def move_block(plan: Plan, block: Block, days: Days, *, along: bool) -> Proposal:
    """Other days for a block; its sittings keep their hours and go `along` as far as its first day does."""
    by = days.starts_on - block.starts_on
    sittings = {sitting.pk: plan.wall(sitting).moved(by) for sitting in plan.sittings_of(block)} if along and by else {}
    return Proposal(blocks={block.pk: days}, sittings=sittings)


def move_sitting(plan: Plan, sitting: Sitting, day: datetime.date, begins: datetime.time, ends: datetime.time) -> Proposal:
    """Another time for one sitting. Its block gets longer or shorter with it."""
    wall = Wall(datetime.datetime.combine(day, begins), datetime.datetime.combine(day, ends))
    block = next(block for block in plan.blocks if block.pk == sitting.block_id)
    return _with_its_block(plan, block, Proposal(sittings={sitting.pk: wall}))


def move_day(plan: Plan, block: Block, day: datetime.date, to: datetime.date) -> Proposal:
    """One day of a block with all its sittings, at the same hours on another day."""
    moved = {
        sitting.pk: plan.wall(sitting).moved(to - day) for sitting in plan.sittings_of(block) if plan.wall(sitting).begins.date() == day
    }
    return _with_its_block(plan, block, Proposal(sittings=moved))


def add_sitting(
    plan: Plan, block: Block, title: str, day: datetime.date, begins: datetime.time, ends: datetime.time, activities: tuple[int, ...] = ()
) -> Proposal:
    """One more sitting of a block, which gets longer with it where it has to."""
    wall = Wall(datetime.datetime.combine(day, begins), datetime.datetime.combine(day, ends))
    return _with_its_block(plan, block, Proposal(added=(Fresh(block.pk, title, wall, activities),)))


def add_block(outline: BlockOutline, starts_on: datetime.date, *, twice: bool) -> Proposal:
    """A block of the template that is not planned here, from this day on, with its sittings at the template's hours; `twice` as long each
    where it is interpreted turn by turn."""
    last = starts_on + (outline.days - 1) * DAY
    fresh = []
    for number in range(outline.days):
        day, those = starts_on + number * DAY, [one for one in outline.sittings if one.day == number]
        walls = [Wall(begins, begins + one.lasts) for one in those for begins in [datetime.datetime.combine(day, one.begins)]]
        walls = doubled(walls, range(len(walls)) if twice else ())
        fresh += [Fresh(NEW_BLOCK, one.title, wall, one.activities) for one, wall in zip(those, walls, strict=True)]
    days = Days(starts_on - outline.opens_before * DAY, starts_on, last)
    return Proposal(block=FreshBlock(outline.module, days), added=tuple(fresh))


def double_minutes(plan: Plan, sittings: Sequence[Sitting], chosen: Collection[int]) -> Proposal:
    """Of the sittings of one day those that were chosen take twice their minutes, and what comes after them begins as much later."""
    walls = [plan.wall(one) for one in sittings]
    after = doubled(walls, [number for number, one in enumerate(sittings) if one.pk in chosen])
    return Proposal(sittings={one.pk: now for one, was, now in zip(sittings, walls, after, strict=True) if now != was})


def doubled(walls: Sequence[Wall], which: Collection[int]) -> list[Wall]:
    """The hours of one day, where those at these places take twice their minutes; breaks stay as long as they are."""
    later, found = datetime.timedelta(), []
    for number, wall in enumerate(walls):
        begins, lasts = wall.begins + later, wall.ends - wall.begins
        found.append(Wall(begins, begins + lasts * (2 if number in which else 1)))
        later = found[-1].ends - wall.ends
    return found


def add_day(plan: Plan, block: Block, like: datetime.date, to: datetime.date) -> Proposal:
    """One more day of a block, with the same sittings at the same hours as on the day it is made like. One query."""
    sittings = [one for one in plan.sittings_of(block) if plan.wall(one).begins.date() == like]
    done_in: dict[int, tuple[int, ...]] = {}
    for sitting, activity in Sitting.activities.through.objects.filter(sitting__in=sittings).values_list("sitting", "activity"):
        done_in[sitting] = (*done_in.get(sitting, ()), activity)
    fresh = tuple(Fresh(block.pk, one.title, plan.wall(one).moved(to - like), done_in.get(one.pk, ())) for one in sittings)
    return _with_its_block(plan, block, Proposal(added=fresh))


def remove_sittings(plan: Plan, block: Block, sittings: list[Sitting]) -> Proposal:
    """These are not held. Their block gets shorter with them where they were its first or last day."""
    return _with_its_block(plan, block, Proposal(removed=frozenset(one.pk for one in sittings)))


def change_zone(plan: Plan, zone: str, *, same_hours: bool, now: datetime.datetime) -> Proposal:
    """Another clock for the course. What has begun, or was called off, keeps its moment; of all others either the hour
    stays that clocks show (`same_hours`), so that the moment is another one, or the moment, so that the hour is."""
    to_come = [one for one in plan.sittings if one.starts_at > now and one.called_off_at is None]
    return Proposal(zone=zone, sittings={one.pk: plan.wall(one) for one in to_come} if same_hours else {})


def shift_year(plan: Plan, block: Block, to: datetime.date, *, duties: bool) -> Proposal:
    """This block begins on that day; it and all after it move by as many days, at the same hours, and so do activities
    of these blocks that open on a day of their own. With `duties`, so does who is on
    duty from the day on which that block's texts open."""
    by = to - block.starts_on
    moving = [one for one in plan.blocks if one.module.number >= block.module.number]
    moved, modules = {one.pk for one in moving}, {one.module_id for one in moving}
    return Proposal(
        blocks={one.pk: Days(one.opens_on + by, one.starts_on + by, one.ends_on + by) for one in moving},
        sittings={sitting.pk: plan.wall(sitting).moved(by) for sitting in plan.sittings if sitting.block_id in moved},
        duties={duty.pk: Duty(duty.from_on + by, duty.until_on + by) for duty in plan.duties if duties and duty.from_on >= block.opens_on},
        own_days={one.key: one.opens_on + by for one in plan.own_days if one.module in modules},
    )


def _with_its_block(plan: Plan, block: Block, proposal: Proposal) -> Proposal:
    """The block's first and last day follow its sittings where they did before; they never leave one outside."""
    before = plan.days_of(block)
    mine = [one for one in plan.sittings_after(proposal) if one.block_id == block.pk]
    after = sorted({plan.wall_after(proposal, sitting).begins.date() for sitting in mine})
    if not after:
        return proposal
    starts_on = after[0] if before and before[0] == block.starts_on else min(block.starts_on, after[0])
    ends_on = after[-1] if before and before[-1] == block.ends_on else max(block.ends_on, after[-1])
    return replace(proposal, blocks={block.pk: Days(min(block.opens_on, starts_on), starts_on, ends_on)})
