"""A cohort's plan as it stands, and a proposal to change it. Nothing here asks what is good."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from courses.models import AftercareDuty, Block, Cohort, Release, Sitting
from courses.planning.clocks import wall_of
from lms.db import local_datetime


class Days(NamedTuple):
    """A block's three days."""

    opens_on: datetime.date
    starts_on: datetime.date
    ends_on: datetime.date


class Hours(NamedTuple):
    """From when until when, as moments."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime


class Wall(NamedTuple):
    """The same by the clock of the course, without a zone: this is what stays when days move, whatever clocks do in between."""

    begins: datetime.datetime
    ends: datetime.datetime

    def moved(self, by: datetime.timedelta) -> Wall:
        return Wall(self.begins + by, self.ends + by)


class Duty(NamedTuple):
    from_on: datetime.date
    until_on: datetime.date


class OwnDay(NamedTuple):
    """The day on which an activity opens where that is not its block's: for everybody (`group` is None), or for a group."""

    release: int
    group: int | None  # of courses.models.GroupRelease
    title: str
    module: int
    opens_on: datetime.date

    @property
    def key(self) -> tuple[int, int | None]:
        return self.release, self.group


@dataclass(frozen=True)
class Proposal:
    """What would be another one than it is: row id -> its dates."""

    blocks: dict[int, Days] = field(default_factory=dict)
    sittings: dict[int, Wall] = field(default_factory=dict)
    duties: dict[int, Duty] = field(default_factory=dict)
    own_days: dict[tuple[int, int | None], datetime.date] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """Everything with a date in a cohort's year, in order."""

    cohort: Cohort
    blocks: list[Block]
    sittings: list[Sitting]
    duties: list[AftercareDuty]

    @classmethod
    def read(cls, cohort: Cohort) -> Plan:
        """Three queries."""
        blocks = list(cohort.blocks.select_related("module").defer("module__html", "module__days").order_by("module__number"))
        sittings = list(Sitting.objects.filter(block__cohort=cohort).order_by("starts_at", "pk"))
        return cls(cohort, blocks, sittings, list(cohort.duties.select_related("person").order_by("from_on", "pk")))

    @cached_property
    def own_days(self) -> list[OwnDay]:
        """One query, when they are asked for."""
        way = Release.Way
        rows = Release.objects.filter(cohort=self.cohort, way__in=[way.DATE, way.GROUP]).order_by("activity__position", "pk", "groups__pk")
        fields = ("pk", "way", "opens_on", "groups__pk", "groups__opens_on", "groups__group__title", "activity__title", "activity__module")
        found = []
        for pk, kind, opens_on, group, on_its_day, name, title, module in rows.values_list(*fields):
            if kind == way.DATE and opens_on:
                found.append(OwnDay(pk, None, title, module, opens_on))
            elif kind == way.GROUP and on_its_day:
                found.append(OwnDay(pk, group, f"{title} ({name})", module, on_its_day))
        return found

    def wall(self, sitting: Sitting) -> Wall:
        """Its hours by the clock of the course, as they stand."""
        zone = self.cohort.time_zone
        return Wall(wall_of(sitting.starts_at, zone), wall_of(sitting.ends_at, zone))

    def sittings_of(self, block: Block) -> list[Sitting]:
        return [sitting for sitting in self.sittings if sitting.block_id == block.pk]

    def days_of(self, block: Block) -> list[datetime.date]:
        """The days on which it has sittings."""
        return sorted({self.wall(sitting).begins.date() for sitting in self.sittings_of(block)})

    # --- as it would be

    def days_after(self, proposal: Proposal, block: Block) -> Days:
        return proposal.blocks.get(block.pk) or Days(block.opens_on, block.starts_on, block.ends_on)

    def wall_after(self, proposal: Proposal, sitting: Sitting) -> Wall:
        return proposal.sittings.get(sitting.pk) or self.wall(sitting)

    def hours_after(self, proposal: Proposal, sitting: Sitting) -> Hours:
        if sitting.pk not in proposal.sittings:
            return Hours(sitting.starts_at, sitting.ends_at)
        begins, ends = proposal.sittings[sitting.pk]
        zone = self.cohort.time_zone
        return Hours(local_datetime(begins.date(), begins.time(), zone), local_datetime(ends.date(), ends.time(), zone))

    def duty_after(self, proposal: Proposal, duty: AftercareDuty) -> Duty:
        return proposal.duties.get(duty.pk) or Duty(duty.from_on, duty.until_on)
