"""Looking at a post so that no colleague does at the same time."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forums.actions.posting import hold_person, lock_thread
from forums.models import Claim, Post, Thread
from forums.permissions import can_moderate
from lms.permissions import require
from lms.users.models import User

LEASE = datetime.timedelta(minutes=30)  # from the last thing the trainer did


@transaction.atomic
def claim_post(*, actor: User, post: Post) -> Post:
    """The actor looks at this post; until LEASE has passed nobody else acts on it. Raises Refused as `take_up`."""
    return take_up(actor, post)


@transaction.atomic
def release_post(*, actor: User, post: Post) -> Post:
    """The actor no longer looks at it. Again, or without having looked at it, is harmless."""
    lock_to_moderate(actor, post.thread)
    Claim.objects.filter(post=post, person=actor).delete()
    return post


# --- for the other actions of this folder ---------------------------------------------------------------------------


def take_up(actor: User, post: Post) -> Post:
    """The post as it stands now, with its locked thread; the actor's claim on it begins or is renewed.

    Raises Refused if the actor does not look after its forum, or (code "claimed") if a colleague is looking at it.
    """
    thread = lock_to_moderate(actor, post.thread)
    found = Post.objects.select_related("author").get(pk=post.pk)
    require(found.thread_id == thread.pk, _("This post is in another thread now. Please open it again."), "moved")
    found.thread = thread
    other = Claim.objects.current().filter(post=found).exclude(person=actor).select_related("person").first()
    if other is not None:
        sentence = _("%(name)s is looking at this until %(until)s. Please talk with each other, or wait.")
        until = date_format(timezone.localtime(other.until), "H:i")
        require(False, sentence % {"name": other.person.display_name, "until": until}, "claimed")
    Claim.objects.update_or_create(post=found, defaults={"person": actor, "until": timezone.now() + LEASE})
    return found


def lock_to_moderate(actor: User, thread: Thread) -> Thread:
    """The thread as it stands now, its row held, for who looks after its forum. Raises Refused for everybody else."""
    hold_person(actor, thread.forum)
    require(can_moderate(actor, thread.forum), _("This is for the trainers who look after this forum."))
    return lock_thread(thread)
