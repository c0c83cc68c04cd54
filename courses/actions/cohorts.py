"""Beginning a cohort, and who is on duty in it."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.agreements.text import lay_out
from courses.models import Activity, AftercareDuty, Block, Cohort, Membership, Module, Programme, Sitting
from courses.permissions import Place, may_in
from courses.signals import cohort_planned
from lms.db import local_datetime
from lms.full_disk import trace
from lms.permissions import Part, Verb, require
from lms.users.models import User

# A day of five sittings, 10:00 to 16:30 where the course is held, with breaks of 15, 45, 15 and 15 minutes.
DAY = [datetime.time(10, 0), datetime.time(11, 15), datetime.time(13, 0), datetime.time(14, 15), datetime.time(15, 30)]
HOUR = datetime.timedelta(hours=1)
READ_BEFORE = datetime.timedelta(days=14)  # texts of a block open this long before its first day


@transaction.atomic
def begin_cohort(*, actor: User, programme: Programme, slug: str, title: str, time_zone: str, block_starts: list[datetime.date]) -> Cohort:
    """A cohort with its blocks and sittings, as the programme's modules plan them; one first day for each module, in order."""
    require(actor.coordinates, _("Only a coordinator begins a cohort."))
    modules = list(programme.modules.order_by("number"))
    if len(modules) != len(block_starts):
        raise ValueError(f"{len(modules)} modules need {len(modules)} first days, not {len(block_starts)}.")
    last = block_starts[-1] + datetime.timedelta(days=len(modules[-1].days))
    cohort = Cohort.objects.create(
        programme=programme, slug=slug, title=title, time_zone=time_zone, starts_on=block_starts[0] - READ_BEFORE, ends_on=last
    )
    for module, start in zip(modules, block_starts, strict=True):
        _plan_block(cohort, module, start)
    Membership.objects.create(cohort=cohort, person=actor, part=Part.COORDINATOR)
    lay_out(cohort=cohort)
    cohort_planned.send(Cohort, cohort=cohort)
    return cohort


def _plan_block(cohort: Cohort, module: Module, start: datetime.date) -> None:
    days = max(1, len(module.days))
    block = Block.objects.create(
        cohort=cohort, module=module, opens_on=start - READ_BEFORE, starts_on=start, ends_on=start + datetime.timedelta(days=days - 1)
    )
    activities = {activity.slug: activity for activity in module.activities.all()}
    for number, day in enumerate(module.days):
        for clock, plan in zip(DAY, day, strict=False):
            starts_at = local_datetime(start + datetime.timedelta(days=number), clock, cohort.time_zone)
            sitting = Sitting.objects.create(block=block, title=plan["title"], starts_at=starts_at, ends_at=starts_at + HOUR)
            sitting.activities.set(_named(activities, plan["activities"]))


def _named(activities: dict[str, Activity], slugs: Iterable[str]) -> list[Activity]:
    return [activities[slug] for slug in slugs if slug in activities]


@transaction.atomic
def put_on_duty(*, actor: User, cohort: Cohort, person: User, from_on: datetime.date, until_on: datetime.date) -> AftercareDuty:
    """Who answers "Please contact me" on these days (both included)."""
    require(may_in(actor, cohort, Verb.INVITE_PEOPLE), _("Only a coordinator plans who is on duty."))
    return AftercareDuty.objects.create(cohort=cohort, person=person, from_on=from_on, until_on=until_on)


def use_cohort(*, actor: User, place: Place) -> None:
    """Remembers the cohort used last, which /course/, /forum/ and /live/ lead to. At most once an hour, as a trace of reading."""
    now = timezone.now()
    if place.used_at is None or now - place.used_at > HOUR:
        with trace():
            Membership.objects.current().filter(cohort=place.cohort, person=actor).update(last_used_at=now)
