"""What tests of a plan's pages send and read."""

import datetime

from django.urls import reverse

from courses.actions.plans import move_dates
from courses.models import Cohort
from courses.planning import Plan, shift_year
from tests.courses.planning.conftest import DAY

TODAY = datetime.date.today()
FIRST, SECOND = TODAY + 30 * DAY, TODAY + 72 * DAY


def address(name, year, *args):
    return reverse(f"courses:{name}", args=[year.slug, *args])


def shift_by(actor, year, days, why=""):
    plan = Plan.read(Cohort.objects.get(pk=year.pk))
    proposal = shift_year(plan, plan.blocks[0], plan.blocks[0].starts_on + days * DAY, duties=False)
    move_dates(actor=actor, cohort=plan.cohort, proposal=proposal, version=plan.cohort.plan_version, why=why)


def words(response):
    return " ".join(response.content.decode().split())


def block_sent(**others):
    days = {"opens_on": FIRST - 14 * DAY, "starts_on": FIRST, "ends_on": FIRST + DAY}
    return {"version": 1, "shown": "", "along": "on", "why": "", **days, **others}
