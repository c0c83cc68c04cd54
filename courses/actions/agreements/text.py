"""The text that is being written: laid out, changed passage by passage, never one person's words over another's."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Cohort, Passage
from courses.permissions import may_in
from lms.permissions import Verb, require
from lms.users.models import User

MOST_PASSAGES = 60


class Conflict(Exception):
    """The passage is another one than what was changed. Holds it as it stands; nothing was written."""

    def __init__(self, passage: Passage) -> None:
        super().__init__("The passage was changed meanwhile.")
        self.passage = passage


@transaction.atomic
def lay_out(*, cohort: Cohort) -> int:
    """Puts down the text with which the programme lets agreements begin, where there is none yet. Returns how many passages.

    Asks nobody: beginning a cohort is what calls it, and `begin_text`.
    """
    held(cohort)
    if Passage.objects.filter(cohort=cohort).exists():
        return 0
    first = cohort.programme.agreement
    return len(Passage.objects.bulk_create(Passage(cohort=cohort, position=number, **one) for number, one in enumerate(first, start=1)))


def begin_text(*, actor: User, cohort: Cohort) -> int:
    """The same by hand, for a cohort that was begun before its programme had such a text."""
    require(may_in(actor, cohort, Verb.KEEP_AGREEMENT), _("A trainer or coordinator puts the first text here."))
    return lay_out(cohort=cohort)


@transaction.atomic
def change_passage(*, actor: User, passage_id: int, version: int, title: str, words: str) -> Passage:
    """Other words for a passage, at once. Raises Conflict if it is no longer the version that was changed, or was taken out."""
    passage = locked(passage_id)
    require(may_in(actor, passage.cohort, Verb.KEEP_AGREEMENT), _("A trainer or coordinator changes the text; you can propose it."))
    if (passage.title, passage.words) == (title, words) and passage.removed_at is None:
        return passage  # the same again: a second press
    return put(passage, version, title, words)


@transaction.atomic
def add_passage(*, actor: User, cohort: Cohort, after: Passage | None, title: str, words: str) -> Passage:
    """A new passage behind another one; without one at the end. The same words again, at once, are the passage that is there."""
    require(may_in(actor, cohort, Verb.KEEP_AGREEMENT), _("A trainer or coordinator changes the text; you can propose it."))
    held(cohort)
    already = Passage.objects.standing().filter(cohort=cohort, title=title, words=words).first()
    return already or insert(cohort, after, title, words)


@transaction.atomic
def take_out(*, actor: User, passage_id: int, version: int) -> Passage:
    """Takes a passage out of the text. Raises Conflict if it is no longer the version that was looked at; again is harmless."""
    passage = locked(passage_id)
    require(may_in(actor, passage.cohort, Verb.KEEP_AGREEMENT), _("A trainer or coordinator changes the text; you can propose it."))
    return remove(passage, version)


# --- for the other actions of the agreement ------------------------------------------------------------------------


def held(cohort: Cohort) -> Cohort:
    """The cohort as it is now, its row locked until commit: whoever freezes the text and whoever changes it wait for each other."""
    return Cohort.objects.select_for_update(no_key=True).select_related(None).get(pk=cohort.pk)


def locked(passage_id: int) -> Passage:
    """A passage with its cohort, both held until commit, the cohort first. Raises Passage.DoesNotExist."""
    held(Passage.objects.select_related("cohort").get(pk=passage_id).cohort)
    return Passage.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=passage_id)


def put(passage: Passage, version: int, title: str, words: str) -> Passage:
    """Other words for a locked passage, if it still is this version."""
    if passage.version != version or passage.removed_at is not None:
        raise Conflict(passage)
    passage.title, passage.words, passage.version = title, words, passage.version + 1
    passage.save(update_fields=["title", "words", "version"])
    return passage


def insert(cohort: Cohort, after: Passage | None, title: str, words: str) -> Passage:
    """A new passage of a held cohort; those behind it move on."""
    standing = Passage.objects.standing().filter(cohort=cohort)
    require(standing.count() < MOST_PASSAGES, _("The text has many passages already. Please put some of them together first."))
    order = list(standing)
    place = next((number for number, one in enumerate(order, start=1) if after is not None and one.pk == after.pk), len(order))
    fresh = Passage.objects.create(cohort=cohort, position=place + 1, title=title, words=words)
    _number([*order[:place], fresh, *order[place:]])
    return fresh


def remove(passage: Passage, version: int) -> Passage:
    """Takes a locked passage out, if it still is this version."""
    if passage.removed_at is not None:
        return passage
    if passage.version != version:
        raise Conflict(passage)
    passage.removed_at, passage.version = timezone.now(), passage.version + 1
    passage.save(update_fields=["removed_at", "version"])
    _number(list(Passage.objects.standing().filter(cohort=passage.cohort)))
    return passage


def _number(order: Sequence[Passage]) -> None:
    for number, passage in enumerate(order, start=1):
        passage.position = number
    Passage.objects.bulk_update(order, ["position"])
