"""Freezing the text as a version, and signing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.actions.agreements.text import held
from courses.models import AgreementSignature, AgreementVersion, Cohort, Membership, Passage
from courses.models.agreements import Covers
from courses.permissions import may_in
from courses.signals import agreement_frozen
from lms.notifications.actions.notices import notify, read, take_back
from lms.notifications.models import Notice
from lms.permissions import Refused, Verb, require
from lms.users.models import User


class TextChanged(Exception):
    """The text is another one than was looked at, or another version was frozen meanwhile. Nothing was frozen."""


def mark_of(passages: Iterable[Passage]) -> str:
    """Which text this is: the passages that stand, in order, each with its version."""
    return "-".join(f"{one.pk}.{one.version}" for one in passages)


@transaction.atomic
def freeze(*, actor: User, cohort: Cohort, text: str, covers: Mapping[str, int], note: str = "") -> AgreementVersion:
    """Makes the text as it stands the version that holds, to be signed by everybody from now on; what is experiential is closed to each
    until they have.

    `text` is the mark (`mark_of`) of what the actor read; raises TextChanged if it is another one by now. `covers` says for each thing
    that has to be spoken of (Covers) in which passage (its id) it is. The same text as the version that holds asks nobody again.
    """
    require(may_in(actor, cohort, Verb.KEEP_AGREEMENT), _("A trainer or coordinator freezes the agreement."))
    cohort = held(cohort)
    passages = list(Passage.objects.standing().filter(cohort=cohort))
    if mark_of(passages) != text:
        raise TextChanged
    ids = {passage.pk for passage in passages}
    missing = [str(Covers(key).label) for key in Covers.values if covers.get(key) not in ids]
    require(not missing, _("The text does not say yet: %(things)s.") % {"things": ", ".join(missing)})
    for passage in passages:
        passage.covers = [key for key in Covers.values if covers[key] == passage.pk]
    Passage.objects.bulk_update(passages, ["covers"])
    frozen = [{"title": passage.title, "words": passage.words, "covers": passage.covers} for passage in passages]
    before = AgreementVersion.objects.filter(cohort=cohort).first()
    if before is not None and _words(before.passages) == _words(frozen):
        return before
    return _hold(cohort, actor, frozen, note)


@transaction.atomic
def sign(*, actor: User, cohort: Cohort, number: int, name: str) -> AgreementSignature:
    """The actor's own name under the version that holds, which they read as `number`. Nobody signs for another; again is harmless."""
    require(may_in(actor, cohort, Verb.SIGN_AGREEMENT), _("Only those who belong to this cohort sign its agreement."))
    cohort = held(cohort)
    if number != cohort.agreement_version or not number:
        raise Refused(_("The agreement has changed while you were reading. Please read what is different, then sign."), "changed")
    version = AgreementVersion.objects.get(cohort=cohort, number=number)
    signed, _fresh = AgreementSignature.objects.get_or_create(version=version, person=actor, defaults={"name": name})
    Membership.objects.filter(cohort=cohort, person=actor).update(signed_version=number)
    read(actor=actor, path=_page(cohort))
    return signed


# --- inside ---------------------------------------------------------------------------------------------------------


def _hold(cohort: Cohort, actor: User, passages: list[dict[str, Any]], note: str) -> AgreementVersion:
    number = cohort.agreement_version + 1
    version = AgreementVersion.objects.create(cohort=cohort, number=number, passages=passages, note=note, frozen_by=actor)
    Cohort.objects.filter(pk=cohort.pk).update(agreement_version=number)
    cohort.agreement_version = number
    people = Membership.objects.current().filter(cohort=cohort).exclude(person=actor).values_list("person_id", flat=True)
    take_back(keys=[_key(cohort, number - 1)])  # it leads to the same page, where nothing of the version before is left to sign
    notify(people=people, kind=Notice.Kind.AGREEMENT, key=_key(cohort, number), url=_page(cohort))
    agreement_frozen.send(Cohort, cohort=cohort)
    return version


def _page(cohort: Cohort) -> str:
    return reverse("courses:agreement", args=[cohort.slug])


def _key(cohort: Cohort, number: int) -> str:
    return f"courses.agreement:{cohort.pk}:{number}"


def _words(passages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["title"], one["words"]) for one in passages]
