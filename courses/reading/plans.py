"""What the pages of a plan show, gathered in a few queries whatever the length of the year."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.conf.locale import LANG_INFO
from django.db.models import QuerySet
from django.forms import BoundField, ChoiceField, Form
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Block, ChangedDate, Cohort, PlanChange, Sitting
from courses.models.plans import CALLED_OFF, DETAILS, RENAMED, Moments, moments_of
from courses.planning import BlockOutline, Plan, differences, outline_of_programme
from courses.planning.outlines import DAY, outline_of_block
from courses.planning.words import clock_words, day_words, moments_words
from courses.signals import DateChange
from lms.templatetags.lms import zone_words

Kind = ChangedDate.Kind
ZONE = "time_zone"  # the name of its row in a record
FEW = 6  # sittings that stand open among what would change


@dataclass(frozen=True)
class Hour:
    """A sitting of the plan's page."""

    sitting: Sitting
    begins: datetime.datetime  # by the clock of the course
    ends: datetime.datetime
    over: bool  # it has begun, so its time stays


@dataclass(frozen=True)
class Day:
    day: datetime.date
    hours: list[Hour]

    @property
    def over(self) -> bool:
        return all(hour.over for hour in self.hours)

    @property
    def takes_place(self) -> bool:
        """Some of it is still to come."""
        return any(not hour.over and hour.sitting.called_off_at is None for hour in self.hours)

    @property
    def to_come(self) -> bool:
        """None of it has begun."""
        return not any(hour.over for hour in self.hours)


@dataclass(frozen=True)
class PlannedBlock:
    block: Block
    days: list[Day]
    differences: list[str]


@dataclass(frozen=True)
class Moved:
    """One line of a record: what, of what, from what to what."""

    label: str
    name: str
    was: str
    now: str


@dataclass(frozen=True)
class Change:
    """What somebody saved together."""

    row: PlanChange
    who: str
    moves: list[Moved] = field(default_factory=list)


def plan_page(cohort: Cohort) -> dict[str, Any]:
    """The year as it is planned, and in what it is another one than the template. Five queries."""
    plan, now = Plan.read(cohort), timezone.now()
    actual = [outline_of_block(block, plan.blocks[0].starts_on, plan.sittings_of(block), cohort.time_zone) for block in plan.blocks]
    template, here = outline_of_programme(cohort.programme), {block.module_id for block in plan.blocks}
    other, missing = differences(actual, template), [one.module for one in template if one.module.pk not in here]
    return {
        "blocks": [PlannedBlock(block, _days(plan, block, now), other.get(block.module_id, [])) for block in plan.blocks],
        "missing": missing,
        "differs": bool(other),
        "duties": plan.duties,
        "languages": [language_words(code) for code in cohort.languages],
    }


def _days(plan: Plan, block: Block, now: datetime.datetime) -> list[Day]:
    hours = [Hour(sitting, *plan.wall(sitting), over=sitting.has_begun(now)) for sitting in plan.sittings_of(block)]
    return [Day(day, list(inside)) for day, inside in groupby(hours, key=lambda hour: hour.begins.date())]


def language_words(code: str) -> str:
    """What people who speak it call it."""
    return str(LANG_INFO.get(code, {}).get("name_local", code))


def changes_since(kept: QuerySet[PlanChange], version: int, cohort: Cohort, most: int) -> list[Change]:
    """What was saved after the plan had this version, the newest first. Two queries."""
    rows = kept.filter(version__gt=version).select_related("actor").prefetch_related("dates").order_by("-version")[:most]
    return [Change(row, row.actor.display_name if row.actor else "", _moves(list(row.dates.all()), cohort.time_zone)) for row in rows]


def _moves(dates: list[ChangedDate], zone: str) -> list[Moved]:
    """Where the clock of the course was changed with them, each time is by the clock that held."""
    clock = next(((one.was, one.now) for one in dates if one.kind == Kind.DETAIL and one.name == ZONE), None)
    return [_moved(one, clock or (zone, zone)) for one in dates]


