"""What has a date in a cohort: sittings, open seminars, talks, days of talks and the days of a block, all in one shape."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from courses.models import Block, Cohort
from courses.permissions import places_of
from live.models import CalendarEvent, Conference, Seminar, SeminarQuerySet
from lms.permissions import Part, Verb, may
from lms.users.models import User

Kind = CalendarEvent.Kind
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Occasion:
    """Something with a date: hours (`starts_at`, `ends_at`), or whole days (`first_on`, `last_on`, both included)."""

    key: str  # names it for ever, such as "seminar:<id>"
    kind: str
    cohort: Cohort
    title: str
    zone: str  # by whose clocks it is planned
    path: str  # its page on this site
    starts_at: datetime.datetime | None = None
    ends_at: datetime.datetime | None = None
    first_on: datetime.date | None = None
    last_on: datetime.date | None = None
    group_id: int | None = None

    @property
    def kind_words(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def day(self) -> datetime.date:
        """The day on which the reader meets it first."""
        return self.first_on or timezone.localdate(self.starts_at)

    @property
    def order(self) -> tuple[datetime.date, datetime.datetime, str]:
        """Whole days first, then hours as they come."""
        return self.day, self.starts_at or datetime.datetime.min.replace(tzinfo=datetime.UTC), self.key

    def days(self) -> list[datetime.date]:
        """Every day of the reader that it touches."""
        last = self.last_on or timezone.localdate(self.ends_at - datetime.timedelta(microseconds=1) if self.ends_at else self.starts_at)
        return [self.day + number * DAY for number in range((last - self.day).days + 1)]


def of_cohort(cohort: Cohort) -> list[Occasion]:
    """Everything of a cohort, whoever may see it. Three queries."""
    return [*_seminars(Seminar.objects.filter(cohort=cohort)), *_whole_days(Conference.objects.filter(cohort=cohort), [cohort])]


def of_person(person: User, first: datetime.date, last: datetime.date | None = None) -> list[Occasion]:
    """What touches these days of the reader, in all cohorts the person belongs to, in order. Four queries, however many cohorts."""
    live = {member.cohort_id: member for member in places_of(person) if may(member.part, Verb.SEE_LIVE)}
    if not live:
        return []
    seminars = Seminar.objects.visible_to(person).filter(cohort__in=live, ends_at__gt=_midnight(first))
    days = Conference.objects.visible_to(person).filter(cohort__in=live, day__gte=first)
    if last is not None:
        seminars, days = seminars.filter(starts_at__lt=_midnight(last + DAY)), days.filter(day__lte=last)
    reading = [member.cohort for member in live.values() if may(Part(member.part), Verb.SEE_COURSE)]
    found = [*_seminars(seminars), *_whole_days(days, reading)]
    return sorted((one for one in found if one.days()[-1] >= first and (last is None or one.day <= last)), key=lambda one: one.order)


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _seminars(seminars: SeminarQuerySet) -> list[Occasion]:
    return [
        Occasion(
            key=f"seminar:{one.pk}",
            kind=one.kind,
            cohort=one.cohort,
            title=one.title,
            zone=one.time_zone,
            path=reverse("live:lobby", args=[one.cohort.slug, one.pk]),
            starts_at=one.starts_at,
            ends_at=one.ends_at,
        )
        for one in seminars.taking_place().exclude(starts_at=None).select_related("cohort")
    ]


def _whole_days(conferences: QuerySet[Conference], cohorts: Iterable[Cohort]) -> list[Occasion]:
    """Days of talks, and the days together of the blocks of these cohorts."""
    talks = [
        Occasion(
            key=f"conference:{one.pk}",
            kind=Kind.CONFERENCE,
            cohort=one.cohort,
            title=one.title,
            zone=one.time_zone,
            path=reverse("live:conference", args=[one.cohort.slug, one.pk]),
            first_on=one.day,
            last_on=one.day,
        )
        for one in conferences.select_related("cohort")
    ]
    blocks: Any = Block.objects.filter(cohort__in=list(cohorts)).select_related("cohort", "module").defer("module__html", "module__days")
    together = [
        Occasion(
            key=f"block:{one.pk}",
            kind=Kind.BLOCK,
            cohort=one.cohort,
            title=one.module.title,
            zone=one.cohort.time_zone,
            path=f"{reverse('courses:course', args=[one.cohort.slug])}#{one.module.slug}",
            first_on=one.starts_on,
            last_on=one.ends_on,
        )
        for one in blocks
    ]
    return talks + together
