"""Quiet answers without words of one's own. They stand under their names; nothing counts them."""

from django.db import transaction
from django.utils.translation import gettext as _

from forums.actions.posting import hold_person
from forums.models import Post, Reaction
from forums.permissions import can_react
from lms.permissions import require
from lms.users.models import User


@transaction.atomic
def react(*, actor: User, post: Post, kind: Reaction.Kind) -> None:
    """Says by name that a post was heard. Again is harmless. Raises Refused with a sentence for the person."""
    hold_person(actor, post.thread.forum)
    held = Post.objects.select_for_update(no_key=True, of=("self",)).select_related("thread__forum__cohort")
    standing = held.get(pk=post.pk)  # as it is now, until the reaction stands beside it
    require(standing.author_id != actor.pk, _("These are your own words. Others can say that they heard them."), "own")
    require(can_react(actor, standing), _("You cannot react in this thread."))
    require(standing.has_words, _("These words are not here any more."), "gone")
    require(standing.thread.locked_at is None, _("This thread has been closed to answers."), "locked")
    require(not standing.thread.phase, _("In a reflecting thread people answer with words, each in their turn."), "reflecting")
    Reaction.objects.bulk_create([Reaction(post=standing, person=actor, kind=kind)], ignore_conflicts=True)


@transaction.atomic
def take_back_reaction(*, actor: User, post: Post, kind: Reaction.Kind) -> None:
    """One's own, whatever has become of the post or the thread. Again is harmless."""
    Reaction.objects.filter(post=post, person=actor, kind=kind).delete()
