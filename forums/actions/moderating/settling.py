"""Looking at what was flagged or noticed, so that it waits no longer."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forums.actions.moderating.claims import take_up
from forums.actions.telling import tell_flagger, tell_person
from forums.models import Flag, ModerationAct, Post, PostCheck
from forums.permissions import others_moderate
from lms.permissions import require
from lms.users.models import User
from lms.words import one_line


def is_own_to_judge(actor: User, post: Post) -> bool:
    """Whether this is about the trainer's own words while there is a colleague who can look at them."""
    return post.author_id == actor.pk and others_moderate(actor, post.thread.forum)


def require_not_own(actor: User, post: Post) -> None:
    """Nobody decides about what others say of their own words."""
    require(not is_own_to_judge(actor, post), _("This is about your own words. Please let a colleague look at it."))


@transaction.atomic
def settle_post(*, actor: User, post: Post, why: str = "") -> Post:
    """A trainer has looked at a post that was flagged, or that the check had noticed, and leaves it as it is. Again is harmless.

    The author reads who looked, and what they say to it. Raises Refused with a sentence for the trainer.
    """
    post = take_up(actor, post)
    require_not_own(actor, post)
    if settle_open(actor, post):
        where, why = post.thread, one_line(why)
        tell_person(actor=actor, verb=ModerationAct.Verb.SETTLE, forum=where.forum, thread=where, post=post, person=post.author, why=why)
    return post


def settle_open(actor: User, post: Post) -> int:
    """Notes that the actor has looked at every flag of the post and at what the check noticed, and tells whoever flagged it. Returns
    how much waited."""
    looked = {"settled_at": timezone.now(), "settled_by": actor}
    flags = list(Flag.objects.waiting().filter(post=post))
    Flag.objects.filter(pk__in=[flag.pk for flag in flags]).update(**looked)
    for flag in flags:
        tell_flagger(flag, forum=post.thread.forum)
    return len(flags) + PostCheck.objects.filter(post=post, settled_at=None).update(**looked)
