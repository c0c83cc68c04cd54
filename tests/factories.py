"""One saved object each, with sensible defaults and no surprises."""

import datetime
import itertools
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from courses.models import Activity, Block, Cohort, Membership, Module, Programme, Sitting
from lms.permissions import Part
from lms.users.models import User

_number = itertools.count(1)
PASSWORD = "a-long-test-password"


def make_user(**overrides: Any) -> User:
    """A person with a verified address and the password PASSWORD."""
    number = next(_number)
    fields = {"email": f"person{number}@example.org", "display_name": f"Person {number}", "password": PASSWORD, **overrides}
    user = User.objects.create_user(**fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_programme(**overrides: Any) -> Programme:
    number = next(_number)
    fields = {"slug": f"programme-{number}", "title": f"Programme {number}", "summary": "A year", "html": "<p>About</p>"}
    return Programme.objects.create(**{**fields, **overrides})


def make_module(*, programme: Programme | None = None, **overrides: Any) -> Module:
    programme = programme or make_programme()
    number = programme.modules.count() + 1
    names = {"slug": f"module-{number}", "title": f"Module {number}", "short": f"M{number}"}
    fields = {**names, "number": number, "summary": "A block", "html": "<p>Intro</p>"}
    return Module.objects.create(programme=programme, **{**fields, **overrides})


def make_activity(*, module: Module | None = None, **overrides: Any) -> Activity:
    module = module or make_module()
    position = module.activities.count() + 1
    fields = {
        "slug": f"activity-{position}",
        "position": position,
        "type": Activity.Type.READING,
        "title": f"Activity {position}",
        "summary": "Something to do",
        "minutes": 20,
        "html": '<h2 id="part-one">Part one</h2><p>Text</p>',
    }
    return Activity.objects.create(module=module, **{**fields, **overrides})


def make_cohort(*, members: list[User] | None = None, **overrides: Any) -> Cohort:
    """A cohort in its fourth month; members are trainees."""
    number = next(_number)
    today = timezone.localdate()
    fields = {
        "programme": overrides.pop("programme", None) or make_programme(),
        "slug": f"cohort-{number}",
        "title": f"Cohort {number}",
        "starts_on": today - datetime.timedelta(days=100),
        "ends_on": today + datetime.timedelta(days=230),
    }
    cohort = Cohort.objects.create(**{**fields, **overrides})
    for member in members or []:
        make_membership(cohort=cohort, person=member)
    return cohort


def make_membership(*, cohort: Cohort, person: User | None = None, part: Part = Part.TRAINEE, **overrides: Any) -> Membership:
    return Membership.objects.create(cohort=cohort, person=person or make_user(), part=part, **overrides)


def make_block(*, cohort: Cohort, module: Module | None = None, opens_in: int = -10, **overrides: Any) -> Block:
    """A block that opened ten days ago, or opens in so many days."""
    module = module or make_module(programme=cohort.programme)
    opens_on = cohort.today() + datetime.timedelta(days=opens_in)
    starts_on = opens_on + datetime.timedelta(days=7)
    fields = {"opens_on": opens_on, "starts_on": starts_on, "ends_on": starts_on + datetime.timedelta(days=1)}
    return Block.objects.create(cohort=cohort, module=module, **{**fields, **overrides})


def make_sitting(*, block: Block, activities: list[Activity] | None = None, **overrides: Any) -> Sitting:
    """An hour that began just now."""
    now = timezone.now()
    fields = {"title": "A sitting", "starts_at": now, "ends_at": now + datetime.timedelta(hours=1)}
    sitting = Sitting.objects.create(block=block, **{**fields, **overrides})
    sitting.activities.set(activities or [])
    return sitting
