"""A cohort's year as it stands: the same for everybody in it, so each process reads it once and keeps it until it changes.

What changes it gives the cohort another stamp in the same transaction (courses.receivers). The stamp comes with the cohort's row,
so a year that is out of date is never found again.
"""

import datetime
import re
import uuid
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Prefetch
from django.urls import reverse

from courses.models import Activity, Block, Cohort, GroupRelease, Handout, Programme, Release, Sitting
from courses.releasing import ForGroup, Rule
from lms.richtext import plain

KEPT = 50  # years in each process
LISTED = (
    *("pk", "slug", "position", "type", "form", "title", "summary", "minutes", "before", "experiential", "closing", "completes"),
    *("module__slug", "module__number", "module__title"),
)


@dataclass(frozen=True)
class Year:
    """Titles, days and addresses. Everybody's pages share these rows: read them, change nothing."""

    programme: Programme
    blocks: list[Block]  # in order, with their modules
    activities: list[Activity]  # all that the programme's folder holds, in order, with their modules; only what LISTED names
    urls: dict[int, str]  # activity id -> its page
    handouts: dict[int, list[Handout]]  # activity id -> title and address of what it carries
    sittings: dict[int, list[Activity]]  # sitting id -> what is done in it
    opens: dict[int, datetime.date]  # module id -> the day its block opens
    releases: dict[int, Rule]  # activity id -> how it opens, where not simply with its block
    headings: dict[int, dict[str, str]]  # activity id -> id of a heading in its text -> the heading's words


def year_of(cohort: Cohort) -> Year:
    """No query once this process knows the year."""
    return _read(cohort.pk, cohort.slug, cohort.programme_id, cohort.year_stamp)


_HEADING = re.compile(r'<h[1-6][^>]* id="([^"]+)"[^>]*>(.*?)</h[1-6]>', re.DOTALL)


def _headings(html: str) -> dict[str, str]:
    return {anchor: plain(words) for anchor, words in _HEADING.findall(html)}


@lru_cache(maxsize=KEPT)
def _read(cohort: int, slug: str, programme: int, stamp: uuid.UUID) -> Year:
    blocks = Block.objects.filter(cohort=cohort).select_related("module").defer("module__html", "module__days")
    current = Activity.objects.current().filter(module__programme=programme).select_related("module").only(*LISTED)
    activities = {one.pk: one for one in current.order_by("module__number", "position")}
    handouts: dict[int, list[Handout]] = {}
    for handout in Handout.objects.filter(activity__in=activities).defer("html", "file").order_by("position"):
        handouts.setdefault(handout.activity_id, []).append(handout)
    sittings: dict[int, list[Activity]] = {}
    done_in = Sitting.activities.through.objects.filter(sitting__block__cohort=cohort)
    for sitting, activity in done_in.order_by("activity__module__number", "activity__position").values_list("sitting", "activity"):
        if activity in activities:
            sittings.setdefault(sitting, []).append(activities[activity])
    planned = list(blocks.order_by("module__number"))
    return Year(
        programme=Programme.objects.defer("html").get(pk=programme),
        blocks=planned,
        activities=list(activities.values()),
        urls={one.pk: reverse("activity", args=[slug, one.module.slug, one.slug]) for one in activities.values()},
        handouts=handouts,
        sittings=sittings,
        opens={block.module_id: block.opens_on for block in planned},
        releases=_releases(cohort, activities),
        headings={pk: _headings(html) for pk, html in current.order_by().values_list("pk", "html")},
    )


def _releases(cohort: int, activities: dict[int, Activity]) -> dict[int, Rule]:
    """One query; two more where something opens by group."""
    rows = Release.objects.filter(cohort=cohort, activity__in=activities).exclude(way=Release.Way.BLOCK)
    groups = Prefetch("groups", GroupRelease.objects.select_related("group").prefetch_related("group__members"))
    # What waited for an activity that has left the course opens with its block.
    return {
        row.activity_id: rule_of(row)
        for row in rows.select_related("after").prefetch_related(groups)
        if row.way != Release.Way.AFTER or row.after_id in activities
    }


def rule_of(release: Release) -> Rule:
    """What a row says, as `courses.releasing` asks for it. Two queries where it names groups that were not fetched with it."""
    after = release.after
    return Rule(
        way=release.way,
        opens_on=release.opens_on,
        after=after.pk if after else 0,
        after_title=after.title if after else "",
        after_done_by=after.done_by if after else "",
        groups=tuple(_for_group(one) for one in release.groups.all() if one.group.ended_at is None),
        opened=release.opened_at is not None,
    )


def _for_group(row: GroupRelease) -> ForGroup:
    return ForGroup(row.group.title, row.opens_on, frozenset(member.person_id for member in row.group.members.all()))
