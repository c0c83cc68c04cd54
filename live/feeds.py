"""The dates of somebody's feed: what is theirs, and for a while what was, so that calendar programs hear that it is over for them."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from courses.models import Membership, MembershipChange
from live.models import CalendarEvent
from lms.permissions import Verb, parts_that
from lms.users.models import User

CANCELLED_SHOWN = datetime.timedelta(days=60)  # so long programs hear that a date is cancelled


def dates_of(person: User) -> list[CalendarEvent]:
    """Read them, keep nothing of them: some are changed for this reader. Two queries."""
    since = timezone.now() - CANCELLED_SHOWN
    seen = CalendarEvent.objects.visible_to(person).belonging_to(person).exclude(cancelled_at__lt=since)
    here = list(seen.annotate(came_at=_came(person)).select_related("cohort"))
    for event in here:  # who left and came back was told that it is over; of two with the same number the later one holds
        event.changed_at = max(event.changed_at, event.came_at or event.changed_at)  # type: ignore[attr-defined]
    return sorted([*here, *_left(person, since)], key=lambda event: event.pk)


def _left(person: User, since: datetime.datetime) -> list[CalendarEvent]:
    """What was still to come when this person left, cancelled then. Only as they knew it: what was changed since is not told."""
    mine = Membership.objects.filter(person=person, ended_at__gt=since, part__in=parts_that(Verb.SEE_LIVE), cohort=OuterRef("cohort"))
    read = ~Q(kind=CalendarEvent.Kind.BLOCK) | mine.filter(part__in=parts_that(Verb.SEE_COURSE)).exists_here()
    events = CalendarEvent.objects.filter(read, Q(group=None) | mine.filter(groups=OuterRef("group")).exists_here(), cancelled_at=None)
    known = events.annotate(left_at=Subquery(mine.values("ended_at")[:1])).filter(changed_at__lte=F("left_at"))
    gone = [event for event in known.select_related("cohort") if _was_to_come(event)]
    for event in gone:
        event.changed_at = event.cancelled_at = event.left_at  # type: ignore[attr-defined]
    return gone


def _was_to_come(event: CalendarEvent) -> bool:
    left_at: datetime.datetime = event.left_at  # type: ignore[attr-defined]
    if event.ends_at is not None:
        return event.ends_at > left_at
    return event.last_on is not None and event.last_on >= left_at.astimezone(ZoneInfo(event.zone)).date()


def _came(person: User) -> Subquery:
    """When they came to the event's cohort last."""
    came: QuerySet[MembershipChange] = MembershipChange.objects.filter(
        membership__person=person, membership__cohort=OuterRef("cohort"), before=""
    )
    latest = came.order_by().values("membership").annotate(last=Max("at")).values("last")
    return Subquery(latest, output_field=DateTimeField())
