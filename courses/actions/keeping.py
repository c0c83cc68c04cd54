"""How long a journal is kept: announced to its author by letters, extended by one press, then removed.

Entries with all that hangs on them, maps and kept words of a cohort are kept until the cohort's day (two years after its end,
unless its coordinators say another) or the author's own later one.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.actions.plans import lock_plan, note_journals_day
from courses.actions.stored_files import discard
from courses.models import ChangedDate, Cohort, JournalEntry, JournalKeeping, KeptWords, RelationalMap, StoredFile
from courses.models.cohorts import KEPT_YEARS, years_after
from courses.permissions import may_in
from courses.signals import DateChange
from lms.mail.actions import write_letter
from lms.permissions import Verb, require
from lms.prepared import Prepared
from lms.users.models import User

NOTICES = (60, 14, 2)  # days before the last day on which a letter says so
_KINDS = (JournalEntry, RelationalMap, KeptWords)


@dataclass(frozen=True)
class KeptUntil:
    """What stands on the author's page about one cohort: the last day, or when everything was removed."""

    cohort: Cohort
    until: datetime.date | None
    removed_at: datetime.datetime | None


def keepings_of(*, actor: User) -> list[KeptUntil]:
    """Every cohort in which the actor has written something, or had; one query however many there are."""
    return [_kept_until(cohort, cohort.keep_until, cohort.removed_at, written=cohort.written) for cohort in _kept(person=actor.pk)]


@Prepared
def _kept(*, person: int) -> QuerySet[Any, Any]:
    """These cohorts, with what was said about the person's journal there."""
    row = JournalKeeping.objects.filter(person=person, cohort=OuterRef("pk"))
    here = [Exists(kind._default_manager.filter(author=person, cohort=OuterRef("pk"))) for kind in _KINDS]
    cohorts = Cohort.objects.annotate(
        written=ExpressionWrapper(reduce(or_, map(Q, here)), output_field=BooleanField()),
        keep_until=Subquery(row.values("keep_until")),
        removed_at=Subquery(row.values("removed_at")),
    )
    return cohorts.filter(Q(written=True) | Q(Exists(row))).order_by("-starts_on", "pk")


@transaction.atomic
def keep_longer(*, actor: User, cohort_id: int, until: datetime.date) -> KeptUntil:
    """A year longer than `until`, the day the actor saw; pressed twice it is one year. Raises Cohort.DoesNotExist if the actor has
    nothing there."""
    cohort = Cohort.objects.get(pk=cohort_id)
    require(actor.is_active, _("Please sign in to keep your journal longer."))
    if not _has_written(actor.pk, cohort):
        raise Cohort.DoesNotExist
    row = _locked_row(actor.pk, cohort)
    if _last_day(cohort, row.keep_until) == until:
        row.keep_until, row.announced = years_after(max(until, cohort.today()), 1), None
        row.save(update_fields=["keep_until", "announced"])
    return _kept_until(cohort, row.keep_until, row.removed_at, written=True)


@transaction.atomic
def keep_journals_until(*, actor: User, cohort: Cohort, until: datetime.date | None, version: int | None = None) -> None:
    """The last day for what is written in this cohort; None for the usual one. Whoever has already read a later day in a letter, or asked
    for one, keeps it. Raises ValueError for a day outside `Cohort.may_keep_journals`, and PlanHasMoved if the plan is not the one with
    this version any more."""
    require(may_in(actor, cohort, Verb.INVITE_PEOPLE), _("Only a coordinator says how long journals are kept."))
    lock_plan(cohort, version)
    first, last = cohort.may_keep_journals()
    if not first <= (until or cohort.usually_keeps_journals_until()) <= last:
        raise ValueError(f"{until} is not between {first} and {last}.")
    was = cohort.keeps_journals_until()
    cohort.journal_keep_until = until
    cohort.save(update_fields=["journal_keep_until"])
    if (now := cohort.keeps_journals_until()) != was:
        change = DateChange(ChangedDate.Kind.KEEP_UNTIL, "", (was,), (now,))
        note_journals_day(actor=actor, cohort=cohort, change=change)


def look_after_journals() -> str:
    """By the clock, once a day: letters that are due, then removals. Running it twice is harmless: the second finds nothing."""
    letters = removals = 0
    for cohort in _cohorts_near_their_end():
        for person_id in _authors_in(cohort):
            written, removed = _look_after(person_id, cohort)
            letters, removals = letters + written, removals + removed
    return f"{letters} letters about keeping, {removals} journals of a cohort removed"


