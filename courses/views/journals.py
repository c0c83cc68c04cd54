"""A person's own journal as a notebook by date. Nobody else's reading is foreseen anywhere here."""

from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import MONTHS

from courses.actions.journals import EntryLine, read_titles
from courses.actions.keeping import keepings_of
from courses.actions.maps import read_map_titles
from courses.finding import Wanted, narrow, older_than
from courses.forms.finding import FilterForm
from courses.forms.journals import PageForm
from courses.models import JournalEntry, RelationalMap
from courses.models.journals import JournalEntryQuerySet
from courses.reading.turning_to import turn_to
from courses.views.arrived import just_arrived
from courses.views.finding import address_of, modules_written_about
from lms.http import SignedInRequest, reads
from lms.prepared import Prepared
from lms.users.models import User

PAGE = 20
# What a line of the notebook is made of.
LISTED = ("author", "wrapped_key", "title_sealed", "body_sealed", "version", "created_at", "activity__title")
MAP_LISTED = ("author", "wrapped_key", "title_sealed", "version", "created_at", "activity__title")
MAPS = 6  # of a person's maps that the notebook shows at once


@login_required
@reads
def journal(request: SignedInRequest) -> HttpResponse:
    """Twenty entries, newest first, grouped by month; `before` is the last entry of the page before. Filters choose among them."""
    filters = FilterForm(request.GET, modules=modules_written_about(request))
    wanted = filters.wanted()
    mine = JournalEntry.objects.visible_to(request.user).order_by("-created_at", "-pk")
    pages = PageForm(request.GET)
    before = pages.cleaned_data["before"] if pages.is_valid() else None
    if before and (last := mine.filter(pk=before).first()):
        mine = older_than(mine, last)
    as_it_opens = before is None and wanted == Wanted()
    found = _newest(person=request.user.pk) if as_it_opens else list(_listed(narrow(mine, wanted)))
    context = {
        "months": _by_month(read_titles(actor=request.user, entries=found[:PAGE])),
        "older": found[PAGE - 1].pk if len(found) > PAGE else None,
        "later_page": before is not None,
        "filters": filters,
        "filtered": wanted != Wanted(),
        "chosen": address_of(filters),
        "on": filters.cleaned_data.get("on"),
        **_maps(request, pages, later_page=before is not None),
        "keepings": [] if before else keepings_of(actor=request.user),
        **turn_to(request.user),
        "kept_client_id": just_arrived(request),
    }
    return render(request, "courses/journal.html", context)


# --- inside ---------------------------------------------------------------------------------------------------------


def _listed(entries: JournalEntryQuerySet) -> JournalEntryQuerySet:
    """A page of them, and one more if there are any."""
    return entries.select_related("activity").only(*LISTED)[: PAGE + 1]


@Prepared
def _newest(*, person: int) -> JournalEntryQuerySet:
    return _listed(JournalEntry.objects.visible_to(User(pk=person)).order_by("-created_at", "-pk"))


def _maps_listed(person: User) -> QuerySet[RelationalMap]:
    mine = RelationalMap.objects.visible_to(person).select_related("activity")
    return mine.only(*MAP_LISTED).order_by("-created_at", "-pk")


@Prepared
def _newest_maps(*, person: int) -> QuerySet[RelationalMap]:
    return _maps_listed(User(pk=person))[: MAPS + 1]


def _maps(request: SignedInRequest, pages: PageForm, *, later_page: bool) -> dict[str, Any]:
    """The person's maps for the notebook's first page: the newest few, or all if asked. Their drawings stay where they are."""
    if later_page:
        return {}
    everything = pages.is_valid() and pages.cleaned_data["maps"]
    found = list(_maps_listed(request.user)) if everything else _newest_maps(person=request.user.pk)
    shown = found if everything else found[:MAPS]
    return {"map_lines": read_map_titles(actor=request.user, maps=shown), "more_maps": len(found) > len(shown)}


def _by_month(lines: list[EntryLine]) -> list[dict[str, Any]]:
    """[{"name": "November 2026", "lines": [...]}, ...] in the person's own zone."""

    def month(line: EntryLine) -> tuple[int, int]:
        at = timezone.localtime(line.entry.created_at)
        return at.year, at.month

    return [{"name": f"{MONTHS[number]} {year}", "lines": list(group)} for (year, number), group in groupby(lines, key=month)]
