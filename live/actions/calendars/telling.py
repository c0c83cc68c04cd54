"""Changes of dates, of sittings and of talks, reach everyone once: a row for each person in the transaction of the change, then a notice
and one letter.

A worker may be killed anywhere: what a row says is done is done, and the clock comes again for the rest. The letter is the outbox's from
then on, and keeps its Message-ID. Letters wait for the end of quiet hours, unless one of the dates comes sooner than a day.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable
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

from courses.models import ChangedDate, Cohort, Membership
from courses.signals import DateChange
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
Kind = ChangedDate.Kind
DAYS_OF_BLOCK = {Kind.OPENS, Kind.STARTS, Kind.ENDS}  # concern who sees the course
TOLD = {Kind.SITTING, Kind.COURSE_STARTS, Kind.COURSE_ENDS} | DAYS_OF_BLOCK  # other dates concern only who plans
Span = tuple[datetime.date, ...]  # a day, or from when until when; empty: it does not take place


@dataclass(frozen=True)
class Moved:
    """One date in words, for one reader."""

    title: str
    before: str  # empty: it was not planned
    after: str  # empty: it does not take place


@transaction.atomic
def note_changes(*, cohort: Cohort, actor: User | None, changes: Iterable[DateChange], why: str = "") -> DatesChange | None:
    """Keeps what one save moved, and whom it is to be told: everybody whom one of the dates concerns, but not who moved them.

    Asks nobody: whoever moved a date has asked already; called in that transaction.
    """
    real = [change for change in changes if change.kind in TOLD and change.was != change.now]
    people = _people(cohort, {change.kind for change in real}, actor)
    if not people:
        return None
    row = DatesChange.objects.create(cohort=cohort, why=why, changes=[_kept(change) for change in real])
    now = timezone.now()
    near = any(_is_near(span, now) for change in real for span in (change.was, change.now) if span)
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
        context: dict[str, Any] = {
            "cohort": change.cohort.title,
            "why": change.why,
            "lines": lines[:MOST_LINES],
            "more": len(lines) > MOST_LINES,
        }
        context |= {"calendar": settings.SITE_URL + reverse("calendar"), "address": settings.SITE_URL + url}
        body = render_to_string("live/mail/dates_changed.txt", context).strip() + "\n"
        place = reverse("cohort-today", args=[change.cohort.slug])
        write_letter(to=person.email, subject=_("Dates of your course have changed"), body=body, about=place, person=person)
    return True


def seen_by(person: User, change: DatesChange) -> list[list[Any]]:
    """Of what changed, what concerns this person now; nothing for who left. One query."""
    part = Membership.objects.current().filter(cohort=change.cohort_id, person=person).values_list("part", flat=True).first()
    return [kept for kept in change.changes if part is not None and _concerns(kept[0], part)]


def in_words(changes: Iterable[list[Any]], cohort: Cohort) -> list[Moved]:
    """Each in the zone that is active, and by the clocks of the course and of the UK where they show something else."""
    zones = [timezone.get_current_timezone_name(), cohort.time_zone, settings.COURSE_TIME_ZONE]
    return [Moved(_title(kind, name), _span_words(_read(was), zones), _span_words(_read(now), zones)) for kind, name, was, now in changes]


# --- inside ---------------------------------------------------------------------------------------------------------


def _people(cohort: Cohort, kinds: set[str], actor: User | None) -> list[User]:
    """Whom one of these kinds of dates concerns. One query."""
    here = Membership.objects.current().filter(cohort=cohort, person__is_active=True).exclude(person=actor)
    return [member.person for member in here.select_related("person__preference") if any(_concerns(kind, member.part) for kind in kinds)]


def _concerns(kind: str, part: str) -> bool:
    """Hours and days concern whoever has a place in the live rooms; the days of a block only who sees the course too."""
    return part in parts_that(Verb.SEE_LIVE) and (kind not in DAYS_OF_BLOCK or part in parts_that(Verb.SEE_COURSE))


def _is_near(span: Span, now: datetime.datetime) -> bool:
    start = span[0]
    if isinstance(start, datetime.datetime):
        return now - SOON < start < now + SOON
    return abs(start - now.date()) <= SOON


def _kept(change: DateChange) -> list[Any]:
    return [str(change.kind), change.name, *([moment.isoformat() for moment in span] for span in (change.was, change.now))]


def _read(kept: Iterable[str]) -> Span:
    return tuple(datetime.datetime.fromisoformat(one) if "T" in one else datetime.date.fromisoformat(one) for one in kept)


def _title(kind: str, name: str) -> str:
    """A sitting by its title; of a block, which of its days."""
    label = str(Kind(kind).label)
    return name if kind == Kind.SITTING else f"{name}: {label}" if name else label


def _span_words(span: Span, zones: Iterable[str]) -> str:
    """Empty where there is no such date."""
    if not span:
        return ""
    start, end = span[0], span[-1]
    if not isinstance(start, datetime.datetime) or not isinstance(end, datetime.datetime):
        return date_format(start, "D j F Y")
    said: dict[str, str] = {}  # what clocks show -> where
    for zone in zones:
        said.setdefault(_hours(start, end, zone), zone_words(zone))
    return " · ".join(f"{hours} ({place})" for hours, place in said.items())


def _hours(start: datetime.datetime, end: datetime.datetime, zone: str) -> str:
    first, last = (timezone.localtime(moment, ZoneInfo(zone)) for moment in (start, end))
    return f"{date_format(first, 'D j F Y, H:i')}–{date_format(last, 'H:i')}"
