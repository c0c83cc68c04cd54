"""What a certificate asks for, and what is there of it: attendance, peer meetings, the closing statement. In words, for people.

Nothing here decides: a trainer does, and may decide otherwise with a sentence. There are no grades.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Activity, LedgerEntry, LedgerKind, Membership, Progress
from courses.standing import Standing, Word, standing_of
from courses.years import year_of
from lms.users.models import User


@dataclass(frozen=True)
class Point:
    """One of the things asked for, and how it stands."""

    met: bool
    words: str


@dataclass(frozen=True)
class Completion:
    """How somebody's year stands against the rule."""

    standing: Standing
    meetings: int = 0  # peer meetings of the course's plan that were
    meetings_planned: int = 0
    closing: bool | None = None  # whether the closing statement was kept; None: the course asks for none

    @property
    def points(self) -> list[Point]:
        points = [self._attendance()]
        if self.meetings_planned:
            words = ngettext(
                "%(were)s of %(of)s peer meeting has been.", "%(were)s of %(of)s peer meetings have been.", self.meetings_planned
            )
            points.append(Point(self.meetings >= self.meetings_planned, words % {"were": self.meetings, "of": self.meetings_planned}))
        if self.closing is not None:
            words = _("The closing statement is kept.") if self.closing else _("The closing statement is not kept yet.")
            points.append(Point(self.closing, words))
        return points

    @property
    def met(self) -> bool:
        """Whether everything is there."""
        return all(point.met for point in self.points)

    def _attendance(self) -> Point:
        standing = self.standing
        if standing.percent is None:
            return Point(False, _("No hours have been noted yet."))
        numbers = {
            "hours": hours_words(standing.there),
            "held": hours_words(standing.noted),
            "percent": standing.percent,
            "threshold": standing.threshold,
        }
        words = _("There for %(hours)s of %(held)s hours noted (%(percent)s %%; asked for are %(threshold)s %%).") % numbers
        if standing.to_come:
            words += " " + _("Hours are still to come.")
        return Point(standing.word in {Word.ON_THE_WAY, Word.REACHED} and not standing.to_come, words)


def completion_of(membership: Membership) -> Completion:
    """Five queries, if the membership brings its cohort."""
    year = year_of(membership.cohort)
    asked = {one.pk: one for one in year.activities if one.closing or one.form == Activity.Form.PEER_GROUP}
    mine = Progress.objects.filter(cohort=membership.cohort_id, person=membership.person_id, activity__in=asked, done_at__isnull=False)
    done = set(mine.values_list("activity", flat=True))
    meetings = [pk for pk, one in asked.items() if one.form == Activity.Form.PEER_GROUP]
    closing = [pk for pk, one in asked.items() if one.closing]
    return Completion(
        standing_of(membership),
        meetings=len(done.intersection(meetings)),
        meetings_planned=len(meetings),
        closing=bool(done.intersection(closing)) if closing else None,
    )


def ledger_words(reader: User, membership: Membership) -> str:
    """Of the peer meetings in somebody's own ledger: how long, if they show them to this reader; else nothing. One query."""
    shown = LedgerEntry.objects.shown_to(reader).filter(
        cohort=membership.cohort_id, person=membership.person_id, kind=LedgerKind.PEER_MEETING
    )
    minutes = shown.aggregate(minutes=Sum("minutes"))["minutes"]
    return (
        _("Their ledger, which they show you, has %(hours)s hours of peer meetings.") % {"hours": hours_words(minutes)} if minutes else ""
    )


def hours_words(minutes: int) -> str:
    """ "7", "7½": rounded down to half an hour."""
    hours, half = divmod(minutes // 30, 2)
    return f"{hours or ''}½" if half else f"{hours}"