def _moved(one: ChangedDate, clock: tuple[str, str]) -> Moved:
    if one.kind == Kind.DETAIL and one.name == ZONE:
        return _of_zone(one.was, one.now)
    if one.kind == Kind.DETAIL and one.name == CALLED_OFF:
        return Moved(_("Sitting"), one.was, moments_words(moments_of(one.now), clock[0]), _("called off"))
    if one.kind == Kind.DETAIL and one.name == RENAMED:
        return Moved(_("Name of a sitting"), "", one.was, one.now)
    if one.kind == Kind.DETAIL:
        return Moved(str(DETAILS.get(one.name, one.name)), "", one.was, one.now)
    was, now = (_at(moments_of(text), zone, clock) for text, zone in zip((one.was, one.now), clock, strict=True))
    return _line(one.kind, one.name, was, now)


def _of_zone(was: str, now: str) -> Moved:
    return Moved(_("Time zone of the course"), "", zone_words(was), zone_words(now))


def _at(moments: Moments, zone: str, clock: tuple[str, str]) -> str:
    """With the name of the zone where there are two."""
    words, hours = moments_words(moments, zone), moments and isinstance(moments[0], datetime.datetime)
    return f"{words} ({zone_words(zone)})" if hours and clock[0] != clock[1] else words


def shown_before_saving(changes: list[DateChange], zone: str, other: str = "") -> dict[str, list[Moved]]:
    """The same for what is not saved yet; more than a few sittings stand apart, folded, so that what depends on all this is near."""
    sittings = [change for change in changes if change.kind == Kind.SITTING]
    folded = sittings if len(sittings) > FEW else []
    clock = (zone, other or zone)
    moves = [_to_move(change, clock) for change in changes if change not in folded]
    return {"moves": [_of_zone(zone, other), *moves] if other else moves, "sittings": [_to_move(change, clock) for change in folded]}


def _to_move(change: DateChange, clock: tuple[str, str]) -> Moved:
    was, now = (_at(moments, zone, clock) for moments, zone in zip((change.was, change.now), clock, strict=True))
    return _line(change.kind, change.name, was, now)


def _line(kind: str, name: str, was: str, now: str) -> Moved:
    """Of what comes or goes it is said in words what it was, or is."""
    if kind == Kind.SITTING:
        now = now or _("not held")
    if kind != Kind.DETAIL:
        was = was or _("not planned")
    return Moved(str(Kind(kind).label), name, was, now)


def first_look(outline: list[BlockOutline], starts: list[datetime.date]) -> list[dict[str, Any]]:
    """A year that is not begun yet, block by block."""
    return [
        {
            "module": block.module,
            "opens_on": start - block.opens_before * DAY,
            "starts_on": start,
            "ends_on": start + (block.days - 1) * DAY,
            "days": block.days,
            "sittings": len(block.sittings),
        }
        for block, start in zip(outline, starts, strict=True)
    ]


def both(form: Form) -> list[tuple[str, str, str]]:
    """(field, as it stands, as it was typed) of a valid form wherever the two are not the same."""
    fields = [(str(bound.label), _spoken(bound, bound.initial), _spoken(bound, form.cleaned_data.get(bound.name))) for bound in form]
    return [one for one, bound in zip(fields, form, strict=True) if not bound.is_hidden and one[1] != one[2]]


def _spoken(bound: BoundField, value: Any) -> str:
    if isinstance(bound.field, ChoiceField):
        key = value.isoformat() if isinstance(value, datetime.date) else value
        choices: list[tuple[Any, Any]] = list(bound.field.choices)  # type: ignore[arg-type]
        return next((str(label) for one, label in choices if str(one) == str(key)), "")
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, datetime.date):
        return day_words(value)
    if isinstance(value, datetime.time):
        return clock_words(value)
    return "" if value is None else str(value)
