"""Two people say that they talked: an activity is done for both once both have."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.progress import mark_talked
from courses.models import Activity, Cohort, Conversation, Membership
from courses.opening import why_closed_to
from courses.permissions import can_have_talked, standing_in
from lms.notifications.actions.notices import notify, take_back
from lms.notifications.models import Notice
from lms.permissions import Refused, Verb, require
from lms.users.models import User


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
    conversation, fresh = between.get_or_create(
        first=actor, second=other.person, defaults={"cohort": cohort, "activity": activity, "first_words": words}
    )
    if fresh:
        url = reverse("courses:conversation", args=[cohort.slug, conversation.pk])
        kind = Notice.Kind.CONVERSATION
        notify(people=[other.person_id], kind=kind, key=_key(conversation), url=url, who=actor.display_name)
    elif conversation.second_at is None:
        conversation.first_words = words
        conversation.save(update_fields=["first_words"])
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


# --- inside ---------------------------------------------------------------------------------------------------------


def _answer(conversation: Conversation, words: str) -> Conversation:
    conversation.second_words, conversation.second_at = words, timezone.now()
    conversation.save(update_fields=["second_words", "second_at"])
    mark_talked(conversation=conversation)
    return conversation


def _require_open(actor: User, cohort: Cohort, activity: Activity) -> None:
    place = standing_in(actor, cohort)
    if place is None or not place.may(Verb.MARK_DONE):
        raise Refused(_("Your part in this cohort does not include working through the course."))
    require(activity.done_by == Activity.Completes.MEETING, _("This is not done by talking with somebody."))
    if closed := why_closed_to(place, actor, activity):
        raise Refused(closed.title)


def _key(conversation: Conversation) -> str:
    return f"courses.conversation:{conversation.pk}"
