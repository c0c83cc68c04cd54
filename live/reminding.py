"""Reminders of what is live: of days a week before and the day before, of each room ten minutes before, to everybody whose part has
a place in them and who did not say no.

Of a day one for a cohort, not one for each of its hours: it leads to the first, whose page says what will be asked, what to read before
and where one left off; a letter says so itself.
"""

import datetime
from collections.abc import Collection

from django.urls import reverse
from django.utils import timezone

from courses.models import Cohort
from live.models import Seminar, SeminarQuerySet
from live.people import whom_it_concerns
from live.reminders import AHEAD, SOON_KEY, day_key, soon_key
from lms.notifications.actions.notices import notify
from lms.notifications.models import Notice, Preference
from lms.users.models import User

SOON = datetime.timedelta(minutes=10)


def remind() -> int:
    """Tells whoever has not been told; by the clock every minute, and harmless again. Returns how many were told. Two queries while
    all were."""
    due = _due(Seminar.objects.all(), timezone.now())
    told = _told(due)
    return sum(_tell(key, seminar, whom_it_concerns(seminar)) for key, seminar in due.items() if key not in told)


def remind_late(*, person: User, cohort: Cohort) -> int:
    """Of what others were reminded before this person came, and what is still to come. Returns of how many things."""
    due = _due(Seminar.objects.filter(cohort=cohort), timezone.now())
    told = _told(due)
    return sum(_tell(key, seminar, {person.pk} & set(whom_it_concerns(seminar))) for key, seminar in due.items() if key in told)


# --- inside ---------------------------------------------------------------------------------------------------------


def _due(seminars: SeminarQuerySet, now: datetime.datetime) -> dict[str, Seminar]:
    """The reminders whose time has come: their keys, and where they lead. One query."""
    coming = seminars.taking_place().filter(starts_at__gt=now, starts_at__lte=now + max(AHEAD.values()))
    days: dict[str, Seminar] = {}
    soon: dict[str, Seminar] = {}
    for seminar in coming.select_related("cohort").order_by("starts_at", "pk"):
        days.setdefault(day_key(seminar, ""), seminar)
        if _begins_at(seminar) - now <= SOON:
            soon[soon_key(seminar)] = seminar
    # Its first hour says how near a day is, or a late one would be a reminder of its own.
    return {_due_key(first, now): first for first in days.values()} | soon


def _told(due: Collection[str]) -> set[str]:
    """Those of which somebody was reminded. One query."""
    return set(Notice.objects.filter(key__in=due).values_list("key", flat=True).distinct()) if due else set()


def _due_key(seminar: Seminar, now: datetime.datetime) -> str:
    """That of the reminder which is due."""
    return day_key(seminar, "day" if _begins_at(seminar) - now <= AHEAD["day"] else "week")


def _begins_at(seminar: Seminar) -> datetime.datetime:
    assert seminar.starts_at is not None  # noqa: S101 (for the type checker: it was asked for)
    return seminar.starts_at


def _tell(key: str, seminar: Seminar, concerned: Collection[int]) -> int:
    soon = key.startswith(SOON_KEY)
    which = "soon" if soon else key.rsplit(":", 1)[-1]
    rather_not = Preference.objects.filter(person__in=concerned, **{f"remind_{which}": False}).values_list("person_id", flat=True)
    people = set(concerned) - set(rather_not)
    return notify(
        people=people,
        kind=Notice.Kind.SOON if soon else Notice.Kind.REMINDER,
        key=key,
        url=reverse("live:lobby", args=[seminar.cohort.slug, seminar.pk]),
        starts_at=seminar.starts_at,
        only_now=soon,
    )
