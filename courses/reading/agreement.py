"""What pages show of an agreement, in a few queries however much was said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from courses.comparing import Comparison, compare
from courses.models import AgreementSignature, AgreementVersion, Cohort, Membership, Passage, Proposal, Remark
from courses.permissions import Place
from lms.permissions import Part, Verb
from lms.users.models import User

State = Proposal.State
ANSWERED_SHOWN = 20


def missing_signatures(cohort: Cohort) -> list[Membership]:
    """Whose signature the version that holds still lacks, by name, each with the person. Nobody while none was frozen: there is nothing
    to sign. Alumni are not waited for. One query."""
    if not cohort.agreement_version:
        return []
    here = Membership.objects.current().filter(cohort=cohort, person__is_active=True).exclude(part=Part.ALUMNUS)
    unsigned = here.exclude(signed_version=cohort.agreement_version)
    return list(unsigned.select_related("person").order_by("person__display_name", "pk"))


@dataclass
class AgreementPage:
    """The version that holds, who signed it, and what is different from what this person signed."""

    version: AgreementVersion | None
    mine: AgreementSignature | None = None
    signatures: list[AgreementSignature] = field(default_factory=list)
    missing: list[Membership] = field(default_factory=list)
    signed_before: AgreementVersion | None = None
    difference: Comparison | None = None
    earlier: list[AgreementVersion] = field(default_factory=list)


def agreement_page(place: Place, person: User, *, read: int = 0) -> AgreementPage:
    """`read` is the version that somebody was reading while another one was frozen. At most four queries."""
    versions = list(AgreementVersion.objects.visible_to(person).filter(cohort=place.cohort).select_related("frozen_by"))
    if not versions:
        return AgreementPage(None)
    version = versions[0]
    signatures = list(version.signatures.select_related("person").order_by("signed_at", "pk"))
    mine = next((one for one in signatures if one.person_id == person.pk), None)
    known = max(place.signed, min(read, version.number))
    before = next((one for one in versions if one.number == known and one.number != version.number), None)
    return AgreementPage(
        version=version,
        mine=mine,
        signatures=signatures,
        missing=missing_signatures(place.cohort) if place.may(Verb.KEEP_AGREEMENT) else [],
        signed_before=before if mine is None else None,
        difference=difference(before, version) if before and mine is None else None,
        earlier=versions[1:],
    )


def difference(before: AgreementVersion, after: AgreementVersion) -> Comparison:
    """Two versions side by side, with the words marked that differ."""
    return compare(lines_of(before.passages), lines_of(after.passages))


def lines_of(passages: Sequence[dict[str, Any]]) -> list[str]:
    """Headings and paragraphs of frozen passages, each for itself."""
    return [line for one in passages for line in [one["title"], *one["words"].split("\n")] if line.strip()]


def as_frozen(passages: Sequence[Passage]) -> list[dict[str, Any]]:
    """The text that is being written, in the form of a version."""
    return [{"title": one.title, "words": one.words, "covers": one.covers} for one in passages]


# --- the text that is being written --------------------------------------------------------------------------------


def text_of(cohort: Cohort, person: User) -> QuerySet[Passage]:
    """The passages that stand, in order, each with `proposed` and `said`: how many proposals wait and how many remarks there are."""
    waiting = Count("proposals", filter=Q(proposals__state=State.OPEN) & ~Q(proposals__kind=Proposal.Kind.NEW), distinct=True)
    standing = Passage.objects.visible_to(person).standing().filter(cohort=cohort)
    return standing.annotate(proposed=waiting, said=Count("remarks", distinct=True)).order_by("position", "pk")


def new_passages_proposed(cohort: Cohort, person: User) -> list[Proposal]:
    """What waits to be added, and after which passage. One query."""
    waiting = Proposal.objects.visible_to(person).waiting().filter(cohort=cohort, kind=Proposal.Kind.NEW)
    return list(waiting.select_related("author", "passage"))


def answered(cohort: Cohort, person: User) -> list[Proposal]:
    """The last that were taken up or not. One query."""
    rows = Proposal.objects.visible_to(person).filter(cohort=cohort, state__in=[State.TAKEN_UP, State.LEFT])
    return list(rows.select_related("author", "answered_by", "passage").order_by("-answered_at", "-pk")[:ANSWERED_SHOWN])


@dataclass
class ShownProposal:
    """A proposal beside what it was proposed against."""

    proposal: Proposal
    words: Comparison
    title: Comparison
    moved_on: bool = False  # the passage was changed since
    remarks: list[Remark] = field(default_factory=list)


def shown(proposal: Proposal, passage: Passage | None = None, remarks: Sequence[Remark] = ()) -> ShownProposal:
    """What is gone and what is new is marked, against the passage as it stood when this was proposed."""
    moved_on = passage is not None and proposal.kind != Proposal.Kind.NEW and passage.version != proposal.based_on
    before, after = _lines(proposal.was_words), _lines(proposal.words)
    titles = [one for one in [proposal.was_title] if one], [one for one in [proposal.title] if one]
    return ShownProposal(proposal, compare(before, after), compare(*titles), moved_on, list(remarks))


def proposals_for(passage: Passage, person: User) -> list[ShownProposal]:
    """What waits for this passage, each with what was said about it. Two queries."""
    said = Prefetch("remarks", Remark.objects.select_related("author"))
    waiting = Proposal.objects.visible_to(person).waiting().filter(passage=passage).exclude(kind=Proposal.Kind.NEW)
    rows = waiting.select_related("author").prefetch_related(said)
    return [shown(one, passage, list(one.remarks.all())) for one in rows]


def compared_with(passage: Passage, title: str, words: str) -> ShownProposal:
    """Somebody's own words beside the passage as it stands by now."""
    own = Proposal(kind=Proposal.Kind.CHANGE, title=title, words=words, was_title=passage.title, was_words=passage.words)
    return shown(own)


def _lines(words: str) -> list[str]:
    return [line for line in words.split("\n") if line.strip()]
