"""Whom “Please contact me” reaches: who is on duty, and who comes after them. Only asks."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, QuerySet, When

from courses.models import AftercareDuty, Cohort, ContactRequest, Membership
from lms.permissions import Part
from lms.prepared import Prepared
from lms.users.models import User

WAYS = ("duty", "aftercare", "coordinator", "site")  # nobody of a later one is asked while there is one before
ON_DUTY = frozenset({Part.TRAINER, Part.COORDINATOR, Part.AFTERCARE})  # whom a request may be entrusted to
NOBODY = "nobody"  # a letter without words goes to the site's own address


@dataclass(frozen=True)
class Reach:
    """Whom a request would reach just now, and as what (of WAYS, or NOBODY)."""

    way: str
    people: list[User]

    @property
    def names(self) -> list[str]:
        return [one.display_name for one in self.people]


def reach_of(cohort: Cohort | None, *, asker: User | None = None, about: User | None = None) -> Reach:
    """Who is on duty today where the course is held; else the cohort's aftercare contacts; else its coordinators; else who coordinates
    the site. Never the asker (without one: whoever is none of those), nor whom somebody is worried about. One query."""
    own = asker.pk if asker else 0
    found = _in_order(cohort, own, about.pk if about else own)
    nearest = min((one.step for one in found), default=None)
    ways = WAYS if cohort is not None else WAYS[-1:]
    return Reach(NOBODY if nearest is None else ways[nearest], [one for one in found if one.step == nearest])


def who_answers(cohort: Cohort | None, *, asker: User, about: User | None = None) -> list[User]:
    """The same people."""
    return reach_of(cohort, asker=asker, about=about).people


def able_people(cohort: Cohort) -> QuerySet[Membership]:
    """Members who may be on duty, by name."""
    here = Membership.objects.current().filter(cohort=cohort, part__in=ON_DUTY, person__is_active=True)
    return here.select_related("person").order_by("person__display_name", "pk")


def trainer_who_answers(cohort: Cohort | None, *, asker: User) -> list[User]:
    """The trainer of the cohort whom a question before a post reaches: who was here last, alone, because only one can open it.
    Where there is none: whoever answers other requests."""
    trainers = Membership.objects.current().filter(cohort=cohort, part=Part.TRAINER, person__is_active=True).exclude(person=asker)
    here = trainers.select_related("person").order_by(F("last_used_at").desc(nulls_last=True), "pk").first() if cohort else None
    return [here.person] if here else who_answers(cohort, asker=asker)


def who_is_next(asked: ContactRequest, *, everybody: bool) -> list[User]:
    """Of those who could answer and were not told, whoever is nearest; or all of them. Never the asker, nor whom a worry is about."""
    told = set(asked.told.values_list("person_id", flat=True)) | {asked.sent_to_id}
    found = _in_order(asked.cohort, asked.person_id, asked.about_id or asked.person_id)
    fresh = [one for one in found if one.pk not in told]
    nearest = min((one.step for one in fresh), default=0)
    return fresh if everybody else [one for one in fresh if one.step == nearest]


def _in_order(cohort: Cohort | None, asker: int, about: int) -> list[User]:
    if cohort is None:
        return list(_who_could_answer(False, asker=asker, about=about))
    return list(_who_could_answer(True, asker=asker, about=about, cohort=cohort.pk, today=cohort.today()))


@Prepared
def _who_could_answer(
    in_cohort: bool, *, asker: int, about: int, cohort: int = 0, today: datetime.date = datetime.date.min
) -> QuerySet[User]:
    """Everybody whom a request could reach, with the step at which it does."""
    steps: list[QuerySet[Any, Any]] = []
    if in_cohort:
        here = Membership.objects.current().filter(cohort=cohort)
        duties = AftercareDuty.objects.filter(cohort=cohort, from_on__lte=today, until_on__gte=today, person__in=here.values("person"))
        steps = [
            rows.values("person") for rows in (duties.order_by(), here.filter(part=Part.AFTERCARE), here.filter(part=Part.COORDINATOR))
        ]
    reached = Case(*(When(pk__in=rows, then=number) for number, rows in enumerate(steps)), When(coordinates=True, then=len(steps)))
    people = User.objects.filter(is_active=True).exclude(pk=asker).exclude(pk=about)
    return people.annotate(step=reached).filter(step__isnull=False).order_by("pk")  # type: ignore[misc, no-redef]
