"""Inviting everybody on a list: looked at as a whole first, and then all at once or not at all."""

import uuid
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from courses.actions.members import ask_in
from courses.invited_lists import Row, Table, known_part
from courses.models import Cohort, InvitedList, Membership, PromisedPlace
from courses.permissions import may_in
from lms.permissions import PART_LABELS, Part, Verb, require
from lms.users.models import User


@dataclass(frozen=True)
class Line:
    """A line of the list, with what there is to say of it, if anything."""

    number: int
    email: str
    part: Part | None
    why: str = ""

    @property
    def part_label(self) -> str:
        return str(PART_LABELS[self.part]) if self.part else ""


@dataclass
class Looked:
    """What would happen to each line. Nobody is invited while there are wrong ones; those left out need nothing."""

    invited: list[Line] = field(default_factory=list)
    left_out: list[Line] = field(default_factory=list)
    wrong: list[Line] = field(default_factory=list)
    columns_not_read: list[str] = field(default_factory=list)

    @property
    def may_go(self) -> bool:
        return bool(self.invited) and not self.wrong


def look_at_list(*, cohort: Cohort, table: Table, otherwise: Part) -> Looked:
    """Compares a list with who is in the cohort; `otherwise` is the part of lines that name none. Changes nothing. Two queries."""
    emails = [row.email for row in table.rows]
    here = Membership.objects.current().filter(cohort=cohort, person__email__in=emails)
    members = dict(here.values_list("person__email", "part"))
    asked = PromisedPlace.objects.pending().filter(cohort=cohort, invitation__email__in=emails)
    waiting = set(asked.values_list("invitation__email", flat=True))
    looked, seen = Looked(columns_not_read=table.left_out), dict[str, Line]()
    for row in table.rows:
        _look_at(row, otherwise, members, waiting, seen, looked)
    return looked


@transaction.atomic
def invite_list(*, actor: User, cohort: Cohort, table: Table, otherwise: Part, client_id: uuid.UUID) -> InvitedList:
    """Writes to everybody on the list, in one transaction. The same client_id invites once.

    Raises Refused with the code "list", and invites nobody, if a line is wrong or nobody is left to invite.
    """
    require(may_in(actor, cohort, Verb.INVITE_PEOPLE), _("Only a coordinator invites people."))
    Cohort.objects.select_for_update().get(pk=cohort.pk)  # two presses at once: the second finds what the first has done
    if already := InvitedList.objects.filter(cohort=cohort, client_id=client_id).first():
        return already
    looked = look_at_list(cohort=cohort, table=table, otherwise=otherwise)
    require(looked.may_go, _("The list does not fit any more. Nobody was invited; please look at it once again."), "list")
    for line in looked.invited:
        assert line.part is not None  # noqa: S101 (for the type checker: lines without a part are wrong)
        ask_in(by=actor, cohort=cohort, email=line.email, part=line.part)
    return InvitedList.objects.create(cohort=cohort, client_id=client_id, invited_by=actor, letters=len(looked.invited))


# --- inside ---------------------------------------------------------------------------------------------------------


def _look_at(row: Row, otherwise: Part, members: dict[str, str], waiting: set[str], seen: dict[str, Line], looked: Looked) -> None:
    part = known_part(row.part) if row.part else otherwise
    if why := _wrong(row, part, seen.get(row.email)):
        looked.wrong.append(Line(row.line, row.email, part, why))
        return
    if before := seen.get(row.email):
        looked.left_out.append(Line(row.line, row.email, part, _("The same address stands in line %(line)s.") % {"line": before.number}))
        return
    line = Line(row.line, row.email, part, _("Was invited before; the new letter replaces that one.") if row.email in waiting else "")
    seen[row.email] = line
    if row.email in members:
        looked.left_out.append(Line(row.line, row.email, part, _already(members[row.email], part)))
    else:
        looked.invited.append(line)


def _wrong(row: Row, part: Part | None, before: Line | None) -> str:
    if not row.email:
        return _("There is no address in this line.")
    try:
        validate_email(row.email)
    except ValidationError:
        return _("This does not look like an e-mail address.")
    if part is None:
        parts = get_text_list([str(label) for label in PART_LABELS.values()], _("or"))
        return _("There is no part “%(word)s”. Please write %(parts)s.") % {"word": row.part[:40], "parts": parts}
    if before is not None and before.part != part:
        return _("The same address stands in line %(line)s with another part.") % {"line": before.number}
    return ""


def _already(has: str, part: Part | None) -> str:
    if has == part:
        return _("Is in the cohort already.")
    return _("Is in the cohort already, as %(part)s; a list changes nobody's part.") % {"part": PART_LABELS[Part(has)]}
