"""What a certificate asks for, and what is there of it: attendance, peer meetings, the closing statement. In words, for people.

Nothing here decides: a trainer does, and may decide otherwise with a sentence. There are no grades.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Activity, LedgerEntry, LedgerKind, Membership, Progress
from courses.overview import InBlock, blank_blocks
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
    blocks: list[InBlock]
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
    year, standing = year_of(membership.cohort), standing_of(membership)
    rows = Progress.objects.filter(cohort=membership.cohort_id, person=membership.person_id).values_list("activity", "done_at", "how")
    done = {activity: (at is not None, how) for activity, at, how in rows}
    finished = {activity for activity, (is_done, _how) in done.items() if is_done}
    meetings = [one.pk for one in year.activities if one.form == Activity.Form.PEER_GROUP]
    closing = [one.pk for one in year.activities if one.closing]
    return Completion(
        standing,
        _blocks(membership, standing, done),
        meetings=len(finished.intersection(meetings)),
        meetings_planned=len(meetings),
        closing=bool(finished.intersection(closing)) if closing else None,
    )


def _blocks(membership: Membership, standing: Standing, done: dict[int, tuple[bool, str]]) -> list[InBlock]:
    """The same as the table of the whole cohort shows of this person."""
    in_module: dict[int, list[tuple[bool, str]]] = defaultdict(list)
    for activity in year_of(membership.cohort).activities:
        if activity.pk in done:
            in_module[activity.module_id].append(done[activity.pk])
    blocks = []
    for module, block, blank in blank_blocks(membership.cohort, {}):
        did, days = in_module[module], [day for day in standing.days if day.block == block]
        blocks.append(
            blank._replace(
                begun=len(did),
                done=sum(is_done for is_done, _how in did),
                kept=sum(is_done and how == Progress.How.ENTRY for is_done, how in did),
                minutes=sum(day.there for day in days),
                noted=sum(day.noted for day in days),
                made_up=any(day.made_up for day in days),
            )
        )
    return blocks


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
