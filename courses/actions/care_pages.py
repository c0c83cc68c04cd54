"""Changing what stands on the pages for a crisis and on safeguarding. Nothing is overwritten: each change is a row that says who did it
and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses import crisis, safeguarding
from courses.models import CrisisNumbers, SafeguardingText
from lms import richtext
from lms.permissions import Refused, require
from lms.users.models import User

Row = TypeVar("Row", CrisisNumbers, SafeguardingText)


@transaction.atomic
def change_numbers(*, actor: User, code: str, emergency: str, lines: Sequence[dict[str, str]], seen: int) -> CrisisNumbers:
    """Other numbers for one country. `seen` is the newest row that the actor had before them (0: none): if there is a newer one, nothing
    is overwritten and the actor is told."""
    return _keep(CrisisNumbers(code=code, emergency=emergency, lines=list(lines), changed_by=actor), actor, seen)


@transaction.atomic
def give_back_numbers(*, actor: User, code: str, seen: int) -> CrisisNumbers:
    """What came with this site holds again for this country; where nothing did, the country goes."""
    return _keep(CrisisNumbers(code=code, as_delivered=True, changed_by=actor), actor, seen)


@transaction.atomic
def write_safeguarding(*, actor: User, source: str, seen: int) -> SafeguardingText:
    """Another text, in Markdown. Raises richtext.TooLong beyond the limit of a page."""
    require(actor.coordinates, _("Only somebody who coordinates changes this page."))
    require(safeguarding.current().version == seen, _changed_meanwhile(), "changed")
    return _kept(SafeguardingText(source=source, html=richtext.from_course(source), written_by=actor, follows=seen))


def newest_numbers(code: str) -> int:
    """Which change of a country is the newest; 0 if there is none."""
    return CrisisNumbers.objects.filter(code=code).values_list("pk", flat=True).first() or 0


def _keep(row: CrisisNumbers, actor: User, seen: int) -> CrisisNumbers:
    require(actor.coordinates, _("Only somebody who coordinates changes these numbers."))
    require(newest_numbers(row.code) == seen, _changed_meanwhile(), "changed")
    row.follows = seen
    transaction.on_commit(crisis.forget)
    return _kept(row)


def _kept(row: Row) -> Row:
    """Only one row follows another: of two who press at once the second is told."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Refused(_changed_meanwhile(), "changed") from None
    return row


def _changed_meanwhile() -> str:
    return _("Somebody else has changed this meanwhile. Nothing of yours is lost: look at theirs below, then keep yours again.")
