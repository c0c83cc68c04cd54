"""Reading posts before others do, for a while: a person's in a forum, or everybody's in a thread."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forums.actions.moderating.claims import lock_to_moderate, take_up
from forums.actions.moderating.settling import require_not_own, settle_open
from forums.actions.posting import hold_person, take_in
from forums.actions.telling import reason, tell_person
from forums.models import Forum, Hold, ModerationAct, Post, Thread, ThreadRead
from forums.permissions import can_moderate
from lms.permissions import require
from lms.users.models import User
from lms.words import one_line

LONGEST = datetime.timedelta(days=60)
Verb = ModerationAct.Verb


@transaction.atomic
def hold_author(*, actor: User, post: Post, until: datetime.datetime, why: str) -> Hold:
    """Until then a trainer reads what this post's author says in its forum before others do. A hold that runs already gets this
    end. Raises Refused with a sentence for the trainer."""
    post = take_up(actor, post)
    forum, person = post.thread.forum, post.author
    why = reason(why, actor=actor, person=person)
    require(not can_moderate(person, forum), _("Trainers who look after this forum are not held."))
    _require_end(until)
    Forum.objects.select_for_update(no_key=True).get(pk=forum.pk)  # two trainers at once make one hold
    running = Hold.objects.current().filter(forum=forum, person=person).first()
    return _hold(running or Hold(forum=forum, person=person), actor, until, why, post.thread)


@transaction.atomic
def hold_thread(*, actor: User, thread: Thread, until: datetime.datetime, why: str) -> Hold:
    """Until then a trainer reads what is said in this thread before others do. A hold that runs already gets this end."""
    thread = lock_to_moderate(actor, thread)
    why = reason(why, actor=actor, person=thread.author)
    _require_end(until)
    running = Hold.objects.current().filter(thread=thread).first()
    return _hold(running or Hold(forum=thread.forum, thread=thread), actor, until, why, thread)


@transaction.atomic
def end_hold(*, actor: User, hold: Hold, why: str = "") -> Hold:
    """Ends it before its time. What waits already goes on waiting for a trainer. Again is harmless."""
    hold_person(actor, hold.forum)
    require(can_moderate(actor, hold.forum), _("This is for the trainers who look after this forum."))
    hold = Hold.objects.select_for_update(of=("self",)).select_related("forum__cohort", "thread__author", "person").get(pk=hold.pk)
    if hold.ended_at is None:
        hold.ended_at = timezone.now()
        hold.save(update_fields=["ended_at"])
        person = hold.person or (hold.thread.author if hold.thread else None)
        tell_person(actor=actor, verb=Verb.END_HOLD, forum=hold.forum, thread=hold.thread, person=person, why=one_line(why))
    return hold


@transaction.atomic
def approve_post(*, actor: User, post: Post, why: str = "") -> Post:
    """What waited is seen by everybody, and is new to those who have read beyond its place. Again is harmless."""
    post = take_up(actor, post)
    if post.state not in Post.UNSEEN:
        return post
    require_not_own(actor, post)
    require(post.withdrawn_at is None, _("Its author has taken these words back already."))
    post.state, post.state_why, post.state_until = Post.State.SHOWN, "", None
    post.save(update_fields=["state", "state_why", "state_until"])
    take_in(post.thread, post)
    beyond = ThreadRead.objects.filter(thread=post.thread, last_read__gte=post.pk).exclude(person=post.author)
    beyond.update(last_read=post.pk - 1)
    _decided(actor, post, Verb.APPROVE, one_line(why))
    return post


@transaction.atomic
def decline_post(*, actor: User, post: Post, why: str) -> Post:
    """What waited stays between its author and the trainers; the author reads why, and may find other words. Again is harmless."""
    post = take_up(actor, post)
    why = reason(why, actor=actor, person=post.author)
    require(post.state in Post.UNSEEN, _("This post is shown already. You can hide it."))
    if post.state == Post.State.HELD:
        post.state, post.shown_after_rework = Post.State.DECLINED, False
        post.save(update_fields=["state", "shown_after_rework"])
        _decided(actor, post, Verb.DECLINE, why)
    return post


# --- inside ---------------------------------------------------------------------------------------------------------


def _require_end(until: datetime.datetime) -> None:
    now = timezone.now()
    require(until > now, _("This end is over already. Please choose a later day."), "until")
    longest = _("Please choose an end within %(days)s days.") % {"days": LONGEST.days}
    require(until <= now + LONGEST, longest, "until")


def _hold(hold: Hold, actor: User, until: datetime.datetime, why: str, thread: Thread) -> Hold:
    """Begins it, or changes its end; whom it concerns is told unless nothing changed."""
    if hold.pk is None or (hold.until, hold.why) != (until, why):
        hold.until, hold.why, hold.by = until, why, actor
        hold.save()
        person = hold.person or thread.author
        where = thread if hold.thread_id else None
        tell_person(actor=actor, verb=Verb.HOLD, forum=hold.forum, thread=where, person=person, why=why, until=until)
    return hold


def _decided(actor: User, post: Post, verb: ModerationAct.Verb, why: str) -> None:
    settle_open(actor, post)
    tell_person(actor=actor, verb=verb, forum=post.thread.forum, thread=post.thread, post=post, person=post.author, why=why)
