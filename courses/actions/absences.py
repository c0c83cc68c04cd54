"""“I cannot come on Thursday”: said beforehand, and taken back. Nobody asks why."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.sealed_words import seal_words, unseal_words
from courses.models import Absence, Cohort, Membership, Sitting
from courses.models.absences import AbsenceQuerySet
from courses.permissions import part_in
from lms.db import local_datetime
from lms.notifications.actions.notices import notify, take_back
from lms.notifications.models import Notice
from lms.permissions import Part, Verb, parts_that, require
from lms.users.models import User

MIDNIGHT, DAY = datetime.time(0), datetime.timedelta(days=1)


@dataclass(frozen=True)
class SaidAbsence:
    """With the sentence, if there is one; `readable` is False if it does not open any more."""

    absence: Absence
    words: str = ""
    readable: bool = True


@transaction.atomic
def say_absence(*, actor: User, cohort: Cohort, day: datetime.date, words: str = "") -> Absence:
    """Says that the actor cannot come on a day of the course that is not over. The trainers are told.

    Said again, the newer sentence stands, and nobody is told again.
    """
    require(part_in(actor, cohort) == Part.TRAINEE, _("This is for the trainees of this cohort."))
    require(_has_hours_to_come(cohort, day), _("There is nothing more to come on that day. Please look at the days of the course again."))
    User.objects.select_for_update().get(pk=actor.pk)  # one at a time for each person, so that a double press says it once
    absence = Absence.objects.filter(cohort=cohort, person=actor, day=day).first() or Absence(cohort=cohort, person=actor, day=day)
    again = not absence._state.adding and absence.taken_back_at is None
    if not again:
        absence.said_at = timezone.now()
    absence.taken_back_at, absence.words_sealed = None, None
    if words.strip():
        seal_words(absence, words=words.strip())
    absence.save()
    if not again:
        url = reverse("courses:attendance", args=[cohort.slug]) + "#cannot-come"
        notify(people=_trainers(cohort), kind=Notice.Kind.HOURS, key=_key(absence), url=url, who=actor.display_name)
    return absence


@transaction.atomic
def take_absence_back(*, actor: User, absence: Absence) -> None:
    """The actor can come after all. Nothing of the sentence is kept."""
    require(absence.person_id == actor.pk, _("This is for somebody else to take back."))
    Absence.objects.filter(pk=absence.pk, taken_back_at=None).update(taken_back_at=timezone.now(), words_sealed=None)
    take_back(keys=[_key(absence)])


def read_absences(*, actor: User, absences: AbsenceQuerySet) -> list[SaidAbsence]:
    """With their sentences: for whoever said it, and the trainers of the cohort. What is not for the actor is left out."""
    opened = unseal_words(absences.visible_to(actor), "words")
    return [SaidAbsence(one, words["words"] if words else "", words is not None) for one, words in opened]


def _key(absence: Absence) -> str:
    return f"courses.absence:{absence.pk}:{absence.said_at:%Y%m%d%H%M%S}"


def _trainers(cohort: Cohort) -> list[int]:
    here = Membership.objects.current().filter(cohort=cohort, part__in=parts_that(Verb.AGREE_MAKE_UPS))
    return list(here.values_list("person", flat=True))


def _has_hours_to_come(cohort: Cohort, day: datetime.date) -> bool:
    starts = local_datetime(day, MIDNIGHT, cohort.time_zone)
    ends = local_datetime(day + DAY, MIDNIGHT, cohort.time_zone)
    on_it = Sitting.objects.filter(block__cohort=cohort, called_off_at=None, starts_at__gte=starts, starts_at__lt=ends)
    return on_it.filter(ends_at__gt=timezone.now()).exists()


def day_of(sitting: Sitting, cohort: Cohort) -> datetime.date:
    """The day in the cohort's zone to which a sitting belongs."""
    return sitting.starts_at.astimezone(ZoneInfo(cohort.time_zone)).date()
