"""The years of the demo's two cohorts."""

import datetime

from django.utils import timezone

from courses.actions.cohorts import begin_cohort
from courses.actions.plans import describe_cohort, move_dates
from courses.models import Cohort, Programme
from courses.planning import Plan, move_sitting
from lms.users.models import User

# First days of the eight blocks, counted from the Thursday of the block that begins now (the third).
STARTS = [-98, -56, 0, 35, 77, 119, 161, 203]
THURSDAY = 3


def coming_thursday() -> datetime.date:
    """The first Thursday from today on."""
    today = timezone.localdate()
    return today + datetime.timedelta(days=(THURSDAY - today.weekday()) % 7)


def begin(coordinator: User, programme: Programme, slug: str, title: str) -> Cohort:
    thursday = coming_thursday()
    starts = [thursday + datetime.timedelta(days=days) for days in STARTS]
    return begin_cohort(actor=coordinator, programme=programme, slug=slug, title=title, time_zone="Europe/London", block_starts=starts)


def change_the_plan(coordinator: User, cohort: Cohort) -> None:
    """The last sitting of the year begins a little later, so that the record has something to show."""
    plan = Plan.read(cohort)
    sitting = plan.sittings[-1]
    day = plan.wall(sitting).begins.date()
    later = move_sitting(plan, sitting, day, datetime.time(15, 45), datetime.time(16, 45))
    move_dates(actor=coordinator, cohort=cohort, proposal=later, version=cohort.plan_version, why="A demo of why: tea takes longer.")


def belong_to_one_organisation(coordinator: User, cohort: Cohort) -> None:
    words = "This is a demo of what an organisation says here.\n\nThursdays and Fridays of this course are working time."
    details = {"access": Cohort.Access.IN_HOUSE, "organisation": "A demo organisation", "contact_name": "Colleague A", "size": 24}
    details["organisation_words"] = words
    describe_cohort(actor=coordinator, cohort=cohort, version=cohort.plan_version, details=details)
