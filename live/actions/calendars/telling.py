"""Changes of dates, of sittings and of talks, reach everyone once: a row for each person in the transaction of the change, then a notice
and one letter.

A worker may be killed anywhere: what a row says is done is done, and the clock comes again for the rest. The letter is the outbox's from
then on, and keeps its Message-ID. Whoever moves dates rarely moves only one: letters wait until nothing more has moved for a while, and
for the end of quiet hours, unless one of the dates comes sooner than a day.
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
from django.db.models import Max, Min, Q
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

SETTLES = datetime.timedelta(minutes=15)  # so long after a change another one comes into the same letter
LONGEST = datetime.timedelta(hours=2)  # but nobody waits longer than this because of it
SOON = datetime.timedelta(days=1)  # a date that is nearer is told at night too
AT_THE_DOOR = datetime.timedelta(hours=3)  # one that is nearer is told at once
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
    kept, things = [_kept(change) for change in real], [_thing(change) for change in real]
    now = timezone.now()
    row = DatesChange.objects.create(cohort=cohort, at=now, why=why, changes=kept, things=things)
    near = min((_away(span, now) for change in real for span in (change.was, change.now) if span), default=SOON)
    waiting = DatesTelling.objects.filter(told_at=None, change__cohort=cohort, person__in=people)
    first = dict(waiting.order_by().values_list("person").annotate(Min("change__at")))
    due = {person.pk: _due_at(person, near, now, first.get(person.pk, now)) for person in people}
    if near < SOON:  # what waits already goes with it
        waiting.filter(due_at__gt=max(due.values())).update(due_at=max(due.values()))
    DatesTelling.objects.bulk_create(DatesTelling(change=row, person=person, due_at=due[person.pk]) for person in people)
    if near < AT_THE_DOOR:
        enqueue("live.tell_dates")
    return row


def tell_dates() -> int:
    """Tells whoever is due, by the clock and where a date is very near; who is still to hear of a later change of the same cohort waits for
    that. Returns how many; trouble with one person keeps nobody waiting."""
    waiting = DatesTelling.objects.filter(told_at=None).order_by().values_list("person", "change__cohort")
    due = waiting.annotate(due=Max("due_at")).filter(due__lte=timezone.now()).order_by("due")
    told = 0
    for person, cohort, _due in due[:AT_ONCE]:
        try:
            told += tell(person_id=person, cohort_id=cohort)
        except Exception as trouble:  # whatever it is: the clock comes again
            log.warning("Telling person %s of dates did not go out (%s); trying again.", person, type(trouble).__name__)
    return told


@transaction.atomic
def tell(*, person_id: int, cohort_id: int) -> bool:
    """A notice and one letter for all that waits for a person in a cohort, with the times before the first change and after the last. False
    if that was done, if in the end nothing is another, or if the person no longer belongs there."""
    rows = DatesTelling.objects.select_for_update(of=("self",)).select_related("change__cohort", "person")
    tellings = list(rows.filter(person=person_id, change__cohort=cohort_id, told_at=None).order_by("change__at", "change"))
    if not tellings:
        return False
    DatesTelling.objects.filter(pk__in=[one.pk for one in tellings]).update(told_at=timezone.now())
    person, changes = tellings[0].person, [one.change for one in tellings]
    cohort, moved = changes[-1].cohort, seen_by(person, changes)
    if not moved or not person.is_active:
        return False
    url = reverse("dates-changed", args=[changes[-1].pk])
    notify(people=[person.pk], kind=Notice.Kind.DATES, key=f"live.dates:{changes[-1].pk}", url=url, own_letter=True)
    with timezone.override(ZoneInfo(person.time_zone)), translation.override(person.language):
        lines = in_words(moved, cohort)
        context: dict[str, Any] = {
            "cohort": cohort.title,
            "whys": whys_of(changes),
            "lines": lines[:MOST_LINES],
            "more": len(lines) > MOST_LINES,
        }
        context |= {"calendar": settings.SITE_URL + reverse("calendar"), "address": settings.SITE_URL + url}
        body = render_to_string("live/mail/dates_changed.txt", context).strip() + "\n"
        place = reverse("cohort-today", args=[cohort.slug])
        write_letter(to=person.email, subject=_("Dates of your course have changed"), body=body, about=place, person=person)
    return True


def told_together(person: User, change: DatesChange) -> list[DatesChange]:
    """The changes that this person was told of, or will be, with this one; as they came. One query."""
    told_at = DatesTelling.objects.filter(change=change, person=person).values("told_at")
    same = DatesTelling.objects.filter(person=person, change__cohort=change.cohort_id).filter(Q(told_at__in=told_at) | Q(change=change))
    return list(DatesChange.objects.filter(pk__in=same.values("change")).select_related("cohort").order_by("at", "pk"))


def seen_by(person: User, changes: Iterable[DatesChange]) -> list[list[Any]]:
    """Of what changed in a cohort, what concerns this person now, each thing once: as it was before the first of these changes and as it
    is called and planned after the last; nothing for who left. One query."""
    gathered: dict[str, list[Any]] = {}
    part = None
    for change in changes:
        part = part or Membership.objects.current().filter(cohort=change.cohort_id, person=person).values_list("part", flat=True).first()
        things = change.things or [f"{change.pk}:{number}" for number in range(len(change.changes))]
        for thing, (kind, name, was, now) in zip(things, change.changes, strict=True):
            if part is not None and _concerns(kind, part):
                gathered[thing] = [kind, name, gathered[thing][2] if thing in gathered else was, now]
    return [one for one in gathered.values() if one[2] != one[3]]


def whys_of(changes: Iterable[DatesChange]) -> list[str]:
    """The reasons that were given, each once."""
    return list(dict.fromkeys(change.why for change in changes if change.why))


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


def _away(span: Span, now: datetime.datetime) -> datetime.timedelta:
    """How long until then, or since. A day that is near is not yet at the door."""
    start = span[0]
    if isinstance(start, datetime.datetime):
        return abs(start - now)
    days = abs(start - now.date())
    return AT_THE_DOOR if days <= SOON else days


def _due_at(person: User, near: datetime.timedelta, now: datetime.datetime, first: datetime.datetime) -> datetime.datetime:
    """When nothing more is to be expected; what is very near does not wait, and what is near waits for no morning."""
    if near < AT_THE_DOOR:
        return now
    settled = max(now, min(now + SETTLES, first + LONGEST))
    return settled if near < SOON else once_awake(settled, preference_of(person), person.time_zone)


def _kept(change: DateChange) -> list[Any]:
    return [str(change.kind), change.name, *([_written(moment) for moment in span] for span in (change.was, change.now))]


def _written(moment: datetime.date) -> str:
    """The same moment is always the same words."""
    return (moment.astimezone(datetime.UTC) if isinstance(moment, datetime.datetime) else moment).isoformat()


def _thing(change: DateChange) -> str:
    """What it is of: another change of the same thing has the same name."""
    return change.thing or (f"sitting:{change.sitting}" if change.sitting else f"{change.kind}:{change.block or change.name}")


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
