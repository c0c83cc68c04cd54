"""Words in the margin: a response by a reader who was asked to reflect back, and what the author says to it.

A response is sealed under a key of its own; that key is wrapped by the responder's, and what comes of it is sealed once more
under the entry's. Each is bound to its place: response, share, entry, person and field. Without the key of either person
nobody reads it again. Between a responder and the author there is no third reader.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.journals import key_of
from courses.actions.shares import read_share
from courses.models import JournalEntry, SharedVersion, ShareResponse
from lms import crypto, richtext
from lms.notifications.actions.notices import notify, take_back
from lms.notifications.models import Notice
from lms.permissions import Refused, require
from lms.users.models import User

LONGEST_QUOTE = 500  # characters


@dataclass(frozen=True)
class ResponseWords:
    """An opened response: the words it stands beside as plain text, and what it says as cleaned HTML.

    `here` is False once a voice has withdrawn: its words, or a key that they need, are gone.
    """

    response: ShareResponse
    quoted: str = ""
    html: str = ""
    here: bool = True


@transaction.atomic
def respond(*, actor: User, share: SharedVersion, html: str, quoted: str, client_id: uuid.UUID) -> ShareResponse:
    """A reader's response; `html` was cleaned by lms.richtext. Sent again with the same client_id it is said once.

    `quoted` are words of the shared text, or none; Refused has the code "quote" if they are not. The author is told.
    """
    share = _open_share(actor, share)
    reads = share.readers.filter(person=actor).exists()
    require(reads and share.manner == SharedVersion.Manner.REFLECT, _("You were asked to read this, not to answer in writing."))
    if already := _find(actor, share, client_id):
        return already
    quoted = " ".join(quoted.split())
    text = richtext.folded(read_share(actor=actor, share=share).html)
    require(len(quoted) <= LONGEST_QUOTE and quoted in text, _("These words do not stand in what was shared with you."), "quote")
    response = _say(actor, share, html=html, quoted=quoted, client_id=client_id)
    _tell(share.entry.author, response, reverse("courses:entry", args=[share.entry_id]))
    return response


@transaction.atomic
def answer_response(*, actor: User, response: ShareResponse, html: str, client_id: uuid.UUID) -> ShareResponse:
    """What the author says to a response, read by who responded. Sent again with the same client_id it is said once."""
    share = _open_share(actor, response.share)
    require(share.entry.author_id == actor.pk, _("Only the person who wrote the entry can answer this."))
    if already := _find(actor, share, client_id):
        return already
    response = ShareResponse.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=response.pk)
    require(response.withdrawn_at is None and response.answers_id is None, _("This response has been withdrawn meanwhile."))
    answer = _say(actor, share, html=html, quoted="", client_id=client_id, answers=response)
    _tell(response.author, answer, reverse("courses:shared", args=[share.pk]))
    return answer


@transaction.atomic
def withdraw_response(*, actor: User, response_id: uuid.UUID) -> ShareResponse:
    """Takes one's words back: they and their key are gone, the place stays. Again is harmless; possible for ever.

    Raises ShareResponse.DoesNotExist if the actor may not even see it.
    """
    response = ShareResponse.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=response_id)
    require(response.author_id == actor.pk, _("Only the person who said this can withdraw it."))
    if response.withdrawn_at is None:
        response.withdrawn_at = timezone.now()
        response.wrapped_key = response.quoted_sealed = response.body_sealed = b""
        response.save(update_fields=["withdrawn_at", "wrapped_key", "quoted_sealed", "body_sealed"])
        take_back(keys=[_key(response)])
    return response


def read_responses(*, actor: User, entry: JournalEntry, responses: Sequence[ShareResponse]) -> list[ResponseWords]:
    """Opens responses to what was shared of one entry, for who may see them; two queries for keys however many there are."""
    mine = entry.author_id == actor.pk
    for response in responses:
        own = response.author_id == actor.pk or (response.answers is not None and response.answers.author_id == actor.pk)
        require(response.share.entry_id == entry.pk and (mine or own), _("These words are for others."))
    if not responses:
        return []
    person_keys = crypto.person_keys(response.author_id for response in responses)
    try:
        entry_key = key_of(entry)
    except crypto.Unreadable:
        return [ResponseWords(response, here=False) for response in responses]
    return [_open(response, entry_key, person_keys.get(response.author_id)) for response in responses]


# --- inside ---------------------------------------------------------------------------------------------------------


def _open_share(actor: User, share: SharedVersion) -> SharedVersion:
    """The version, locked, if it is open still and the actor may see it."""
    here = SharedVersion.objects.open().visible_to(actor).filter(pk=share.pk)
    found = here.select_related("entry__author", "cohort").select_for_update(of=("self",)).first()
    if found is None:
        raise Refused(_("This is not shared any more. Your words are still here."))
    return found


def _find(actor: User, share: SharedVersion, client_id: uuid.UUID) -> ShareResponse | None:
    return ShareResponse.objects.visible_to(actor).filter(share=share, author=actor, client_id=client_id).first()


def _say(
    actor: User, share: SharedVersion, *, html: str, quoted: str, client_id: uuid.UUID, answers: ShareResponse | None = None
) -> ShareResponse:
    require(not richtext.is_empty(html), _("There are no words here yet. A first sentence is enough."))
    response = ShareResponse(share=share, author=actor, client_id=client_id, answers=answers)
    key, wrapped = crypto.wrap_new_key(actor.pk, place=_place(response, "key"))
    response.wrapped_key = crypto.seal(wrapped, key=key_of(share.entry), place=_place(response, "wrapped"))
    response.quoted_sealed = crypto.seal_text(quoted, key=key, place=_place(response, "quoted"))
    response.body_sealed = crypto.seal_text(html, key=key, place=_place(response, "body"))
    response.save(force_insert=True)
    return response


def _tell(person: User, response: ShareResponse, url: str) -> None:
    """That somebody responded and who, never what."""
    notify(people=[person.pk], kind=Notice.Kind.JOURNAL_RESPONSE, key=_key(response), url=url, who=response.author.display_name)


def _key(response: ShareResponse) -> str:
    return f"courses.response:{response.pk}"


def _place(response: ShareResponse, field: str) -> str:
    answered = response.answers_id or ""
    return f"courses.response:{response.pk}:{response.share_id}:{response.share.entry_id}:{response.author_id}:{answered}:{field}"


def _open(response: ShareResponse, entry_key: bytes, person_key: bytes | None) -> ResponseWords:
    if response.withdrawn_at is not None or person_key is None:
        return ResponseWords(response, here=False)
    try:
        wrapped = crypto.unseal(response.wrapped_key, key=entry_key, place=_place(response, "wrapped"))
        key = crypto.unseal(wrapped, key=person_key, place=_place(response, "key"))
        return ResponseWords(
            response,
            quoted=crypto.unseal_text(response.quoted_sealed, key=key, place=_place(response, "quoted")),
            html=crypto.unseal_text(response.body_sealed, key=key, place=_place(response, "body")),
        )
    except crypto.Unreadable:
        return ResponseWords(response, here=False)