# --- inside ---------------------------------------------------------------------------------------------------------


def _kept_until(cohort: Cohort, keep_until: datetime.date | None, removed_at: datetime.datetime | None, *, written: bool) -> KeptUntil:
    return KeptUntil(cohort, _last_day(cohort, keep_until) if written else None, removed_at)


def _last_day(cohort: Cohort, keep_until: datetime.date | None) -> datetime.date:
    own = cohort.keeps_journals_until()
    return max(own, keep_until) if keep_until else own


def _of(person_id: int, cohort: Cohort) -> Iterator[QuerySet]:  # type: ignore[type-arg]
    return (kind._default_manager.filter(author=person_id, cohort=cohort) for kind in _KINDS)


def _has_written(person_id: int, cohort: Cohort) -> bool:
    return any(rows.exists() for rows in _of(person_id, cohort))


def _locked_row(person_id: int, cohort: Cohort) -> JournalKeeping:
    rows = JournalKeeping.objects.select_for_update()
    row, _fresh = rows.get_or_create(person_id=person_id, cohort=cohort, defaults={"keep_until": cohort.keeps_journals_until()})
    return row


def _cohorts_near_their_end() -> list[Cohort]:
    """Cohorts whose own day is near or over. A day of margin, because it is not the same day everywhere."""
    soon = timezone.localdate() + datetime.timedelta(days=NOTICES[0] + 1)
    usual = Q(journal_keep_until=None, ends_on__lte=years_after(soon, -KEPT_YEARS) + datetime.timedelta(days=1))
    return list(Cohort.objects.filter(usual | Q(journal_keep_until__lte=soon)))


def _authors_in(cohort: Cohort) -> list[int]:
    return sorted({pk for kind in _KINDS for pk in kind._default_manager.filter(cohort=cohort).values_list("author", flat=True).distinct()})


@transaction.atomic
def _look_after(person_id: int, cohort: Cohort) -> tuple[int, int]:
    """The next letter, or the removal, for one author: (letters, removals). Each in a transaction of its own, under the row's lock.

    No letter comes later than it promises: days that the clock missed are added to the last day. So whoever is removed has had
    three letters, the first of them sixty days before.
    """
    today = cohort.today()
    known = JournalKeeping.objects.filter(person=person_id, cohort=cohort)
    known_row = known.first()
    if (_last_day(cohort, known_row.keep_until if known_row else None) - today).days > NOTICES[0]:
        return 0, 0
    row = _locked_row(person_id, cohort)
    last = _last_day(cohort, row.keep_until)
    days = (last - today).days
    if last > row.keep_until:
        row.announced = None  # the cohort's day was moved: what was said of the former one is over
    if row.announced == NOTICES[-1]:
        return (0, _remove(row)) if days < 0 else (0, 0)
    notice = next(day for day in NOTICES if row.announced is None or day < row.announced)
    if days > notice:
        return 0, 0
    row.keep_until, row.announced = max(last, today + datetime.timedelta(days=notice)), notice
    row.save(update_fields=["keep_until", "announced"])
    _announce(row, cohort)
    return 1, 0


def _remove(row: JournalKeeping) -> int:
    """Removes what was written; versions, shares, responses and files go along. What stays is that it was so."""
    files = list(StoredFile.objects.filter(attachment__entry__author=row.person_id, attachment__entry__cohort=row.cohort_id))
    for rows in _of(row.person_id, row.cohort):
        rows.delete()
    discard(files)
    row.removed_at, row.announced = timezone.now(), None
    row.save(update_fields=["removed_at", "announced"])
    return 1


def _announce(row: JournalKeeping, cohort: Cohort) -> None:
    person = User.objects.get(pk=row.person_id)
    with translation.override(person.language):
        body = _(
            "Hello,\n\nyour journal of %(where)s is kept until %(until)s. After that day it is removed for good, and nobody can bring it "
            "back.\n\nIf you wish to keep it a year longer, one press is enough, and you can take it with you at any time:\n\n%(link)s\n"
        ) % {
            "where": cohort.title,
            "until": date_format(row.keep_until, "j F Y"),
            "link": settings.SITE_URL + reverse("courses:journal-keeping"),
        }
        write_letter(to=person.email, subject=_("How long your journal is kept"), body=body, person=person)
