"""What stands in the way of a proposal: sentences for whoever made it. None means that it can be saved."""

from __future__ import annotations

import datetime
from itertools import pairwise

from django.utils.translation import gettext as _

from courses.models import Attendance, AttendanceMark, Block, Sitting
from courses.planning.clocks import trouble_at
from courses.planning.plans import NEW_BLOCK, Plan, Proposal
from courses.planning.words import day_words, hours_words

MOST = 5  # sentences of one kind; whoever moved a whole year needs no hundred of them


def troubles_of(plan: Plan, proposal: Proposal, now: datetime.datetime) -> list[str]:
    """Sentences, each about one thing."""
    kinds = [_order, _what_was_held, _removed, _clocks, _outside, _days_held, _together]
    return [sentence for kind in kinds for sentence in kind(plan, proposal, now)[:MOST]]


def _moved(plan: Plan, proposal: Proposal) -> list[Sitting]:
    """Those with a time that they did not have: by the clock, or, where the clock is another one, as a moment."""
    return [one for one in plan.sittings_after(proposal) if one.pk < 0 or (one.pk in proposal.sittings and _is_other(plan, proposal, one))]


def _is_other(plan: Plan, proposal: Proposal, sitting: Sitting) -> bool:
    moments = plan.hours_after(proposal, sitting)
    return plan.wall_after(proposal, sitting) != plan.wall(sitting) or moments != (sitting.starts_at, sitting.ends_at)


def _order(plan: Plan, proposal: Proposal, now: datetime.datetime) -> list[str]:
    """Within each block that would change, and between it and its neighbours."""
    found, blocks = [], plan.blocks_after(proposal)
    for block in blocks:
        days = plan.days_after(proposal, block)
        if days.ends_on < days.starts_on:
            found.append(_("“%(block)s” would end before it begins. Please choose a later last day.") % {"block": block.module.title})
        if days.opens_on > days.starts_on:
            found.append(
                _("The texts of “%(block)s” would open after its first day. Please choose an earlier day for them.")
                % {"block": block.module.title}
            )
    for earlier, later in pairwise(blocks):
        if _starts(plan, proposal, later) <= _starts(plan, proposal, earlier) and {earlier.pk, later.pk} & {NEW_BLOCK, *proposal.blocks}:
            names = {"later": later.module.title, "earlier": earlier.module.title}
            found.append(_("“%(later)s” would not begin after “%(earlier)s”. Please choose other days.") % names)
    if proposal.block and proposal.block.days.starts_on < plan.cohort.today():
        sentence = _("“%(block)s” would begin in the past. Please choose a day that is still to come.")
        found.append(sentence % {"block": proposal.block.module.title})
    return found


def _starts(plan: Plan, proposal: Proposal, block: Block) -> datetime.date:
    return plan.days_after(proposal, block).starts_on


def _what_was_held(plan: Plan, proposal: Proposal, now: datetime.datetime) -> list[str]:
    found = []
    for sitting in _moved(plan, proposal):
        words = {"sitting": sitting.title, "day": day_words(plan.wall(sitting).begins)}
        if sitting.pk > 0 and sitting.has_begun(now):
            found.append(_("“%(sitting)s” has begun already, on %(day)s. What was held keeps its time.") % words)
        elif plan.hours_after(proposal, sitting).starts_at <= now:
            found.append(_("“%(sitting)s” would be in the past. Please choose a time that is still to come.") % words)
    return found


def _removed(plan: Plan, proposal: Proposal, now: datetime.datetime) -> list[str]:
    """What was held stays, and so does whatever somebody has been noted in. One query, where something would go."""
    if not proposal.removed:
        return []
    noted = set(AttendanceMark.objects.filter(sitting__in=proposal.removed).values_list("sitting", flat=True))
    noted |= set(Attendance.objects.filter(sitting__in=proposal.removed).values_list("sitting", flat=True))
    found = []
    for sitting in [one for one in plan.sittings if one.pk in proposal.removed]:
        words = {"sitting": sitting.title, "day": day_words(plan.wall(sitting).begins)}
        if sitting.has_begun(now):
            found.append(_("“%(sitting)s” has begun already, on %(day)s. What was held stays in the plan.") % words)
        elif sitting.pk in noted:
            found.append(_("Who was there is noted for “%(sitting)s” on %(day)s, so it stays in the plan. It can be moved.") % words)
    return found


def _clocks(plan: Plan, proposal: Proposal, now: datetime.datetime) -> list[str]:
    found = []
    for sitting in _moved(plan, proposal):
        begins, ends = plan.wall_after(proposal, sitting)
        if ends <= begins:
            found.append(_("“%(sitting)s” would end before it begins. Please choose a later end.") % {"sitting": sitting.title})
            continue
        sentences = dict.fromkeys(filter(None, (trouble_at(wall, plan.zone_after(proposal)) for wall in (begins, ends))))
        found += [f"“{sitting.title}”: {sentence}" for sentence in sentences]
    return found


def _outside(plan: Plan, proposal: Proposal, now: datetime.datetime) -> list[str]:
    """Sittings of a block that would change which are on none of its days."""
    found = []
    for block in plan.blocks:
        days = plan.days_after(proposal, block)
        if days == (block.opens_on, block.starts_on, block.ends_on) and not proposal.zone:
            continue
        for sitting in [one for one in plan.sittings_after(proposal) if one.block_id == block.pk]:
            if proposal.zone and (sitting.starts_at <= now or sitting.called_off_at is not None):
                continue
            day = plan.wall_after(proposal, sitting).begins.date()
            if not days.starts_on <= day <= days.ends_on:
                words = {"sitting": sitting.title, "day": day_words(day), "block": block.module.title}
                sentence = _(
                    "“%(sitting)s” on %(day)s would be outside the days of “%(block)s”. Please move it first, or choose other days."
                )
                found.append(sentence % words)
    return found


def _days_held(plan: Plan, proposal: Proposal, now: datetime.datetime) -> list[str]:
    """By another clock what was held must not be on another day: who was there is added up by the day."""
    if not proposal.zone:
        return []
    found = []
    for sitting in [one for one in plan.sittings if one.has_begun(now)]:
        was, after = plan.wall(sitting).begins, plan.wall_after(proposal, sitting).begins
        if was.date() != after.date():
            words = {"sitting": sitting.title, "was": day_words(was), "after": day_words(after)}
            sentence = _("“%(sitting)s” was held on %(was)s. By that clock it would be %(after)s, and hours are added up by the day.")
            found.append(sentence % words)
    return found


def _together(plan: Plan, proposal: Proposal, now: datetime.datetime) -> list[str]:
    """Two sittings at the same time, at least one of which would be moved."""
    moved = {sitting.pk for sitting in _moved(plan, proposal)}
    if not moved:
        return []
    sittings = [one for one in plan.sittings_after(proposal) if one.called_off_at is None or one.pk in moved]
    hours = {sitting.pk: plan.hours_after(proposal, sitting) for sitting in sittings}
    found = []
    latest: Sitting | None = None  # of all before: the one that ends last
    for sitting in sorted(sittings, key=lambda one: hours[one.pk]):
        if latest and hours[sitting.pk].starts_at < hours[latest.pk].ends_at and {sitting.pk, latest.pk} & moved:
            words = {"one": latest.title, "other": sitting.title, "when": hours_words(*plan.wall_after(proposal, sitting))}
            found.append(_("“%(one)s” and “%(other)s” would be at the same time (%(when)s). Please choose another time.") % words)
        if latest is None or hours[sitting.pk].ends_at > hours[latest.pk].ends_at:
            latest = sitting
    return found
