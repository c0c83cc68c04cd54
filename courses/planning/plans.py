"""A cohort's plan as it stands, and a proposal to change it. Nothing here asks what is good."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from courses.models import AftercareDuty, Block, Cohort, Module, Release, Sitting
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


class Fresh(NamedTuple):
    """A sitting that is not there yet."""

    block: int
    title: str
    wall: Wall
    activities: tuple[int, ...] = ()  # what is done in it


NEW_BLOCK = -1  # what the block that would come is called until it is kept


class FreshBlock(NamedTuple):
    """A block of the template that is not there yet."""

    module: Module
    days: Days


@dataclass(frozen=True)
class Proposal:
    """What would be another one than it is: row id -> its dates; a block that would come, sittings that would come or go, and the zone of
    the course."""

    blocks: dict[int, Days] = field(default_factory=dict)
    sittings: dict[int, Wall] = field(default_factory=dict)
    duties: dict[int, Duty] = field(default_factory=dict)
    own_days: dict[tuple[int, int | None], datetime.date] = field(default_factory=dict)
    block: FreshBlock | None = None
    added: tuple[Fresh, ...] = ()
    removed: frozenset[int] = frozenset()
    zone: str = ""  # empty: as it is


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

    def blocks_after(self, proposal: Proposal) -> list[Block]:
        """With the one that would come, in the order of the template."""
        if proposal.block is None:
            return self.blocks
        fresh = Block(pk=NEW_BLOCK, cohort=self.cohort, module=proposal.block.module, **proposal.block.days._asdict())
        return sorted([*self.blocks, fresh], key=lambda block: block.module.number)

    def days_after(self, proposal: Proposal, block: Block) -> Days:
        return proposal.blocks.get(block.pk) or Days(block.opens_on, block.starts_on, block.ends_on)

    def zone_after(self, proposal: Proposal) -> str:
        return proposal.zone or self.cohort.time_zone

    def sittings_after(self, proposal: Proposal) -> list[Sitting]:
        """Those that stay, and behind them those that would come: their ids are -1, -2, … until they are kept."""
        fresh = (
            Sitting(pk=-number, block_id=one.block, title=one.title, **self._moments(one.wall, proposal)._asdict())
            for number, one in enumerate(proposal.added, start=1)
        )
        return [*(one for one in self.sittings if one.pk not in proposal.removed), *fresh]

    def wall_after(self, proposal: Proposal, sitting: Sitting) -> Wall:
        if sitting.pk < 0:
            return proposal.added[-sitting.pk - 1].wall
        zone = self.zone_after(proposal)
        return proposal.sittings.get(sitting.pk) or Wall(wall_of(sitting.starts_at, zone), wall_of(sitting.ends_at, zone))

    def hours_after(self, proposal: Proposal, sitting: Sitting) -> Hours:
        if sitting.pk not in proposal.sittings:
            return Hours(sitting.starts_at, sitting.ends_at)
        return self._moments(proposal.sittings[sitting.pk], proposal)

    def _moments(self, wall: Wall, proposal: Proposal) -> Hours:
        zone = self.zone_after(proposal)
        return Hours(*(local_datetime(one.date(), one.time(), zone) for one in wall))

    def duty_after(self, proposal: Proposal, duty: AftercareDuty) -> Duty:
        return proposal.duties.get(duty.pk) or Duty(duty.from_on, duty.until_on)
