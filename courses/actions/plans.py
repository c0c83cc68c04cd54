"""Changing a cohort's plan. Every date that moves leaves a row that says who moved it, when, and from what to what."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.years import year_changed
from courses.models import AftercareDuty, Block, ChangedDate, Cohort, GroupRelease, PlanChange, Release, Sitting
from courses.models.plans import CALLED_OFF, DETAILS, RENAMED, written
from courses.permissions import may_in
from courses.planning import Plan, Proposal, changes_of, troubles_of
from courses.planning.plans import NEW_BLOCK
from courses.signals import DateChange, dates_changed, languages_changed, sitting_renamed, sittings_removed
from lms.permissions import Verb, require
from lms.users.models import User

Kind = ChangedDate.Kind


class PlanHasMoved(Exception):
    """Somebody else changed this plan since the form was shown; nothing was saved."""


@transaction.atomic
def move_dates(*, actor: User, cohort: Cohort, proposal: Proposal, version: int, why: str = "") -> PlanChange:
    """Moves what is proposed and what follows from it, keeps a record, and tells those above once.

    `version` is that of the plan which the actor saw. Raises PlanHasMoved if it is another one by now, and Refused with a sentence
    for what can not be.
    """
    require(may_in(actor, cohort, Verb.PLAN_YEAR), _("Only a coordinator moves dates."))
    current = lock_plan(cohort, version)
    plan = Plan.read(current)
    troubles = troubles_of(plan, proposal, timezone.now())
    require(not troubles, " ".join(troubles))
    changes, was = changes_of(plan, proposal), current.time_zone
    require(bool(changes) or plan.zone_after(proposal) != was, _("These are the dates as they stand. Nothing was changed."))
    _move(plan, proposal, changes)
    block = _add_block(plan, proposal)
    kept = _add(plan, proposal, block)
    changes = [
        replace(one, sitting=kept.get(one.sitting, one.sitting), block=block if one.block == NEW_BLOCK else one.block) for one in changes
    ]
    _remove(current, actor, why, proposal)
    rows = [_row(one) for one in changes]
    if current.time_zone != was:
        rows.insert(0, ChangedDate(kind=Kind.DETAIL, name="time_zone", was=was, now=current.time_zone))
    change = _recorded(current, actor, why, rows)
    year_changed(Cohort.objects.filter(pk=current.pk))
    dates_changed.send(Cohort, cohort=current, actor=actor, why=why, changes=changes, change=change)
    return change


@transaction.atomic
def describe_cohort(*, actor: User, cohort: Cohort, version: int, details: dict[str, Any]) -> PlanChange | None:
    """What the cohort is called, whom it is for, and what its organisation says on its first page: some of `DETAILS`. None if nothing
    changed. Raises PlanHasMoved like `move_dates`, and ValueError for anything else."""
    require(may_in(actor, cohort, Verb.PLAN_YEAR), _("Only a coordinator says what a cohort is."))
    current = lock_plan(cohort, version)
    if unknown := set(details) - set(DETAILS):
        raise ValueError(f"{unknown} is not for coordinators to say.")
    others = [name for name, value in details.items() if getattr(current, name) != value]
    if not others:
        return None
    rows, spoken = [_detail(current, name, details[name]) for name in others], current.languages
    for name in others:
        setattr(current, name, details[name])
    current.save(update_fields=others)
    if "languages" in others:
        languages_changed.send(Cohort, cohort=current, actor=actor, was=spoken)
    return _recorded(current, actor, "", rows)


@transaction.atomic
def rename_sitting(*, actor: User, cohort: Cohort, sitting: int, title: str, version: int) -> PlanChange | None:
    """Another title for a sitting that has not begun; its page and calendars follow, and nobody is written to. None if it is called so
    already. Raises PlanHasMoved like `move_dates`."""
    require(may_in(actor, cohort, Verb.PLAN_YEAR), _("Only a coordinator says what a sitting is called."))
    current = lock_plan(cohort, version)
    found = Sitting.objects.select_for_update(of=("self",)).get(pk=sitting, block__cohort=current)
    require(
        not found.has_begun(timezone.now()), _("“%(sitting)s” has begun already. What was held keeps its name.") % {"sitting": found.title}
    )
    if found.title == title:
        return None
    row = ChangedDate(kind=Kind.DETAIL, name=RENAMED, was=found.title[:140], now=title[:140], sitting=found)
    found.title = title
    found.save(update_fields=["title"])
    change = _recorded(current, actor, "", [row])
    sitting_renamed.send(Cohort, cohort=current, sitting=found)
    return change


def note_journals_day(*, actor: User, cohort: Cohort, change: DateChange) -> None:
    """Keeps a record of another last day for journals. Asks nobody: `courses.actions.keeping` has asked."""
    current = lock_plan(cohort, None)
    kept = _recorded(current, actor, "", [_row(change)])
    dates_changed.send(Cohort, cohort=current, actor=actor, why="", changes=[change], change=kept)


def note_called_off(*, actor: User, cohort: Cohort, sittings: Collection[int], why: str) -> None:
    """These do not take place at their hours: they stay in the plan, count for nobody, and take place again where they are moved. Whoever
    has another plan before them sees this first.

    Asks nobody, and tells nobody: calling off what is planned live (`live.actions.days`) is what calls it.
    """
    off = list(Sitting.objects.filter(pk__in=sittings, block__cohort=cohort, called_off_at=None).order_by("starts_at", "pk"))
    if off:
        Sitting.objects.filter(pk__in=[one.pk for one in off]).update(called_off_at=timezone.now())
        rows = [ChangedDate(kind=Kind.DETAIL, name=CALLED_OFF, was=one.title[:140], now=_hours_of(one), sitting=one) for one in off]
        _recorded(lock_plan(cohort, None), actor, why, rows)


def lock_plan(cohort: Cohort, version: int | None) -> Cohort:
    """The row as it is now, for nobody else to change in this transaction. Raises PlanHasMoved if it is not what the actor saw (None:
    they saw nothing)."""
    current = Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    if version is not None and current.plan_version != version:
        raise PlanHasMoved
    return current


def _move(plan: Plan, proposal: Proposal, changes: list[DateChange]) -> None:
    for pk, days in proposal.blocks.items():
        Block.objects.filter(pk=pk, cohort=plan.cohort).update(**days._asdict())
    sittings = [sitting for sitting in plan.sittings if sitting.pk in proposal.sittings]
    for sitting in sittings:
        sitting.starts_at, sitting.ends_at = plan.hours_after(proposal, sitting)
        sitting.called_off_at = None
    Sitting.objects.bulk_update(sittings, ["starts_at", "ends_at", "called_off_at"])
    for pk, duty in proposal.duties.items():
        AftercareDuty.objects.filter(pk=pk, cohort=plan.cohort).update(**duty._asdict())
    for (release, group), day in proposal.own_days.items():
        if group is None:
            Release.objects.filter(pk=release, cohort=plan.cohort).update(opens_on=day)
        else:
            GroupRelease.objects.filter(pk=group, release__cohort=plan.cohort).update(opens_on=day)
    releases = {release for release, _group in proposal.own_days}
    Release.objects.filter(pk__in=releases, cohort=plan.cohort).update(version=F("version") + 1)
    _move_course(plan.cohort, {change.kind: change.now[0] for change in changes if change.now})
    if proposal.zone:
        plan.cohort.time_zone = proposal.zone
        plan.cohort.save(update_fields=["time_zone"])


def _add_block(plan: Plan, proposal: Proposal) -> int | None:
    """Keeps the block that comes, if one does. Returns its id."""
    if proposal.block is None:
        return None
    fresh = Block.objects.create(cohort=plan.cohort, module=proposal.block.module, **proposal.block.days._asdict())
    return fresh.pk


def _add(plan: Plan, proposal: Proposal, block: int | None) -> dict[int | None, int]:
    """Keeps the sittings that come. Returns the ids that they had in the proposal, with those that they have now."""
    kept: dict[int | None, int] = {}
    for sitting in [one for one in plan.sittings_after(proposal) if one.pk < 0]:
        number, sitting.pk = sitting.pk, None
        if block is not None:  # a block comes with its sittings, and with no others
            sitting.block_id = block
        sitting.save()
        sitting.activities.set(proposal.added[-number - 1].activities)
        kept[number] = sitting.pk
    return kept


def _remove(cohort: Cohort, actor: User, why: str, proposal: Proposal) -> None:
    if proposal.removed:
        sittings_removed.send(Cohort, cohort=cohort, actor=actor, why=why, sittings=sorted(proposal.removed))
        Sitting.objects.filter(pk__in=proposal.removed, block__cohort=cohort).delete()


def _move_course(cohort: Cohort, now: dict[str, Any]) -> None:
    cohort.starts_on = now.get(Kind.COURSE_STARTS, cohort.starts_on)
    cohort.ends_on = now.get(Kind.COURSE_ENDS, cohort.ends_on)
    if cohort.journal_keep_until and cohort.journal_keep_until < cohort.ends_on:
        cohort.journal_keep_until = None
    Cohort.objects.filter(pk=cohort.pk).update(
        starts_on=cohort.starts_on, ends_on=cohort.ends_on, journal_keep_until=cohort.journal_keep_until
    )


def _row(change: DateChange) -> ChangedDate:
    return ChangedDate(
        kind=change.kind,
        name=change.name,
        was=written(change.was),
        now=written(change.now),
        block_id=change.block,
        sitting_id=change.sitting if change.now else None,
    )


def _detail(cohort: Cohort, name: str, value: Any) -> ChangedDate:
    """Of longer words the record says only that they are others."""
    if name == "organisation_words":
        return ChangedDate(kind=Kind.DETAIL, name=name)
    return ChangedDate(kind=Kind.DETAIL, name=name, was=_words(getattr(cohort, name)), now=_words(value))


def _hours_of(sitting: Sitting) -> str:
    return written(tuple(moment.astimezone(datetime.UTC) for moment in (sitting.starts_at, sitting.ends_at)))


def _words(value: Any) -> str:
    if value in Cohort.Access.values:
        return str(Cohort.Access(value).label)
    return (", ".join(value) if isinstance(value, list) else "" if value is None else str(value))[:140]


def _recorded(cohort: Cohort, actor: User, why: str, rows: list[ChangedDate]) -> PlanChange:
    cohort.plan_version += 1
    Cohort.objects.filter(pk=cohort.pk).update(plan_version=cohort.plan_version)
    change = PlanChange.objects.create(cohort=cohort, actor=actor, version=cohort.plan_version, why=why)
    for row in rows:
        row.change = change
    ChangedDate.objects.bulk_create(rows)
    return change
