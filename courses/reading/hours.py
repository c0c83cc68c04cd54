"""What the pages of hours and attendance show, gathered in a few queries."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.actions.absences import SaidAbsence, read_absences
from courses.actions.ledger import Line, read_hours
from courses.actions.sealed_words import unseal_words
from courses.models import Absence, Attendance, AttendanceMark, Cohort, LedgerEntry, LedgerKind, MakeUp, Membership, Sitting
from courses.permissions import Place
from courses.standing import Day, Planned, Standing, add_up, hours, noted_of, planned, standings_of
from courses.years import year_of
from lms.permissions import Part, Verb
from lms.users.models import User

SHEETS_BACK = 12  # past days whose sheets one page lists
CORRECTIONS = 50
MAKE_UPS = 100
LEDGER_SHOWN = 200


@dataclass(frozen=True)
class BlockDays:
    """A block and its days, as one person's."""

    title: str
    days: list[Day]


@dataclass(frozen=True)
class Hours:
    """One person's hours: where they stand, and each sitting."""

    standing: Standing
    blocks: list[BlockDays]
    plan: list[Planned]
    rows: dict[int, tuple[int, int]]

    @property
    def sittings(self) -> list[tuple[Planned, tuple[int, int] | None]]:
        """Those that are over, the latest first, with what is noted."""
        now = timezone.now()
        over = [one for one in reversed(self.plan) if one.ends_at <= now]
        return [(one, self.rows.get(one.sitting) or ((0, one.held) if one.held is not None else None)) for one in over]


@dataclass(frozen=True)
class Correction:
    """A correction with its words."""

    mark: AttendanceMark
    reason: str = ""
    answer: str = ""
    readable: bool = True


@dataclass(frozen=True)
class DayAhead:
    """A day of the course that is not over, and whether this person said that they cannot come."""

    on: datetime.date
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    said: SaidAbsence | None = None


@dataclass(frozen=True)
class TraineeLine:
    membership: Membership
    standing: Standing


@dataclass
class SheetRow:
    """Somebody on the sheet: what stands there, and the last mark that says so."""

    membership: Membership
    row: Attendance | None = None
    mark: AttendanceMark | None = None
    cannot_come: bool = False


@dataclass(frozen=True)
class SheetDay:
    on: datetime.date
    sittings: list[Planned] = field(default_factory=list)


def hours_of(membership: Membership) -> Hours:
    """Four queries. Asks nobody: the page has found the membership, or the reader's own place."""
    cohort = membership.cohort
    plan, rows = planned(cohort), noted_of(membership)
    made_up = MakeUp.objects.made_up().filter(cohort=cohort, person=membership.person_id).values_list("day", flat=True)
    standing = add_up(hours(plan, rows), threshold=cohort.attendance_threshold, made_up=frozenset(made_up))
    titles = {block.pk: block.module.title for block in year_of(cohort).blocks}
    days = sorted(standing.days, key=lambda day: (day.on, day.block))
    blocks = [BlockDays(titles.get(block, ""), list(those)) for block, those in groupby(days, key=lambda day: day.block)]
    return Hours(standing, blocks, plan, rows)


def days_ahead(plan: Iterable[Planned], said: Iterable[SaidAbsence] = ()) -> list[DayAhead]:
    """The days that are not over, in order."""
    now, by_day = timezone.now(), {one.absence.day: one for one in said}
    ahead = []
    for on, those in groupby(plan, key=lambda one: one.on):
        sittings = list(those)
        ends_at = max(one.ends_at for one in sittings)
        if ends_at > now:
            ahead.append(DayAhead(on, sittings[0].starts_at, ends_at, by_day.get(on)))
    return ahead


def absences_of(person: User, cohort: Cohort) -> list[SaidAbsence]:
    """What somebody said of days to come."""
    mine = Absence.objects.standing().filter(cohort=cohort, person=person, day__gte=cohort.today())
    return read_absences(actor=person, absences=mine)


def absences_ahead(reader: User, cohort: Cohort) -> list[SaidAbsence]:
    """Who cannot come on days to come, for the trainers; nothing for anybody else."""
    here = Membership.objects.current().filter(cohort=cohort).values("person")
    known = Absence.objects.standing().filter(cohort=cohort, day__gte=cohort.today(), person__in=here)
    return read_absences(actor=reader, absences=known.exclude(person=reader).select_related("person"))


def make_ups_of(reader: User, cohort: Cohort, person: User | None = None) -> list[MakeUp]:
    """Those that this reader may see, the undecided first; of one person, or of all that are undecided."""
    seen = MakeUp.objects.visible_to(reader).filter(cohort=cohort).select_related("person", "trainer", "block__module")
    here = Membership.objects.current().filter(cohort=cohort).values("person")
    seen = seen.undecided().exclude(person=reader).filter(person__in=here) if person is None else seen.filter(person=person)
    return sorted(seen[:MAKE_UPS], key=lambda one: (one.decided_at is not None, one.day, one.pk))


