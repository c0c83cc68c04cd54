"""Taking words out of sight and bringing them back; asking their author for others; letting them rest while people talk."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forums.actions.changing import forget_earlier_words
from forums.actions.checking import notices_nothing, spoken
from forums.actions.mentioning import mention_anew
from forums.actions.moderating.claims import take_up
from forums.actions.moderating.settling import is_own_to_judge, require_not_own, settle_open
from forums.actions.posting import hold_person, is_held, lock_thread, require_words, settle_thread, take_in
from forums.actions.telling import reason, take_from_open_pages, tell_person, tell_trainers
from forums.actions.telling_of_posts import notice_key
from forums.models import ModerationAct, Post
from forums.permissions import can_ask_to_rest, can_edit_post
from lms import richtext
from lms.notifications.actions.notices import take_back
from lms.permissions import require
from lms.users.models import User
from lms.words import one_line

REST = datetime.timedelta(hours=24)
PIECE = 500
State, Verb = Post.State, ModerationAct.Verb


@transaction.atomic
def hide_post(*, actor: User, post: Post, why: str, shown: str = "") -> Post:
    """Its place stays, its words are gone for everybody but its author and the trainers. `why` is for the author; `shown` is what
    everybody reads in its place. Again is harmless. Raises Refused with a sentence for the trainer."""
    post = take_up(actor, post)
    why = reason(why, actor=actor, person=post.author)
    _require_in_sight(post)
    if post.state != State.HIDDEN:
        _turn(post, State.HIDDEN, state_why=one_line(shown))
        take_back(keys=[notice_key(post.pk)])  # with words in them, where the forum lets its words go out
        _done(actor, post, Verb.HIDE, why)
    return post


@transaction.atomic
def restore_post(*, actor: User, post: Post, why: str = "") -> Post:
    """Its words are there again for everybody. Again is harmless."""
    post = take_up(actor, post)
    require_not_own(actor, post)
    _require_in_sight(post)
    if post.state != State.SHOWN:
        _turn(post, State.SHOWN)
        _done(actor, post, Verb.RESTORE, one_line(why))
    return post


@transaction.atomic
def ask_to_rework(*, actor: User, post: Post, why: str, shown_after: bool = False) -> Post:
    """Takes the words out of sight until their author has found others; `why` says to the author what to change.

    With `shown_after` the other words are shown at once, unless the check notices something; else a trainer reads them first.
    """
    post = take_up(actor, post)
    why = reason(why, actor=actor, person=post.author)
    require(post.withdrawn_at is None, _("Its author has taken these words back already."))
    asked = State.DECLINED if post.state in Post.UNSEEN else State.REWORK
    again = post.acts.filter(verb=Verb.REWORK, why=why).exists() and post.state == asked
    if not again:
        _turn(post, asked, shown_after_rework=shown_after)
        take_back(keys=[notice_key(post.pk)])
        _done(actor, post, Verb.REWORK, why)
    return post


@transaction.atomic
def rework_post(*, actor: User, post: Post, html: str) -> Post:
    """Other words, as a trainer asked. The earlier ones are gone, out of the history and out of what others quoted too.

    Raises Refused with a sentence for the author.
    """
    hold_person(actor, post.thread.forum)
    require(can_edit_post(actor, post), _("Only who wrote it can change it."))
    require_words(html)
    thread = lock_thread(post.thread)
    post = Post.objects.select_related("author").get(pk=post.pk)
    post.thread = thread
    require(post.is_asked_back, _("Nobody waits for other words here any more. Yours are still in the field."), "late")
    post.html, post.plain, post.cleaned_with, post.edited_at = html, richtext.plain(html), richtext.CLEANED_WITH, timezone.now()
    post.save(update_fields=["html", "plain", "cleaned_with", "edited_at"])
    forget_earlier_words(post)
    mention_anew(post, thread.forum)
    calm = notices_nothing(forum=thread.forum, text=spoken(html))
    _turn(post, State.SHOWN if post.shown_after_rework and calm and not is_held(thread, actor) else State.HELD)
    if post.state == State.SHOWN:
        take_in(thread, post)
    else:
        tell_trainers(actor=actor, forum=thread.forum, key=f"forums.rework:{post.pk}:{post.edited_at.timestamp():.0f}", post=post)
    settle_thread(thread)
    return post


@transaction.atomic
def let_rest(*, actor: User, post: Post) -> Post:
    """“Take down, talk first”: somebody who is written about has the words rest for REST. Once for each person and post; the author
    and the trainers are told. Raises Refused with a sentence for the person."""
    hold_person(actor, post.thread.forum)
    if ModerationAct.objects.filter(post=post, actor=actor, verb=Verb.PAUSE).exists():
        return post
    require(can_ask_to_rest(actor, post), _("You cannot ask for this here. Perhaps it is gone already."))
    thread = lock_thread(post.thread)
    post = Post.objects.select_related("author").get(pk=post.pk)
    post.thread = thread
    if post.has_words:
        _turn(post, State.PAUSED, state_until=timezone.now() + REST)
        take_back(keys=[notice_key(post.pk)])
        settle_thread(thread)
        tell_person(actor=actor, verb=Verb.PAUSE, forum=thread.forum, thread=thread, post=post, person=post.author, until=post.state_until)
    return post


def end_rests() -> int:
    """Shows again what has rested long enough, by the clock; its words could be read since then. Returns how many. Asks nobody."""
    over = Post.objects.filter(state=State.PAUSED, state_until__lte=timezone.now()).select_related("thread__forum")
    return sum(_end_rest(post) for post in over.order_by("pk")[:PIECE])


# --- inside ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def _end_rest(post: Post) -> int:
    """Unless a trainer has decided otherwise meanwhile."""
    thread = lock_thread(post.thread)
    ended = Post.objects.filter(pk=post.pk, state=State.PAUSED, state_until__lte=timezone.now())
    count = ended.update(state=State.SHOWN, state_until=None)
    settle_thread(thread)
    return count


def _require_in_sight(post: Post) -> None:
    require(post.withdrawn_at is None, _("Its author has taken these words back already."))
    require(post.state not in Post.UNSEEN, _("This post has not been let through yet. Please decide about that first."))


def _turn(post: Post, state: Post.State, **fields: object) -> None:
    """The post's state, and with it everything that belongs to a state."""
    given = {"state_why": "", "state_until": None, **fields, "state": state}
    for name, value in given.items():
        setattr(post, name, value)
    post.save(update_fields=[*given])
    if not post.has_words:
        take_from_open_pages(post)


def _done(actor: User, post: Post, verb: ModerationAct.Verb, why: str) -> None:
    """What follows from every decision about a post: nothing waits for one any more, the thread is true again, its author is told."""
    if not is_own_to_judge(actor, post):  # what others pointed out waits for a colleague
        settle_open(actor, post)
    settle_thread(post.thread)
    tell_person(actor=actor, verb=verb, forum=post.thread.forum, thread=post.thread, post=post, person=post.author, why=why)
