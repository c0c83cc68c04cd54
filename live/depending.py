"""What hangs on the dates of a cohort up here, for whoever is about to move them: rooms, reminders, what else is at that time."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import cast
from zoneinfo import ZoneInfo

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Cohort
from courses.signals import DateChange, Dependent
from live.models import Participant, Room, Seminar
from live.reminders import AHEAD, reminders_of
from lms.notifications.models import Notice

MOST = 6  # sentences under one heading
Hours = tuple[datetime.datetime, datetime.datetime]


def dependents_of(cohort: Cohort, changes: list[DateChange]) -> list[Dependent]:
    """Two queries; two more where sittings would go."""
    return [*_of_moved(cohort, [one for one in changes if one.sitting and one.now]), *_of_removed([one for one in changes if not one.now])]


def _of_moved(cohort: Cohort, changes: list[DateChange]) -> list[Dependent]:
    moved = {change.sitting: cast("Hours", change.now) for change in changes}
    if not moved:
        return []
    hours, fresh = list(moved.values()), sum(1 for change in changes if not change.was)
    first, last = min(start for start, _end in hours), max(end for _start, end in hours)
    others = Q(cohort=cohort, starts_at__lt=last, ends_at__gt=first) & ~Q(kind=Seminar.Kind.COHORT_SITTING)
    main = Room.objects.filter(seminar=OuterRef("pk"), kind=Room.Kind.MAIN)
    answers = Participant.objects.filter(room__seminar=OuterRef("pk")).exclude(way="").order_by().values("room__seminar")
    touched = {"opened": Subquery(main.values("opened_at")), "closed": Subquery(main.values("closed_at"))}
    touched["answers"] = Subquery(answers.annotate(number=Count("pk")).values("number"))
    found = list(Seminar.objects.filter(Q(sitting__in=moved) | others).annotate(**touched).order_by("starts_at", "pk"))
    seminars = [one for one in found if one.sitting_id in moved]
    at_that_time = [one for one in found if one.sitting_id is None and any(_overlap(one, span) for span in hours)]
    return [*_rooms(seminars), *_fresh(cohort, fresh), *_same_time(cohort, at_that_time), *_reminders(seminars, hours)]


def _of_removed(changes: list[DateChange]) -> Iterator[Dependent]:
    """What becomes of rooms whose sittings would go. Two queries."""
    gone = Seminar.objects.filter(sitting__in=[change.sitting for change in changes if change.sitting and not change.is_off])
    seminars, heading = list(gone) if changes else [], _("Live rooms")
    if any(change.is_off for change in changes):
        yield Dependent(heading, _("What was called off already closes no room, and nobody is written to about it again."))
    if not seminars:
        return
    number = len(seminars)
    closed = ngettext(
        "%(n)s live room closes. Its page stays, and says that it was called off, and why.",
        "%(n)s live rooms close. Their pages stay, and say that they were called off, and why.",
        number,
    )
    yield Dependent(heading, closed % {"n": number})
    yield Dependent(heading, _("Calendars hear that it is cancelled, and everybody whom it concerns is written to, once."))
    answers = Participant.objects.filter(room__seminar__in=seminars).exclude(way="").count()
    if answers:
        said = ngettext(
            "%(n)s answer to a before-you-join card is of no use then.",
            "%(n)s answers to before-you-join cards are of no use then.",
            answers,
        )
        yield Dependent(heading, said % {"n": answers})


def _fresh(cohort: Cohort, number: int) -> Iterator[Dependent]:
    if number:
        made = ngettext("%(n)s live room is made for it.", "%(n)s live rooms are made for them, one for each sitting.", number)
        lanes = _("It has the lanes of the cohort's languages.") if cohort.languages else ""
        yield Dependent(_("Live rooms"), f"{made % {'n': number}} {lanes}".strip())


def _rooms(seminars: list[Seminar]) -> Iterator[Dependent]:
    heading, number = _("Live rooms"), len(seminars)
    if not number:
        return
    along = ngettext("%(n)s live room moves along with its sitting.", "%(n)s live rooms move along with their sittings.", number)
    yield Dependent(heading, along % {"n": number})
    for seminar in [one for one in seminars if one.opened or one.closed][:MOST]:  # type: ignore[attr-defined]
        if seminar.called_off_at is not None:
            sentence = _("“%(title)s” was called off. It takes place at its new time.")
        elif seminar.closed:  # type: ignore[attr-defined]
            sentence = _("The room of “%(title)s” was closed already. A facilitator can open it again.")
        else:
            sentence = _("The room of “%(title)s” was opened before its time. It closes again until then.")
        yield Dependent(heading, sentence % {"title": seminar.title})
    if answers := sum(int(seminar.answers or 0) for seminar in seminars):  # type: ignore[attr-defined, misc]
        said = ngettext("%(n)s answer to a before-you-join card stays.", "%(n)s answers to before-you-join cards stay.", answers)
        yield Dependent(heading, said % {"n": answers})


def _same_time(cohort: Cohort, others: list[Seminar]) -> Iterator[Dependent]:
    """Talks and open seminars of the cohort into which a moved sitting would fall."""
    for one in others[:MOST]:
        words = {"title": one.title, "kind": one.get_kind_display(), "when": _moment(one.starts_at, cohort.time_zone)}
        yield Dependent(_("At the same time"), _("“%(title)s” (%(kind)s) is on %(when)s and stays there.") % words)


def _overlap(seminar: Seminar, hours: Hours) -> bool:
    assert seminar.starts_at is not None and seminar.ends_at is not None  # noqa: S101 (for the type checker: it was asked for)
    return seminar.starts_at < hours[1] and seminar.ends_at > hours[0]


def _reminders(seminars: list[Seminar], hours: list[Hours]) -> Iterator[Dependent]:
    heading = _("Reminders")
    keys = [key for seminar in seminars for key in reminders_of(seminar)]
    if told := Notice.objects.filter(key__in=keys).values("person").distinct().count():
        sentence = ngettext(
            "%(n)s person was reminded of a former date. That reminder goes, and they are told anew.",
            "%(n)s people were reminded of a former date. Those reminders go, and they are told anew.",
            told,
        )
        yield Dependent(heading, sentence % {"n": told})
    if min(start for start, _end in hours) - timezone.now() < AHEAD["week"]:
        yield Dependent(heading, _("The first of the new dates is less than a week away: the reminder goes out at once."))
    else:
        yield Dependent(heading, _("Reminders go out a week and a day before the new dates."))


def _moment(moment: datetime.datetime | None, zone: str) -> str:
    return date_format(moment.astimezone(ZoneInfo(zone)), "D j F, H:i") if moment else ""
