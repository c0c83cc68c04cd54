"""What a certificate asks for, and what is there of it: attendance, peer meetings, the closing statement. In words, for people.

Nothing here decides: a trainer does, and may decide otherwise with a sentence. There are no grades.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Activity, Conversation, Membership, Progress
from courses.overview import InBlock, blank_blocks
from courses.releasing import WITH_BLOCK, is_for
from courses.standing import Standing, Word, standing_of
from courses.years import year_of


@dataclass(frozen=True)
class Point:
    """One of the things asked for, and how it stands."""

    met: bool
    words: str


@dataclass(frozen=True)
class Meeting:
    """A peer meeting of the course's plan, and where it comes from if it was."""

    title: str
    block: str
    url: str
    done_at: datetime.datetime | None = None
    how: str = ""  # Progress.How
    with_whom: str = ""  # who else of it wrote a sentence, where that makes it done

    @property
    def words(self) -> str:
        """For the person and their trainers alike."""
        if self.done_at is None:
            return _("not yet")
        if self.how == Progress.How.MEETING:
            return _("both wrote that they met: with %(name)s") % {"name": self.with_whom or _("somebody who has left")}
        return _("ticked by hand")


class _Did(NamedTuple):
    done_at: datetime.datetime | None = None
    how: str = ""
    with_whom: str = ""


_NOTHING = _Did()


@dataclass(frozen=True)
class Completion:
    """How somebody's year stands against the rule."""

    standing: Standing
    blocks: list[InBlock]
    meetings: list[Meeting] = field(default_factory=list)  # the peer meetings of the course's plan, in order
    closing: bool | None = None  # whether the closing statement was kept; None: the course asks for none

    @property
    def points(self) -> list[Point]:
        points = [self._attendance()]
        if of := len(self.meetings):
            were = sum(one.done_at is not None for one in self.meetings)
            words = ngettext("%(were)s of %(of)s peer meeting has been.", "%(were)s of %(of)s peer meetings have been.", of)
            points.append(Point(were >= of, words % {"were": were, "of": of}))
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


def completion_of(membership: Membership, standing: Standing | None = None) -> Completion:
    """Five queries, if the membership brings its cohort; one where the standing is known already."""
    year, standing = year_of(membership.cohort), standing or standing_of(membership)
    rows = Progress.objects.filter(cohort=membership.cohort_id, person=membership.person_id).annotate(with_whom=_talked_with())
    found = rows.values_list("activity", "done_at", "how", "with_whom")
    done = {activity: _Did(done_at, how, with_whom) for activity, done_at, how, with_whom in found}
    asked = [one for one in year.activities if is_for(year.releases.get(one.pk, WITH_BLOCK), membership.person_id)]
    closing = [done.get(one.pk, _NOTHING).done_at is not None for one in asked if one.closing]
    titles = {block.module_id: block.module.short for block in year.blocks}
    meetings = [
        Meeting(one.title, titles.get(one.module_id, ""), year.urls[one.pk], *done.get(one.pk, _NOTHING))
        for one in asked
        if one.form == Activity.Form.PEER_GROUP
    ]
    return Completion(standing, _blocks(membership, standing, done), meetings, any(closing) if closing else None)


def _talked_with() -> Coalesce:
    """Who wrote the other sentence, by which an activity was done for both."""
    both = Conversation.objects.filter(cohort=OuterRef("cohort"), activity=OuterRef("activity"), second_at__isnull=False).order_by(
        "second_at"
    )
    answered = both.filter(first=OuterRef("person")).values("second__display_name")[:1]
    began = both.filter(second=OuterRef("person")).values("first__display_name")[:1]
    return Coalesce(Subquery(answered), Subquery(began), Value(""))


def _blocks(membership: Membership, standing: Standing, done: Mapping[int, _Did]) -> list[InBlock]:
    """The same as the table of the whole cohort shows of this person."""
    in_module: dict[int, list[_Did]] = defaultdict(list)
    for activity in year_of(membership.cohort).activities:
        if activity.pk in done:
            in_module[activity.module_id].append(done[activity.pk])
    blocks = []
    for module, block, blank in blank_blocks(membership.cohort, {}):
        did, days = in_module[module], [day for day in standing.days if day.block == block]
        blocks.append(
            blank._replace(
                begun=len(did),
                done=sum(one.done_at is not None for one in did),
                kept=sum(one.done_at is not None and one.how == Progress.How.ENTRY for one in did),
                minutes=sum(day.there for day in days),
                noted=sum(day.noted for day in days),
                made_up=any(day.made_up for day in days),
            )
        )
    return blocks


def hours_words(minutes: int) -> str:
    """ "7", "7½": rounded down to half an hour."""
    hours, half = divmod(minutes // 30, 2)
    return f"{hours or ''}½" if half else f"{hours}"
