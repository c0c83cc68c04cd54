"""What the rules need of a cohort's hours, in a number of queries that is always the same."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils import timezone

from courses.models import Attendance, Cohort, MakeUp, Membership, Sitting
from courses.standing.rules import Hour, Standing, add_up
from lms.permissions import Part

MINUTE = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Planned:
    """A sitting of the year. `held` is how long its room went on, if a room counted who was there: then whoever has no minutes was away."""

    sitting: int
    block: int
    title: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    on: datetime.date  # in the cohort's zone
    held: int | None

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at) / MINUTE)


Noted = Mapping[int, tuple[int, int]]  # sitting -> minutes there, of minutes


def standing_of(membership: Membership) -> Standing:
    """One person's; four queries at most, if the membership brings its cohort. Asks nobody: whoever shows it asks first."""
    cohort = membership.cohort
    noted = noted_of(membership)
    made_up = MakeUp.objects.made_up().filter(cohort=cohort, person=membership.person_id).values_list("day", flat=True)
    return add_up(hours(planned(cohort), noted), threshold=cohort.attendance_threshold, made_up=frozenset(made_up))


def standings_of(cohort: Cohort, memberships: Iterable[Membership] | None = None, plan: list[Planned] | None = None) -> dict[int, Standing]:
    """Everybody's whose part is trainee now, or that of these memberships, by the membership's id. Five queries, however many people;
    three where the plan of the year (`planned`) is known already."""
    if memberships is None:
        memberships = Membership.objects.current().filter(cohort=cohort, part=Part.TRAINEE)
    people = {member.pk: member.person_id for member in memberships}
    noted: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    rows = Attendance.objects.filter(sitting__block__cohort=cohort, person__in=people.values())
    for person, sitting, there, of in rows.values_list("person", "sitting", "minutes", "of_minutes"):
        noted[person][sitting] = (there, of)
    made_up: dict[int, set[datetime.date]] = defaultdict(set)
    for person, day in MakeUp.objects.made_up().filter(cohort=cohort).values_list("person", "day"):
        made_up[person].add(day)
    plan, threshold = plan if plan is not None else planned(cohort), cohort.attendance_threshold
    return {
        pk: add_up(hours(plan, noted[person]), threshold=threshold, made_up=frozenset(made_up[person])) for pk, person in people.items()
    }


def noted_of(membership: Membership) -> dict[int, tuple[int, int]]:
    """One person's minutes in each sitting of the cohort of which they are known."""
    rows = Attendance.objects.filter(sitting__block__cohort=membership.cohort_id, person=membership.person_id)
    return {sitting: (there, of) for sitting, there, of in rows.values_list("sitting", "minutes", "of_minutes")}


def planned(cohort: Cohort) -> list[Planned]:
    """The sittings of the year that take place, in order. Two queries."""
    zone = ZoneInfo(cohort.time_zone)
    counted = Attendance.objects.counted_by_room().filter(sitting__block__cohort=cohort).order_by()
    held = dict(counted.values("sitting").annotate(held=Max("of_minutes")).values_list("sitting", "held"))
    rows = Sitting.objects.filter(block__cohort=cohort, called_off_at=None).order_by("starts_at", "pk")
    return [
        Planned(pk, block, title, starts_at, ends_at, starts_at.astimezone(zone).date(), held.get(pk))
        for pk, block, title, starts_at, ends_at in rows.values_list("pk", "block", "title", "starts_at", "ends_at")
    ]


def hours(plan: Iterable[Planned], noted: Noted) -> list[Hour]:
    """The year as one person's. A sitting that goes on is to come until it is over."""
    now = timezone.now()
    return [_hour(one, noted.get(one.sitting), one.ends_at <= now) for one in plan]


def _hour(one: Planned, row: tuple[int, int] | None, over: bool) -> Hour:
    if not over:
        return Hour(one.sitting, one.block, one.on, one.minutes, None, over)
    if row is not None:
        return Hour(one.sitting, one.block, one.on, row[1], row[0], over)
    if one.held is not None:
        return Hour(one.sitting, one.block, one.on, one.held, 0, over)
    return Hour(one.sitting, one.block, one.on, one.minutes, None, over)
