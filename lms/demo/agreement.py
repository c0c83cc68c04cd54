"""The demo cohort's agreement."""

import uuid
from typing import Any

from courses.actions.agreements.proposals import propose, remark
from courses.actions.agreements.versions import freeze, mark_of, sign
from courses.models import Cohort, Proposal
from courses.models.agreements import Covers
from lms.users.models import User


def agree(cohort: Cohort, people: dict[str, User]) -> None:
    """Frozen and signed by everybody, so that what is experiential is open; since then one proposal waits."""
    trainer = people["Trainer A"]
    passages = list(cohort.passages.all())
    covers = {key: passage.pk for passage in passages for key in passage.covers}
    version = freeze(actor=trainer, cohort=cohort, text=mark_of(passages), covers=covers)
    for membership in cohort.memberships.select_related("person"):
        sign(actor=membership.person, cohort=cohort, number=version.number, name=membership.person.display_name)
    cohort.refresh_from_db()
    place = next(passage for passage in passages if Covers.ROOM in passage.covers)
    words = place.words.replace("I switch off my sound and see to them.", "I switch off my sound, see to them, and say that I am back.")
    own: dict[str, Any] = {
        "title": place.title,
        "words": words,
        "why": "At the demo day I was away for ten minutes and nobody knew.",
        "version": 1,
    }
    proposal = propose(actor=people["Trainee C"], cohort=cohort, kind=Proposal.Kind.CHANGE, passage=place, client_id=uuid.uuid4(), **own)
    said = "I would have been glad to know, too. Perhaps a word in the room is enough."
    remark(actor=people["Trainee B"], cohort=cohort, proposal=proposal, words=said, client_id=uuid.uuid4())
