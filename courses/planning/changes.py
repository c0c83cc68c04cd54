"""What a proposal comes to, date by date."""

from __future__ import annotations

import datetime
import hashlib

from courses.models import ChangedDate
from courses.models.cohorts import KEPT_YEARS, years_after
from courses.models.plans import written
from courses.planning.plans import NEW_BLOCK, Plan, Proposal
from courses.signals import DateChange

Kind = ChangedDate.Kind


def changes_of(plan: Plan, proposal: Proposal) -> list[DateChange]:
    """Every date that would be another one, in the order of a year; what follows from others (the course's own first and last day,
    until when journals are kept) last."""
    found = (
        _blocks(plan, proposal) + _sittings(plan, proposal) + _own_days(plan, proposal) + _duties(plan, proposal) + _course(plan, proposal)
    )
    return [change for change in found if change.was != change.now]


def digest(changes: list[DateChange], zone: str = "") -> str:
    """Tells whether what is to be saved is what was shown; `zone` is that of the course, where it would be another one."""
    words = zone + "\n".join(f"{one.kind} {one.block} {one.sitting} {one.name} {written(one.was)} {written(one.now)}" for one in changes)
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _blocks(plan: Plan, proposal: Proposal) -> list[DateChange]:
    kinds = [(Kind.OPENS, "opens_on"), (Kind.STARTS, "starts_on"), (Kind.ENDS, "ends_on")]
    return [
        DateChange(
            kind,
            block.module.title,
            (getattr(block, name),) if block.pk != NEW_BLOCK else (),
            (getattr(plan.days_after(proposal, block), name),),
            block=block.pk,
        )
        for block in plan.blocks_after(proposal)
        for kind, name in kinds
    ]


def _sittings(plan: Plan, proposal: Proposal) -> list[DateChange]:
    """Of one that would come there is nothing before, of one that would go nothing after."""
    there = {one.pk: one for one in [*plan.sittings, *plan.sittings_after(proposal)]}
    return [
        DateChange(
            Kind.SITTING,
            sitting.title,
            (sitting.starts_at.astimezone(datetime.UTC), sitting.ends_at.astimezone(datetime.UTC)) if pk > 0 else (),
            tuple(plan.hours_after(proposal, sitting)) if pk not in proposal.removed else (),
            block=sitting.block_id,
            sitting=pk,
            is_off=sitting.called_off_at is not None,
        )
        for pk, sitting in there.items()
    ]


def _own_days(plan: Plan, proposal: Proposal) -> list[DateChange]:
    if not proposal.own_days:
        return []
    return [DateChange(Kind.RELEASE, one.title, (one.opens_on,), (proposal.own_days.get(one.key, one.opens_on),)) for one in plan.own_days]


def _duties(plan: Plan, proposal: Proposal) -> list[DateChange]:
    return [
        DateChange(Kind.DUTY, duty.person.display_name, (duty.from_on, duty.until_on), tuple(plan.duty_after(proposal, duty)))
        for duty in plan.duties
    ]


def _course(plan: Plan, proposal: Proposal) -> list[DateChange]:
    """The course's own days keep their distance to its first and last block."""
    cohort, starts_on, ends_on = plan.cohort, plan.cohort.starts_on, plan.cohort.ends_on
    if plan.blocks:
        first, last = plan.blocks[0], plan.blocks[-1]
        starts_on += plan.days_after(proposal, first).opens_on - first.opens_on
        ends_on += plan.days_after(proposal, last).ends_on - last.ends_on
    if proposal.block:
        starts_on, ends_on = min(starts_on, proposal.block.days.opens_on), max(ends_on, proposal.block.days.ends_on)
    # A day that coordinators chose stays, unless the course would go on after it: then it is the usual one.
    usual, chosen = years_after(ends_on, KEPT_YEARS), cohort.journal_keep_until
    kept = chosen if chosen is not None and chosen >= ends_on else usual
    return [
        DateChange(Kind.COURSE_STARTS, "", (cohort.starts_on,), (starts_on,)),
        DateChange(Kind.COURSE_ENDS, "", (cohort.ends_on,), (ends_on,)),
        DateChange(Kind.KEEP_UNTIL, "", (cohort.keeps_journals_until(),), (kept,)),
    ]