def corrections_of(reader: User, cohort: Cohort, person: int) -> list[Correction]:
    """Corrections of somebody's minutes, for them and for those who look after attendance; the latest first."""
    marks = AttendanceMark.objects.visible_to(reader).filter(
        sitting__block__cohort=cohort, person=person, source=Attendance.Source.CORRECTED
    )
    opened = unseal_words(marks.select_related("sitting", "by").order_by("-pk")[:CORRECTIONS], "reason", "answer")
    return [Correction(mark, words["reason"], words["answer"]) if words else Correction(mark, readable=False) for mark, words in opened]


# --- for trainers ---------------------------------------------------------------------------------------------------


def shown_ledger(reader: User, member: Membership) -> list[Line]:
    """What somebody shows of their ledger to the trainers of the cohort, one of whom the reader is; nothing to anybody else."""
    shown = LedgerEntry.objects.shown_to(reader).filter(person=member.person_id, cohort=member.cohort_id)
    return read_hours(actor=reader, entries=shown[:LEDGER_SHOWN])


def shown_meetings(reader: User, member: Membership) -> list[Line]:
    """The peer meetings among them, the latest first."""
    shown = LedgerEntry.objects.shown_to(reader).filter(person=member.person_id, cohort=member.cohort_id, kind=LedgerKind.PEER_MEETING)
    return read_hours(actor=reader, entries=shown[:LEDGER_SHOWN])


def trainees_of(cohort: Cohort) -> list[Membership]:
    members = Membership.objects.current().filter(cohort=cohort, part=Part.TRAINEE).select_related("person")
    return sorted(members, key=lambda member: (member.person.display_name.casefold(), member.pk))


def lines_of(cohort: Cohort, plan: list[Planned]) -> list[TraineeLine]:
    """Every trainee by name with their standing; a list, not a ranking."""
    members = trainees_of(cohort)
    standings = standings_of(cohort, members, plan)
    return [TraineeLine(member, standings[member.pk]) for member in members]


def trainee_or_404(place: Place, pk: int) -> Membership:
    """A trainee of this place now. Whoever calls it has asked for the reader's verb."""
    found = Membership.objects.current().filter(cohort=place.cohort, part=Part.TRAINEE, pk=pk).select_related("person").first()
    if found is None:
        raise Http404
    found.cohort = place.cohort
    return found


def sitting_or_404(place: Place, pk: int) -> Sitting:
    found = Sitting.objects.filter(block__cohort=place.cohort, pk=pk).select_related("block").first()
    if found is None:
        raise Http404
    found.block.cohort = place.cohort
    return found


def sheet_rows(reader: User, place: Place, sitting: Sitting, on: datetime.date) -> list[SheetRow]:
    """Every trainee with what stands on the sheet. Who said beforehand that they cannot come is shown to those who may know it."""
    rows = {member.person_id: SheetRow(member) for member in trainees_of(place.cohort)}
    for row in Attendance.objects.visible_to(reader).filter(sitting=sitting, person__in=rows):
        rows[row.person_id].row = row
    for mark in AttendanceMark.objects.visible_to(reader).filter(sitting=sitting, person__in=rows).select_related("by"):
        rows[mark.person_id].mark = mark  # in order: the last one stays
    if place.may(Verb.AGREE_MAKE_UPS):
        for absence in Absence.objects.visible_to(reader).standing().filter(cohort=place.cohort, day=on, person__in=rows):
            rows[absence.person_id].cannot_come = True
    return list(rows.values())


def sheet_days(cohort: Cohort, plan: Iterable[Planned]) -> tuple[list[SheetDay], list[SheetDay]]:
    """The days whose sheets may be written: those that have begun, the latest first; and the next one to come."""
    today = cohort.today()
    days = [SheetDay(on, list(those)) for on, those in groupby(plan, key=lambda one: one.on)]
    begun = [day for day in reversed(days) if day.on <= today]
    return begun[:SHEETS_BACK], [day for day in days if day.on > today][:1]


def mark_words(mark: AttendanceMark) -> str:
    """What a mark says."""
    if mark.minutes == 0:
        return _("Not here")
    late = ngettext("%(n)s minute late", "%(n)s minutes late", mark.late_minutes) % {"n": mark.late_minutes}
    early = ngettext("left %(n)s minute early", "left %(n)s minutes early", mark.early_minutes) % {"n": mark.early_minutes}
    return ", ".join(filter(None, [_("Here"), late if mark.late_minutes else "", early if mark.early_minutes else ""]))
