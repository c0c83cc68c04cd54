"""Words not yet posted, kept on the server too, so that they can be gone on with on another device.

Sealed under their author's key and bound to their place; nobody else opens them. A draft in which the check notices something is not
kept here: it stays on the device on which it was written.
"""

import datetime
import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forums.actions.checking import look_over, texts_of
from forums.models import Draft, Forum, Post, Thread
from forums.permissions import can_reply, can_start_thread
from lms import crypto
from lms.permissions import require
from lms.users.models import User

MOST = 50  # drafts of one person
KEPT = datetime.timedelta(days=60)  # as long as the device keeps them
BATCH = 500


@dataclass(frozen=True)
class KeptDraft:
    """`words` are the fields of the composer, as it sent them; `at` is when they came, in milliseconds since 1970."""

    words: dict[str, Any]
    at: int


def place_of(where: Thread | Forum) -> str:
    """The name of the composer that these words stand in: an answer in a thread, or a new thread of a forum."""
    return f"reply:{where.pk}" if isinstance(where, Thread) else f"new:{where.pk}"


@transaction.atomic
def keep_draft(*, actor: User, where: Thread | Forum, words: dict[str, Any], html: str, version: int | None = None) -> int | None:
    """Keeps what stands in a composer, in place of what was kept of it before; its moment, as in KeptDraft.

    `version` is the moment of what is to be replaced, as this device knows it. Nothing is kept of no words, nor of what has been posted
    meanwhile: None. Raises Noticed if the check notices something; Refused with the code "elsewhere" if another device has kept
    other words here, "full" if this person has too many.
    """
    forum = where.forum if isinstance(where, Thread) else where
    may = can_reply(actor, where) if isinstance(where, Thread) else can_start_thread(actor, where)
    require(may, _("Your part in this cohort does not include this forum."))
    if Post.objects.filter(author=actor, client_id=words["client_id"]).exists():
        return None
    list(User.objects.select_for_update(no_key=True).filter(pk=actor.pk).values_list("pk"))  # two devices, one after the other
    mine, place, now = Draft.objects.filter(person=actor), place_of(where), timezone.now()
    kept = mine.filter(place=place).select_for_update().first()
    sentence = _("On another device you have written here too. Load this page again to see both; nothing is lost.")
    require(kept is None or _milliseconds(kept.kept_at) == version, sentence, "elsewhere")
    if not html and not words.get("title") and not words.get("quoted"):
        forget_draft(actor=actor, where=where)
        return None
    look_over(forum=forum, texts=texts_of(html=html, title=words.get("title", ""), alts={"quoted": words.get("quoted", "")}))
    require(kept is not None or mine.count() < MOST, _("There are many drafts of yours already. Please post or clear one of them."), "full")
    sealed = crypto.seal_text(json.dumps(words), key=crypto.person_key(actor.pk, make=True), place=_bound_to(actor, place))
    Draft.objects.update_or_create(person=actor, place=place, defaults={"sealed": sealed, "kept_at": now})
    return _milliseconds(now)


def read_draft(*, actor: User, where: Thread | Forum) -> KeptDraft | None:
    """One's own words for this composer; None if there are none, or if they do not open any more."""
    place = place_of(where)
    draft = Draft.objects.filter(person=actor, place=place).first()
    if draft is None:
        return None
    try:
        words = crypto.unseal_text(draft.sealed, key=crypto.person_key(actor.pk), place=_bound_to(actor, place))
    except crypto.Unreadable:
        return None
    return KeptDraft(json.loads(words), _milliseconds(draft.kept_at))


def forget_draft(*, actor: User, where: Thread | Forum) -> None:
    """It has been posted or cleared."""
    Draft.objects.filter(person=actor, place=place_of(where)).delete()


def sweep_drafts() -> str:
    """By the clock: deletes what nobody came back for."""
    old = Draft.objects.filter(kept_at__lt=timezone.now() - KEPT).order_by("kept_at").values_list("pk", flat=True)
    count, _by_model = Draft.objects.filter(pk__in=list(old[:BATCH])).delete()
    return f"{count} drafts deleted that nobody came back for"


def _bound_to(person: User, place: str) -> str:
    return f"forums.draft:{person.pk}:{place}"


def _milliseconds(moment: datetime.datetime) -> int:
    return int(moment.timestamp() * 1000)
