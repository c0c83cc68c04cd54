"""Two people say that they talked: an activity is done for both once both have.

What each wrote is about the other too. A conversation has a key of its own, wrapped by the key of the one and then by that of the other,
so with either of them gone nobody reads either sentence again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.progress import mark_talked
from courses.models import Activity, Cohort, Conversation, Membership
from courses.opening import why_closed_to
from courses.permissions import can_have_talked, standing_in
from lms import crypto
from lms.notifications.actions.notices import notify, take_back
from lms.notifications.models import Notice
from lms.permissions import Refused, Verb, require
from lms.users.models import User


@dataclass(frozen=True)
class Sentences:
    """A conversation with what the two wrote; `readable` is False if it does not open any more."""

    conversation: Conversation
    first: str = ""
    second: str = ""
    readable: bool = True


@transaction.atomic
def say_we_talked(*, actor: User, cohort: Cohort, activity: Activity, other: Membership, words: str) -> Conversation:
    """One's own sentence about a conversation with somebody of the cohort. Where the other has said so already, it is theirs and this
    one is the answer. Said again before it was answered, the newer sentence stands."""
    _require_open(actor, cohort, activity)
    require(can_have_talked(actor, cohort).filter(pk=other.pk).exists(), _("They are not in this cohort. Please choose somebody else."))
    people = Membership.objects.select_for_update(no_key=True, of=("self",)).filter(cohort=cohort, person__in=[actor, other.person])
    list(people.order_by("pk").values_list("pk"))  # the two may be writing at the same moment
    between = Conversation.objects.filter(cohort=cohort, activity=activity)
    theirs = between.filter(first=other.person, second=actor).first()
    if theirs is not None:
        return theirs if theirs.second_at else _answer(theirs, words)
    mine = between.filter(first=actor, second=other.person).first()
    if mine is not None and mine.second_at is not None:
        return mine
    conversation = mine or Conversation(cohort=cohort, activity=activity, first=actor, second=other.person)
    conversation.first_sealed, conversation.first_words = _sealed(conversation, "first", words), ""
    conversation.save()
    if mine is None:
        url = reverse("courses:conversation", args=[cohort.slug, conversation.pk])
        kind = Notice.Kind.CONVERSATION
        notify(people=[other.person_id], kind=kind, key=_key(conversation), url=url, who=actor.display_name)
    return conversation


@transaction.atomic
def answer_conversation(*, actor: User, conversation: Conversation, words: str) -> Conversation:
    """The other one's sentence. Now it is done for both; said twice, the first stands."""
    locked = Conversation.objects.select_for_update(of=("self",)).select_related("cohort", "activity", "first", "second")
    found = locked.filter(pk=conversation.pk).first()
    require(found is not None, _("It was taken back. You can still say yourself that you talked."))
    require(found.second_id == actor.pk, _("Only the person who is named here can say so."))  # type: ignore[union-attr]
    return found if found.second_at else _answer(found, words)  # type: ignore[union-attr, return-value, arg-type]


@transaction.atomic
def take_back_conversation(*, actor: User, conversation: Conversation) -> None:
    """One's own sentence, before the other has written theirs. Afterwards both stand."""
    mine = Conversation.objects.select_for_update().filter(pk=conversation.pk, first=actor).first()
    if mine is None:
        return
    require(mine.second_at is None, _("The other person has written their sentence too, so both stand."))
    take_back(keys=[_key(mine)])
    mine.delete()


def read_conversations(*, actor: User, conversations: Iterable[Conversation]) -> list[Sentences]:
    """With both sentences, for one of the two alone. One query."""
    found = list(conversations)
    for one in found:
        require(actor.pk in (one.first_id, one.second_id), _("Only the two who talked can read this."))
    keys = crypto.person_keys(person for one in found for person in (one.first_id, one.second_id)) if found else {}
    return [_opened(one, keys) for one in found]


# --- inside ---------------------------------------------------------------------------------------------------------


def _answer(conversation: Conversation, words: str) -> Conversation:
    if conversation.first_words:  # by the release before, while this one had begun
        conversation.first_sealed, conversation.first_words = _sealed(conversation, "first", conversation.first_words), ""
    conversation.second_sealed, conversation.second_at = _sealed(conversation, "second", words), timezone.now()
    conversation.save()
    mark_talked(conversation=conversation)
    return conversation


def _sealed(conversation: Conversation, name: str, words: str) -> bytes:
    """The sentence of one of the two; makes the conversation's key if it has none yet. Whoever calls it saves the row. Raises Refused."""
    if conversation.wrapped_key is None:
        key, inner = crypto.wrap_new_key(conversation.first_id, place=f"{conversation.place}:inner")
        outer = crypto.person_key(conversation.second_id, make=True)
        conversation.wrapped_key = crypto.seal(inner, key=outer, place=f"{conversation.place}:outer")
    else:
        try:
            key = _key_of(conversation, crypto.person_keys((conversation.first_id, conversation.second_id)))
        except crypto.Unreadable:
            raise Refused(_("The sentence that is here can no longer be opened, so none can be added to it.")) from None
    return crypto.seal_text(words, key=key, place=f"{conversation.place}:{name}")


def _key_of(conversation: Conversation, keys: dict[int, bytes]) -> bytes:
    """Raises Unreadable if the key of either is gone."""
    first, second = keys.get(conversation.first_id), keys.get(conversation.second_id)
    if first is None or second is None or conversation.wrapped_key is None:
        raise crypto.Unreadable("a key is gone")
    inner = crypto.unseal(conversation.wrapped_key, key=second, place=f"{conversation.place}:outer")
    return crypto.unseal(inner, key=first, place=f"{conversation.place}:inner")


def _opened(conversation: Conversation, keys: dict[int, bytes]) -> Sentences:
    if conversation.first_words:
        return Sentences(conversation, conversation.first_words, conversation.second_words)
    try:
        key = _key_of(conversation, keys)
        first = _sentence(conversation, "first", conversation.first_sealed, key)
        second = _sentence(conversation, "second", conversation.second_sealed, key)
    except crypto.Unreadable:
        return Sentences(conversation, readable=False)
    return Sentences(conversation, first, second)


def _sentence(conversation: Conversation, name: str, sealed: crypto.Sealed | None, key: bytes) -> str:
    return crypto.unseal_text(sealed, key=key, place=f"{conversation.place}:{name}") if sealed else ""


def _require_open(actor: User, cohort: Cohort, activity: Activity) -> None:
    place = standing_in(actor, cohort)
    if place is None or not place.may(Verb.MARK_DONE):
        raise Refused(_("Your part in this cohort does not include working through the course."))
    require(activity.done_by == Activity.Completes.MEETING, _("This is not done by talking with somebody."))
    if closed := why_closed_to(place, actor, activity):
        raise Refused(closed.title)


def _key(conversation: Conversation) -> str:
    return f"courses.conversation:{conversation.pk}"
