"""A day of a cohort as it is planned, by the cohort's clock: its sittings, talks and open seminars, and what hangs on them."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Cohort
from live.models import Conference, Question, Room, Seminar
from live.people import whom_it_concerns
from live.reminders import reminders_of
from lms.db import local_datetime
from lms.notifications.models import Notice
from lms.users.models import User

ON_A_DAY = {Seminar.Kind.COHORT_SITTING, Seminar.Kind.TALK, Seminar.Kind.OPEN_SEMINAR}
MIDNIGHT = datetime.time()


@dataclass(frozen=True)
class Day:
    """What of a day can still be called off, and what can not any more."""

    cohort: Cohort
    on: datetime.date
    seminars: list[Seminar]  # to come, and not called off
    begun: list[Seminar]  # went on or was over when somebody looked: it stays
    planned: bool  # whether anything ever was

    @property
    def mark(self) -> str:
        """Names all that could be called off, as it stood. Another plan has another mark."""
        stood = " ".join(f"{one.pk}:{one.version}:{one.starts_at}" for one in self.seminars)
        return hashlib.sha256(stood.encode()).hexdigest()[:16]


def day_of(cohort: Cohort, on: datetime.date) -> Day:
    """One query."""
    first, last = (local_datetime(day, MIDNIGHT, cohort.time_zone) for day in (on, on + datetime.timedelta(days=1)))
    planned = Seminar.objects.filter(cohort=cohort, kind__in=ON_A_DAY, starts_at__gte=first, starts_at__lt=last)
    found = list(planned.select_related("cohort").order_by("starts_at", "hall", "pk"))
    taking_place, now = [one for one in found if one.called_off_at is None], timezone.now()
    to_come = [one for one in taking_place if one.starts_at and one.starts_at > now]
    return Day(cohort, on, to_come, [one for one in taking_place if one not in to_come], planned=bool(found))


def date_of(seminar: Seminar) -> datetime.date:
    """The day of its cohort on which it is. Without times it is on none: ValueError."""
    if seminar.starts_at is None:
        raise ValueError("What is always open is on no day.")
    return seminar.starts_at.astimezone(ZoneInfo(seminar.cohort.time_zone)).date()


def hangs_on(day: Day, actor: User) -> list[str]:
    """What else changes when this person calls off everything of this day, in sentences. Four queries."""
    return [sentence for sentence in _consequences(day, actor) if sentence]


def _consequences(day: Day, actor: User) -> Iterator[str]:
    if not day.seminars:
        return
    told = len(set(whom_it_concerns(day.seminars[0])) - {actor.pk})
    sentence = ngettext(
        "%(n)s person is written to, once, with the hours and the reason.",
        "%(n)s people are written to, once each, with the hours and the reason.",
        told,
    )
    yield sentence % {"n": told}
    yield _reminded(day.seminars)
    answers = Count("participants", filter=~Q(participants__way=""))
    rooms = list(
        Room.objects.filter(seminar__in=day.seminars, kind=Room.Kind.MAIN).annotate(answers=answers).values("opened_at", "answers")
    )
    if opened := sum(room["opened_at"] is not None for room in rooms):
        sentence = ngettext("%(n)s room is open already. It closes.", "%(n)s rooms are open already. They close.", opened)
        yield sentence % {"n": opened}
    if answered := sum(room["answers"] for room in rooms):
        sentence = ngettext(
            "%(n)s answer to a before-you-join card stays with its page.",
            "%(n)s answers to before-you-join cards stay with their pages.",
            answered,
        )
        yield sentence % {"n": answered}
    yield _questions(day.seminars)
    if any(one.kind == Seminar.Kind.COHORT_SITTING for one in day.seminars):
        yield _("Sittings stay in the plan of the year. Their hours count against nobody; moved to another day, they take place then.")
    yield _("Calendars that follow ours take these dates out.")


def _reminded(seminars: Collection[Seminar]) -> str:
    keys = {key for one in seminars for key in reminders_of(one)}
    number = Notice.objects.filter(key__in=keys).values("person").distinct().count()
    if not number:
        return ""
    sentence = ngettext(
        "%(n)s person was reminded already. That reminder goes.", "%(n)s people were reminded already. Those reminders go.", number
    )
    return sentence % {"n": number}


def _questions(seminars: Collection[Seminar]) -> str:
    number = Question.objects.filter(room__seminar__in=seminars, state=Question.State.WAITING).count()
    if not number:
        return ""
    return ngettext(
        "%(n)s question waits beside a talk. It is not asked.", "%(n)s questions wait beside talks. They are not asked.", number
    ) % {"n": number}


def conference_on(day: Day) -> Conference | None:
    """The day of talks, where all that is called off belongs to one."""
    conferences = {one.conference_id for one in day.seminars}
    only = conferences.pop() if len(conferences) == 1 else None
    return None if only is None else Conference.objects.filter(pk=only).first()
