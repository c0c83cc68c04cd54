"""Proposals for the text: made, spoken about, taken up or not, with a sentence."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.agreements.text import Conflict, held, insert, locked, put, remove
from courses.models import Cohort, Membership, Passage, Proposal, Remark
from courses.permissions import may_in
from lms.notifications.actions.notices import notify
from lms.notifications.models import Notice
from lms.permissions import Verb, parts_that, require
from lms.users.models import User

MOST_A_DAY = 60  # proposals, and remarks, of one person
Kind, State = Proposal.Kind, Proposal.State


@transaction.atomic
def propose(
    *,
    actor: User,
    cohort: Cohort,
    kind: str,
    passage: Passage | None,
    version: int = 0,
    title: str = "",
    words: str = "",
    why: str = "",
    client_id: uuid.UUID,
) -> Proposal:
    """Keeps what somebody would have the text say, against the version of the passage that they saw. Sent twice it is one proposal.

    `passage` is the one that is to change or go; for a new one, the one it comes after. Once a version was frozen, whoever keeps the
    agreement is told; while the first one is written everybody sits together. Raises Conflict if the passage is another one by now.
    """
    require(may_in(actor, cohort, Verb.WRITE_AGREEMENT), _("Proposals come from those who take part in this cohort."))
    if already := Proposal.objects.filter(author=actor, client_id=client_id).first():
        return already
    _require_pace(Proposal.objects.filter(author=actor, at__gt=_yesterday()).count())
    if passage is not None:
        require(passage.cohort_id == cohort.pk and passage.removed_at is None, _("This passage is no longer in the text."))
    based: dict[str, Any] = {}
    if kind != Kind.NEW and passage is not None:
        if passage.version != version:
            raise Conflict(passage)
        based = {"based_on": version, "was_title": passage.title, "was_words": passage.words}
    text = {} if kind == Kind.REMOVE else {"title": title, "words": words}
    proposal = Proposal.objects.create(
        cohort=cohort, passage=passage, kind=kind, why=why, author=actor, client_id=client_id, **text, **based
    )
    if cohort.agreement_version:
        keepers = Membership.objects.current().filter(cohort=cohort, part__in=parts_that(Verb.KEEP_AGREEMENT)).exclude(person=actor)
        _tell(proposal, keepers.values_list("person_id", flat=True), "courses.proposed")
    return proposal


@transaction.atomic
def remark(
    *, actor: User, cohort: Cohort, words: str, client_id: uuid.UUID, passage: Passage | None = None, proposal: Proposal | None = None
) -> Remark:
    """Says something about a passage or a proposal of this cohort. Sent twice it is said once."""
    require(may_in(actor, cohort, Verb.WRITE_AGREEMENT), _("Only those who take part in this cohort speak here."))
    about = passage or proposal
    if about is None or about.cohort_id != cohort.pk:
        raise ValueError("A remark is about a passage or a proposal of the cohort.")
    if already := Remark.objects.filter(author=actor, client_id=client_id).first():
        return already
    _require_pace(Remark.objects.filter(author=actor, at__gt=_yesterday()).count())
    return Remark.objects.create(author=actor, passage=passage, proposal=proposal, words=words, client_id=client_id)


@transaction.atomic
def take_up(*, actor: User, proposal_id: int, version: int, title: str = "", words: str = "") -> Proposal:
    """The text says from now on what was proposed, or these words, if the two were brought together.

    `version` is that of the passage which the actor saw beside the proposal: raises Conflict if it is another one by now, and also if
    the passage has changed since the proposal was made and no words were given that take this into account. Taken up again is harmless.
    """
    proposal = _to_answer(actor, proposal_id)
    if proposal.state == State.TAKEN_UP:
        return proposal
    require(proposal.state == State.OPEN, _("This proposal was answered already."))
    if proposal.kind == Kind.NEW:
        insert(proposal.cohort, proposal.passage, title or proposal.title, words or proposal.words)
    else:
        assert proposal.passage_id is not None  # noqa: S101 (for the type checker: only a new passage has none)
        passage = locked(proposal.passage_id)
        require(passage.removed_at is None, _("This passage was taken out meanwhile. The proposal is still here."))
        if passage.version != version or (passage.version != proposal.based_on and not words and proposal.kind == Kind.CHANGE):
            raise Conflict(passage)
        if proposal.kind == Kind.REMOVE:
            remove(passage, version)
        else:
            put(passage, version, title or proposal.title, words or proposal.words)
    return _answer(proposal, actor, State.TAKEN_UP, "")


@transaction.atomic
def leave(*, actor: User, proposal_id: int, answer: str) -> Proposal:
    """Not taken up; the sentence says why, to everybody. Its author is told."""
    proposal = _to_answer(actor, proposal_id)
    if proposal.state == State.LEFT:
        return proposal
    require(proposal.state == State.OPEN, _("This proposal was answered already."))
    require(bool(answer.strip()), _("Please say in a sentence why."))
    return _answer(proposal, actor, State.LEFT, answer)


@transaction.atomic
def take_back(*, actor: User, proposal_id: int) -> Proposal:
    """Its author takes a proposal back that nobody has answered."""
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=proposal_id)
    require(proposal.author_id == actor.pk and may_in(actor, proposal.cohort, Verb.WRITE_AGREEMENT), _("Only its author takes it back."))
    require(proposal.state in {State.OPEN, State.WITHDRAWN}, _("This proposal was answered already."))
    proposal.state = State.WITHDRAWN
    proposal.save(update_fields=["state"])
    return proposal


# --- inside ---------------------------------------------------------------------------------------------------------


def _to_answer(actor: User, proposal_id: int) -> Proposal:
    """A proposal that nobody else answers or freezes past meanwhile."""
    held(Proposal.objects.select_related("cohort").get(pk=proposal_id).cohort)
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("cohort", "passage").get(pk=proposal_id)
    require(may_in(actor, proposal.cohort, Verb.KEEP_AGREEMENT), _("A trainer or coordinator answers proposals."))
    return proposal


def _answer(proposal: Proposal, actor: User, state: str, answer: str) -> Proposal:
    proposal.state, proposal.answer, proposal.answered_by, proposal.answered_at = state, answer, actor, timezone.now()
    proposal.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    if proposal.author_id != actor.pk:
        here = Membership.objects.current().filter(cohort=proposal.cohort, person=proposal.author_id)
        _tell(proposal, here.values_list("person_id", flat=True), "courses.proposal")
    return proposal


def _tell(proposal: Proposal, people: Any, key: str) -> None:
    url = reverse("courses:proposal", args=[proposal.cohort.slug, proposal.pk])
    notify(people=people, kind=Notice.Kind.AGREEMENT, key=f"{key}:{proposal.pk}", url=url)


def _yesterday() -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=1)


def _require_pace(count: int) -> None:
    require(count < MOST_A_DAY, _("That was a lot for one day. Your words are still here; please send them tomorrow."))
