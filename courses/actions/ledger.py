"""Hours that somebody keeps of their own. With whom, and the note, are sealed; nobody but the owner writes here."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.sealed_words import seal_words, unseal_words
from courses.exporting.ledger import Ledger
from courses.models import Cohort, LedgerEntry, LedgerKind, LedgerShare, Membership
from courses.permissions import may_in
from courses.standing import standing_of
from lms.permissions import Verb, require
from lms.users.models import User

MOST = 2000  # entries of one person in one cohort: one every few hours of a year


@dataclass(frozen=True)
class Line:
    """An entry with its words; `readable` is False if they do not open any more. The note is empty for everybody but its owner."""

    entry: LedgerEntry
    with_whom: str = ""
    note: str = ""
    readable: bool = True


@transaction.atomic
def keep_hours(
    *, actor: User, cohort: Cohort, kind: str, on: datetime.date, minutes: int, with_whom: str = "", note: str = "", client_id: uuid.UUID
) -> LedgerEntry:
    """Adds an entry to one's own ledger. The same client_id is kept once."""
    require(may_in(actor, cohort, Verb.KEEP_HOURS), _("Only trainees keep a ledger here."))
    User.objects.select_for_update().get(pk=actor.pk)  # one at a time for each person, so that a double press keeps once
    mine = LedgerEntry.objects.visible_to(actor)
    if already := mine.filter(client_id=client_id).first():
        return already
    require(mine.filter(cohort=cohort).count() < MOST, _("A ledger has room for %(most)s entries.") % {"most": MOST})
    entry = LedgerEntry(person=actor, cohort=cohort, kind=kind, on=on, minutes=minutes, client_id=client_id)
    seal_words(entry, with_whom=with_whom.strip(), note=note.strip())
    entry.save(force_insert=True)
    return entry


@transaction.atomic
def change_hours(
    *, actor: User, entry: LedgerEntry, kind: str, on: datetime.date, minutes: int, with_whom: str = "", note: str = ""
) -> LedgerEntry:
    """Writes an entry anew."""
    require(entry.person_id == actor.pk, _("This is somebody else's ledger."))
    entry.kind, entry.on, entry.minutes, entry.changed_at = kind, on, minutes, timezone.now()
    seal_words(entry, with_whom=with_whom.strip(), note=note.strip())
    entry.save()
    return entry


@transaction.atomic
def delete_hours(*, actor: User, entry: LedgerEntry) -> None:
    """For ever; there is no earlier version."""
    require(entry.person_id == actor.pk, _("This is somebody else's ledger."))
    LedgerEntry.objects.filter(pk=entry.pk, person=actor).delete()


@transaction.atomic
def show_hours(*, actor: User, cohort: Cohort, kinds: Collection[str]) -> None:
    """From now on the trainers of the cohort see entries of these kinds, without their notes, and of no others."""
    require(may_in(actor, cohort, Verb.KEEP_HOURS), _("Only trainees keep a ledger here."))
    LedgerShare.objects.filter(person=actor, cohort=cohort).exclude(kind__in=kinds).delete()
    rows = [LedgerShare(person=actor, cohort=cohort, kind=kind) for kind in LedgerKind.values if kind in kinds]
    LedgerShare.objects.bulk_create(rows, ignore_conflicts=True)


def shown_kinds(*, actor: User, cohort: Cohort) -> list[str]:
    """What of one's own ledger the trainers see."""
    return list(LedgerShare.objects.filter(person=actor, cohort=cohort).values_list("kind", flat=True))


def read_hours(*, actor: User, entries: Iterable[LedgerEntry]) -> list[Line]:
    """One's own with everything; those that others show to their trainers without the note. What is neither is left out."""
    entries = list(entries)
    others = [entry.pk for entry in entries if entry.person_id != actor.pk]
    shown = set(LedgerEntry.objects.shown_to(actor).filter(pk__in=others).values_list("pk", flat=True)) if others else set()
    mine = unseal_words((entry for entry in entries if entry.person_id == actor.pk), "with_whom", "note")
    theirs = unseal_words((entry for entry in entries if entry.pk in shown), "with_whom")
    opened = {entry.pk: words for entry, words in (*mine, *theirs)}
    return [_line(entry, opened[entry.pk]) for entry in entries if entry.pk in opened]


def ledger_sums(entries: QuerySet[LedgerEntry]) -> dict[str, int]:
    """Minutes of each kind."""
    return dict(entries.order_by().values("kind").annotate(total=Sum("minutes")).values_list("kind", "total"))


def sums_in_words(live: int, sums: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """(kind, label, minutes): live hours first, then every kind of a ledger, whether it holds something or not."""
    kinds = [(kind.value, str(kind.label), sums.get(kind.value, 0)) for kind in LedgerKind]
    return [("live", "", live), *kinds]


def whole_ledger(*, actor: User, cohort: Cohort) -> Ledger:
    """All of one's own hours in a cohort, opened, for a file that one takes along."""
    mine = LedgerEntry.objects.visible_to(actor).filter(cohort=cohort)
    standing = standing_of(Membership(cohort=cohort, person=actor))
    return Ledger(
        name=actor.display_name,
        cohort=cohort.title,
        today=cohort.today(),
        standing=standing,
        sums=sums_in_words(standing.there, ledger_sums(mine)),
        days=[day for day in standing.days if day.noted or day.made_up],
        lines=read_hours(actor=actor, entries=mine.order_by("on", "kept_at", "pk")),
    )


def _line(entry: LedgerEntry, words: Mapping[str, str] | None) -> Line:
    if words is None:
        return Line(entry, readable=False)
    return Line(entry, words["with_whom"], words.get("note", ""))
