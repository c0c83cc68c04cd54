"""Changes of dates reach everyone once: a row for each person in the transaction of the change, then a notice and one letter.

A worker may be killed anywhere: what a row says is done is done, and the clock comes again for the rest. The letter is the outbox's from
then on, and keeps its Message-ID. Letters wait for the end of quiet hours, unless one of the dates comes sooner than a day.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.models import Cohort, Group, Membership
from live.models import DatesChange, DatesTelling
from lms.mail.actions import write_letter
from lms.notifications.actions.notices import notify, preference_of
from lms.notifications.models import Notice
from lms.notifications.when import once_awake
from lms.permissions import Verb, parts_that
from lms.queue import enqueue
from lms.templatetags.lms import zone_words
from lms.users.models import User

log = logging.getLogger(__name__)

SOON = datetime.timedelta(days=1)  # a date that is nearer is told at night too
AT_ONCE = 500  # people in one run; the clock comes again
MOST_LINES = 60  # of one letter
Moment = datetime.datetime | datetime.date
Span = tuple[Moment, Moment]
Change = tuple[str, Any, str, Span | None, Span | None]


@dataclass(frozen=True)
class Moved:
    """One date in words, for one reader."""

    title: str
    before: str  # empty: it is new
    after: str  # empty: it is no longer there


@transaction.atomic
def note_changes(*, cohort: Cohort, actor: User | None, changes: Sequence[Change]) -> DatesChange | None:
    """Keeps what one save moved, and whom it is to be told: everybody whom one of the dates concerns, but not who moved them.

    Asks nobody: whoever moved a date has asked already; called in that transaction.
    """
    real = [change for change in changes if change[3] != change[4]]
    people = _people(cohort, real, actor)
    if not real or not people:
        return None
    row = DatesChange.objects.create(cohort=cohort, changes=[_kept(change) for change in real])
    now = timezone.now()
    near = any(_is_near(span, now) for change in real for span in change[3:] if span)
    tellings = [
        DatesTelling(change=row, person=person, due_at=now if near else once_awake(now, preference_of(person), person.time_zone))
        for person in people
    ]
    DatesTelling.objects.bulk_create(tellings)
    enqueue("live.tell_dates")
    return row


def tell_dates() -> int:
    """Tells whoever is due; when something changed and by the clock. Returns how many; trouble with one person keeps nobody waiting."""
    due = DatesTelling.objects.filter(told_at=None, due_at__lte=timezone.now()).order_by("due_at", "pk").values_list("pk", flat=True)
    told = 0
    for pk in due[:AT_ONCE]:
        try:
            told += tell(telling_id=pk)
        except Exception as trouble:  # whatever it is: the clock comes again
            log.warning("Telling %s of dates did not go out (%s); trying again.", pk, type(trouble).__name__)
    return told


@transaction.atomic
def tell(*, telling_id: int) -> bool:
    """A notice and one letter with the old and the new times. False if that was done, or the person no longer belongs there."""
    rows = DatesTelling.objects.select_for_update(of=("self",)).select_related("change__cohort", "person")
    telling = rows.filter(pk=telling_id, told_at=None).first()
    if telling is None:
        return False
    telling.told_at = timezone.now()
    telling.save(update_fields=["told_at"])
    person, change = telling.person, telling.change
    moved = seen_by(person, change)
    if not moved or not person.is_active:
        return False
    url = reverse("dates-changed", args=[change.pk])
    notify(people=[person.pk], kind=Notice.Kind.DATES, key=f"live.dates:{change.pk}", url=url, own_letter=True)
    with timezone.override(ZoneInfo(person.time_zone)), translation.override(person.language):
        lines = in_words(moved, change.cohort)
        context = {"cohort": change.cohort.title, "lines": lines[:MOST_LINES], "more": len(lines) > MOST_LINES}
        context |= {"calendar": settings.SITE_URL + reverse("calendar"), "address": settings.SITE_URL + url}
        body = render_to_string("live/mail/dates_changed.txt", context).strip() + "\n"
        write_letter(to=person.email, subject=_("Dates of your course have changed"), body=body, person=person)
    return True


def seen_by(person: User, change: DatesChange) -> list[Change]:
    """Of what changed, what concerns this person now. Nothing for who left. Two queries at most."""
    part = Membership.objects.current().filter(cohort=change.cohort_id, person=person).values_list("part", flat=True).first()
    groups: set[int] = set()
    changes = [_read(kept) for kept in change.changes]
    if any(kind == "group" for kind, *_rest in changes):
        groups = set(Group.objects.filter(members__person=person, members__ended_at=None).values_list("pk", flat=True))
    return [one for one in changes if part and _concerns(one, part, groups)]


def in_words(changes: Iterable[Change], cohort: Cohort) -> list[Moved]:
    """Each in the zone that is active, and by the clocks of the UK and of the course where they show something else."""
    zones = [timezone.get_current_timezone_name(), cohort.time_zone, settings.COURSE_TIME_ZONE]
    return [Moved(title, _span_words(before, zones), _span_words(after, zones)) for _kind, _id, title, before, after in changes]


# --- inside ---------------------------------------------------------------------------------------------------------


def _people(cohort: Cohort, changes: Iterable[Change], actor: User | None) -> list[User]:
    """Whom one of these changes concerns."""
    here = Membership.objects.current().filter(cohort=cohort, person__is_active=True).exclude(person=actor)
    members = list(here.select_related("person__preference").prefetch_related("groups"))
    changes = list(changes)
    return [
        member.person
        for member in members
        if any(_concerns(change, member.part, {group.pk for group in member.groups.all()}) for change in changes)
    ]


def _concerns(change: Change, part: str, groups: set[int]) -> bool:
    """Hours and days concern whoever has a place in the live rooms; a block only who sees the course too; a group's who is in it
    (its `id` is the group's)."""
    kind, thing = change[0], change[1]
    if part not in parts_that(Verb.SEE_LIVE):
        return False
    if kind == "group":
        return thing in groups
    return kind != "block" or part in parts_that(Verb.SEE_COURSE)


def _is_near(span: Span, now: datetime.datetime) -> bool:
    start = span[0]
    if isinstance(start, datetime.datetime):
        return now - SOON < start < now + SOON
    return abs(start - now.date()) <= SOON


def _kept(change: Change) -> list[Any]:
    kind, thing, title, *spans = change
    written = [span and [end.isoformat() for end in span] for span in spans]
    return [kind, thing if isinstance(thing, int) else str(thing), title, *written]


def _read(kept: Sequence[Any]) -> Change:
    kind, thing, title, *spans = kept
    before, after = (span and (_moment(span[0]), _moment(span[1])) for span in spans)
    return kind, thing, title, before or None, after or None


def _moment(text: str) -> Moment:
    return datetime.datetime.fromisoformat(text) if "T" in text else datetime.date.fromisoformat(text)


def _span_words(span: Span | None, zones: Iterable[str]) -> str:
    if span is None:
        return ""
    start, end = span
    if not isinstance(start, datetime.datetime) or not isinstance(end, datetime.datetime):
        first, last = (date_format(day, "D j F Y") for day in (start, end))
        return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
    said: dict[str, str] = {}  # what clocks show -> where
    for zone in zones:
        said.setdefault(_hours(start, end, zone), zone_words(zone))
    return " · ".join(f"{hours} ({place})" for hours, place in said.items())


def _hours(start: datetime.datetime, end: datetime.datetime, zone: str) -> str:
    first, last = (timezone.localtime(moment, ZoneInfo(zone)) for moment in (start, end))
    return f"{date_format(first, 'D j F Y, H:i')}–{date_format(last, 'H:i')}"
