"""Reminders of what is live: of days a week before and the day before, of each room ten minutes before, to everybody whose part has
a place in them and who did not say no.

Of a day one for a cohort, not one for each of its hours: it leads to the first, whose page says what will be asked, what to read before
and where one left off; a letter says so itself.
"""

import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from courses.models import Membership
from live.models import Seminar
from lms.notifications.actions.notices import notify
from lms.notifications.models import Notice, Preference
from lms.permissions import Verb, parts_that

SOON = datetime.timedelta(minutes=10)
SOON_KEY = "live.soon:"
AHEAD = {"week": datetime.timedelta(days=7), "day": datetime.timedelta(days=1)}


def remind() -> int:
    """Tells whoever has not been told; by the clock every minute, and harmless again. Returns how many were told. Two queries while
    all were."""
    now = timezone.now()
    coming = Seminar.objects.filter(starts_at__gt=now, starts_at__lte=now + max(AHEAD.values()))
    due: dict[str, Seminar] = {}
    for seminar in coming.select_related("cohort").order_by("starts_at", "pk"):
        due.setdefault(_day_key(seminar, now), seminar)
        if _begins_at(seminar) - now <= SOON:
            due[f"{SOON_KEY}{seminar.pk}"] = seminar
    told = set(Notice.objects.filter(key__in=due).values_list("key", flat=True).distinct()) if due else set()
    return sum(_tell(key, seminar) for key, seminar in due.items() if key not in told)


def _day_key(seminar: Seminar, now: datetime.datetime) -> str:
    """Names the cohort's day, by the cohort's clock, and which of the two reminders is due."""
    starts_at = _begins_at(seminar)
    day = starts_at.astimezone(ZoneInfo(seminar.time_zone)).date()
    near = "day" if starts_at - now <= AHEAD["day"] else "week"
    return f"live.day:{seminar.cohort_id}:{day}:{near}"


def _begins_at(seminar: Seminar) -> datetime.datetime:
    assert seminar.starts_at is not None  # noqa: S101 (for the type checker: it was asked for)
    return seminar.starts_at


def _tell(key: str, seminar: Seminar) -> int:
    soon = key.startswith(SOON_KEY)
    which = "soon" if soon else key.rsplit(":", 1)[-1]
    rather_not = Preference.objects.filter(person=OuterRef("person"), **{f"remind_{which}": False})
    here = Membership.objects.current().filter(cohort=seminar.cohort_id, part__in=parts_that(Verb.SEE_LIVE))
    return notify(
        people=here.filter(~Exists(rather_not)).values_list("person_id", flat=True),
        kind=Notice.Kind.SOON if soon else Notice.Kind.REMINDER,
        key=key,
        url=reverse("live:lobby", args=[seminar.cohort.slug, seminar.pk]),
        starts_at=seminar.starts_at,
        only_now=soon,
    )
