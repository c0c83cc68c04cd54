"""In which cohorts somebody sees what: the questions behind every `visible_to` here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q

from courses.models import Cohort, Membership
from lms.permissions import Part, Verb, may, parts_that

if TYPE_CHECKING:
    from lms.users.models import User


def places_of(user: User, verb: Verb, cohort: str = "pk") -> Q:
    """Where this person's part has the verb; `cohort` is the way to the cohort. Who coordinates the site is coordinator wherever
    they have no other part."""
    mine = Membership.objects.current().filter(person=user, cohort=OuterRef(cohort))
    allowed = Exists(mine.filter(part__in=parts_that(verb)))
    everywhere = user.coordinates and may(Part.COORDINATOR, verb)
    return Q(allowed) | ~Q(Exists(mine)) if everywhere else Q(allowed)


def in_group_of(user: User | AnonymousUser, group: str) -> Exists:
    """Whether this person is now in the group of a row (`group` is the way to it), with a part that enters rooms. A group's room is
    for nobody else, trainers and coordinators included."""
    return Exists(Membership.objects.current().filter(person=user.pk, groups=OuterRef(group), part__in=parts_that(Verb.ENTER_ROOM)))


def cohorts_of(user: User | AnonymousUser, verb: Verb) -> models.QuerySet[Cohort]:
    if not user.is_authenticated or not user.is_active:
        return Cohort.objects.none()
    return Cohort.objects.filter(places_of(user, verb))
