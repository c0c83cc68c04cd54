"""A gentle question two days after somebody was there: how are you? Once, and only whoever was there and did not say no.

After the last sitting of a run of days, not after each: whoever is there again within two days is asked after that.
"""

import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from courses.models import Attendance, Membership
from live.models import Seminar
from lms.notifications.actions.notices import notify
from lms.notifications.models import Notice, Preference
from lms.permissions import Verb, parts_that

AFTER = datetime.timedelta(hours=48)
TOO_LATE = datetime.timedelta(hours=96)  # by then the question would come out of nowhere


def ask_after() -> int:
    """Asks everybody for whom it is time; by the clock, and harmless again. Returns how many were asked."""
    now = timezone.now()
    there = Attendance.objects.filter(minutes__gt=0, sitting__ends_at__gt=now - TOO_LATE)
    again = there.filter(person=OuterRef("person"), sitting__ends_at__gt=OuterRef("sitting__ends_at"))
    here = Membership.objects.current().filter(person=OuterRef("person"), cohort=OuterRef("sitting__block__cohort"))
    last = there.filter(~Exists(again), Exists(here.filter(part__in=parts_that(Verb.SEE_LIVE))), sitting__ends_at__lte=now - AFTER)
    rather_not = Preference.objects.filter(person=OuterRef("person"), asked_afterwards=False)
    people: dict[int, set[int]] = {}  # sitting -> people
    for sitting, person in last.filter(~Exists(rather_not)).values_list("sitting", "person"):
        people.setdefault(sitting, set()).add(person)
    seminars = Seminar.objects.filter(sitting__in=people).select_related("cohort")
    return sum(_ask(seminar, people[seminar.sitting_id]) for seminar in seminars if seminar.sitting_id)


def _ask(seminar: Seminar, people: set[int]) -> int:
    assert seminar.ends_at is not None  # noqa: S101 (for the type checker: a sitting has times)
    day = seminar.ends_at.astimezone(ZoneInfo(seminar.time_zone)).date()
    return notify(
        people=people,
        kind=Notice.Kind.AFTERWARDS,
        key=f"live.after:{seminar.cohort_id}:{day}",
        url=reverse("live:lobby", args=[seminar.cohort.slug, seminar.pk]) + "#landing",
        starts_at=seminar.starts_at,
    )
