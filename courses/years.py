"""A cohort's year as it stands: the same for everybody in it, so each process reads it once and keeps it until it changes.

What changes it gives the cohort another stamp in the same transaction (courses.receivers). The stamp comes with the cohort's row,
so a year that is out of date is never found again.
"""

import re
import uuid
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse

from courses.models import Activity, Block, Cohort, Handout, Programme, Sitting
from lms.richtext import plain

KEPT = 50  # years in each process
LISTED = (
    *("pk", "slug", "position", "type", "form", "title", "summary", "minutes", "before", "experiential"),
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
    return Year(
        programme=Programme.objects.defer("html").get(pk=programme),
        blocks=list(blocks.order_by("module__number")),
        activities=list(activities.values()),
        urls={one.pk: reverse("activity", args=[slug, one.module.slug, one.slug]) for one in activities.values()},
        handouts=handouts,
        sittings=sittings,
        headings={pk: _headings(html) for pk, html in current.order_by().values_list("pk", "html")},
    )
