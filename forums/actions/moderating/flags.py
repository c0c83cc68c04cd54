"""Asking for a post to be looked at."""

import datetime
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.aftercare import tell_of_worry
from courses.models import Cohort, ContactRequest
from forums.actions.moderating.hiding import let_rest
from forums.actions.posting import hold_person
from forums.actions.telling import tell_trainers
from forums.models import Flag, Post
from forums.permissions import can_flag, can_moderate
from lms.permissions import require
from lms.users.models import User

FLAGS = 20  # by one person, in every forum together …
FLAGS_WITHIN = datetime.timedelta(days=1)  # … within this time


@transaction.atomic
def flag_post(*, actor: User, cohort: Cohort, post: Post, kind: str, words: str = "", rest: bool = False) -> Flag:
    """Puts the post before the trainers; a worry goes at once to the aftercare contact of this cohort, with its words.

    With `rest` somebody who is written about also has the words rest. The same kind again is the same flag until a trainer has
    looked. Raises Refused with a sentence for the person.
    """
    hold_person(actor, post.thread.forum)
    flag = Flag.objects.waiting().filter(post=post, person=actor, kind=kind).first()
    if flag is None:
        require(can_flag(actor, post), _("You cannot point this out. Perhaps it is gone already."))
        _require_room(actor)
        if can_moderate(actor, post.thread.forum):
            words = ""  # what trainers write about somebody, that person reads: their words belong to an act
        flag = _new_flag(actor, cohort, post, kind, words)
        tell_trainers(actor=actor, forum=post.thread.forum, key=f"forums.flag:{flag.pk}", post=post)
    if rest and kind == Flag.Kind.IDENTIFIES:
        let_rest(actor=actor, post=post)
    return flag


def _new_flag(actor: User, cohort: Cohort, post: Post, kind: str, words: str) -> Flag:
    if kind != Flag.Kind.WORRIED:
        return Flag.objects.create(post=post, person=actor, kind=kind, words=words)
    return Flag.objects.create(post=post, person=actor, kind=kind, request=_worry(actor, cohort, post, words))


def _worry(actor: User, cohort: Cohort, post: Post, words: str) -> ContactRequest:
    return tell_of_worry(
        actor=actor,
        cohort=cohort,
        about=post.author,
        name=post.public_name,
        url=post.get_absolute_url(),
        note=words,
        client_id=uuid.uuid4(),
    ).request


def _require_room(actor: User) -> None:
    """Not more than FLAGS within FLAGS_WITHIN. Exact, because `hold_person` lets one of a person in at a time."""
    recent = Flag.objects.filter(person=actor, at__gt=timezone.now() - FLAGS_WITHIN).count()
    sentence = _(
        "You have pointed out %(count)s posts within a day. That is the limit. If it cannot wait, please use “Please contact me”, "
        "which is on every page."
    )
    require(recent < FLAGS, sentence % {"count": FLAGS}, "too-often")
