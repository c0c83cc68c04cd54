"""Saying something in a forum.

Who posts holds their own row while they do, so that a double submit, the limit and a removal are decided one after the other;
then the thread's, so that its posts are numbered in the order in which others see them. Always in this order.
"""

import datetime
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.progress import mark_done_by_post
from courses.models import Membership
from forums.actions.checking import keep_check, look_over, texts_of
from forums.actions.drafts import forget_draft
from forums.actions.files import Alts, attach_files, described_now
from forums.actions.mentioning import mention
from forums.actions.read import mark_read
from forums.actions.telling import tell_trainers
from forums.models import QUOTE_LENGTH, TITLE_LENGTH, Forum, Hold, Post, Thread, ThreadRead, Voice
from forums.permissions import can_moderate, can_reply, can_start_thread, cohort_for, has_floor
from lms import identifying, richtext
from lms.permissions import Refused, require
from lms.queue import enqueue
from lms.users.models import User
from lms.words import one_line

POSTS = 30  # by one person, in every forum together …
POSTS_WITHIN = datetime.timedelta(minutes=10)  # … within this time


@dataclass(frozen=True)
class Words:
    """What somebody wants to say. `html` was cleaned by lms.richtext; a client_id sent again is the same post."""

    html: str
    client_id: UUID
    anonymous: bool = False  # to peers; trainers know
    reason: str = ""  # why it may stand although the check notices something in it
    alts: Alts = field(default_factory=dict)  # what the pictures brought for it show


@transaction.atomic
def start_thread(*, actor: User, forum: Forum, title: str, words: Words) -> Thread:
    """A thread and its first post. The same client_id again is the same thread.

    Raises Refused with a sentence for the person; Noticed, which is one, if the check notices something and no reason came.
    """
    hold_person(actor, forum)
    require(can_start_thread(actor, forum), _("Your part in this cohort does not include this forum."))
    sent = Post.objects.filter(author=actor, client_id=words.client_id, thread__forum=forum)
    if already := sent.select_related("thread").order_by("pk").first():
        return already.thread
    line = one_line(title)  # whatever was pasted
    require(bool(line), _("A thread needs a title. A few words are enough."))
    require(len(line) <= TITLE_LENGTH, _("A title has room for %(limit)s characters. Your words are still here.") % {"limit": TITLE_LENGTH})
    _require_sayable(actor, forum, words)
    kinds = _looked_over(actor, forum, words, line)
    thread = Thread.objects.create(forum=forum, author=actor, title=line, alias_number=1 if words.anonymous else None)
    _say(thread, actor, words, Post(waiting=True), kinds)
    forget_draft(actor=actor, where=forum)
    return thread


@transaction.atomic
def reply(*, actor: User, thread: Thread, words: Words, answers: Post | None = None, quoted: str = "") -> Post:
    """One more post. The same client_id again is the same post. `quoted` is plain text that stands in the answered post.

    Raises Refused with a sentence for the person; Noticed, which is one, if the check notices something and no reason came.
    """
    hold_person(actor, thread.forum)
    require(can_reply(actor, thread), _("You cannot speak in this thread. Your words are still here."))
    if already := thread.posts.filter(author=actor, client_id=words.client_id).first():
        return already
    taken_up = " ".join(quoted.split())
    _require_sayable(actor, thread.forum, words)
    kinds = _looked_over(actor, thread.forum, words)
    locked = lock_thread(thread)
    _require_open(actor, locked, words)
    if answers is not None:
        answers = _answered_now(actor, locked, answers)
    _require_quotable(locked, answers, taken_up)
    opens = locked.activity_id is not None and answers is None
    post = _say(locked, actor, words, Post(answers=answers, quoted=taken_up, waiting=opens), kinds)
    forget_draft(actor=actor, where=thread)
    if thread.activity is not None and thread.forum.cohort is not None:
        mark_done_by_post(actor=actor, cohort=thread.forum.cohort, activity=thread.activity)
    return post


# --- for the other actions of this app ------------------------------------------------------------------------------


def hold_person(actor: User, forum: Forum) -> None:
    """One post of a person at a time; and whoever is being removed has either spoken before it or not at all."""
    list(User.objects.select_for_update(no_key=True).filter(pk=actor.pk).values_list("pk"))
    here = Q(cohort=forum.cohort_id) if forum.cohort_id else Q(cohort__programme=forum.programme_id)
    mine = Membership.objects.select_for_update(no_key=True, of=("self",)).filter(here, person=actor)
    list(mine.order_by("pk").values_list("pk"))


def lock_thread(thread: Thread) -> Thread:
    """The thread as it stands now, its row held until the transaction ends."""
    locked = Thread.objects.select_for_update(no_key=True).get(pk=thread.pk)
    moved = _("This thread has just been moved to another place. Your words are still here; please open it again.")
    require(locked.forum_id == thread.forum_id, moved, "moved")
    locked.forum = thread.forum  # the caller has fetched it
    return locked


def settle_thread(thread: Thread) -> None:
    """Brings a locked thread's last word and its oldest waiting post up to date with its posts."""
    shown = thread.posts.shown()
    thread.last_post_at = shown.aggregate(last=Max("posted_at"))["last"] or thread.created_at
    thread.waiting_since = thread.posts.in_words().filter(waiting=True).aggregate(oldest=Min("posted_at"))["oldest"]
    thread.save(update_fields=["last_post_at", "waiting_since"])


def take_in(thread: Thread, post: Post) -> None:
    """A post begins to be seen in its locked thread: it answers what it answers, and its voice stands among those who spoke."""
    _settle_waiting(thread, post)
    voice = thread.voices.filter(person=post.author_id, number=post.alias_number or 0, spoke_at=None)
    voice.update(spoke_at=post.posted_at)
    settle_thread(thread)
    enqueue("forums.tell_of_post", post_id=str(post.pk))  # whoever is to hear of it does so by a worker: posting waits for nobody


def is_held(thread: Thread, actor: User) -> bool:
    """Whether a trainer looks at this post before others see it; trainers' own are not held."""
    held = Hold.objects.current().filter(Q(thread=thread) | Q(forum=thread.forum_id, person=actor))
    return held.exists() and not can_moderate(actor, thread.forum)


def require_words(html: str) -> None:
    require(not richtext.is_empty(html), _("There are no words here yet. A first sentence is enough."), "empty")


def require_unheld(actor: User, post: Post) -> None:
    """While a trainer reads somebody's words before others do, words that are shown already cannot become others unread."""
    sentence = _("Just now a trainer reads what you say here before others do. Please say it in a new post; your words are still here.")
    shown = post.state in (Post.State.SHOWN, Post.State.PAUSED)  # what rests is shown again by itself
    require(not shown or not is_held(post.thread, actor), sentence, "held")


# --- inside ---------------------------------------------------------------------------------------------------------


def _looked_over(actor: User, forum: Forum, words: Words, title: str = "") -> list[identifying.Kind]:
    """The check: the kinds of what was noticed, if a reason came with it. Raises Noticed without."""
    alts = described_now(author_id=actor.pk, client_id=words.client_id, alts=words.alts)
    return look_over(forum=forum, texts=texts_of(html=words.html, title=title, alts=alts), reason=words.reason)


def _say(thread: Thread, actor: User, words: Words, post: Post, kinds: list[identifying.Kind]) -> Post:
    """Stores the post in its locked thread and brings up to date who has been answered, the last word and what the author has read."""
    post.thread, post.author, post.client_id = thread, actor, words.client_id
    post.html, post.plain, post.cleaned_with = words.html, richtext.plain(words.html), richtext.CLEANED_WITH
    post.alias_number = _alias_in(thread, actor) if words.anonymous else None
    post.speaks_to_id = _spoken_to(thread, post)
    if is_held(thread, actor):
        post.state = Post.State.HELD
    post.save(force_insert=True)
    mention(post, thread.forum)
    attach_files(post=post, alts=words.alts)
    keep_check(post=post, kinds=kinds, reason=words.reason)
    Voice.objects.bulk_create([Voice(thread=thread, person=actor, number=post.alias_number or 0)], ignore_conflicts=True)
    if post.state == Post.State.SHOWN:
        take_in(thread, post)
    else:
        tell_trainers(actor=actor, forum=thread.forum, key=f"forums.held:{post.pk}", post=post)
    mark_read(actor=actor, thread=thread, first=post.pk, last=post.pk)
    ThreadRead.objects.filter(person=actor, thread=thread, spoke_at=None).update(spoke_at=post.posted_at)
    return post


def _alias_in(thread: Thread, person: User) -> int:
    """The number under which this person is anonymous in a locked thread: always the same there, and nothing can be told from it."""
    own = thread.voices.filter(person=person, number__gt=0).values_list("number", flat=True).first()
    return own or (thread.voices.aggregate(last=Max("number"))["last"] or 0) + 1


def _spoken_to(thread: Thread, post: Post) -> int | None:
    """The person whose words this answers: nobody where they are one's own."""
    person = post.answers.author_id if post.answers else thread.author_id
    return person if person != post.author_id else None


def _settle_waiting(thread: Thread, post: Post) -> None:
    """What this post answers waits no longer: the post it names, and what began a person's thread, if somebody else wrote them."""
    waiting = Post.objects.filter(thread=thread, waiting=True).exclude(author=post.author_id)
    if thread.activity_id is not None:
        waiting = waiting.filter(answered_by=post)
    waiting.update(waiting=False)


def _require_sayable(actor: User, forum: Forum, words: Words) -> None:
    require_words(words.html)
    require(
        forum.allows_anonymous or not words.anonymous,
        _("In this forum everybody speaks by name. Your words are still here."),
        "anonymous",
    )
    _require_room(actor)


def _answered_now(actor: User, thread: Thread, answers: Post) -> Post:
    """The answered post as it stands now: its words may have been taken back meanwhile. Raises Refused for what the person does not see,
    whose words nobody may guess at by quoting."""
    cohort = cohort_for(actor, thread.forum)
    seen = Post.objects.visible_to(actor, cohort).filter(pk=answers.pk).first() if cohort else None
    if seen is None:
        raise Refused(_("The post you answer is not in this thread. Your words are still here."))
    return seen


def _require_open(actor: User, thread: Thread, words: Words) -> None:
    """A thread takes answers unless trainers have closed, joined or slowed it, or not yet let its beginning through."""
    if thread.merged_into is not None:
        raise_moved(thread.merged_into)
    require(
        thread.locked_at is None,
        _("This thread has been closed to answers. Your words are still here; you can begin a new thread."),
        "locked",
    )
    require(has_floor(actor, thread), _("You are listening just now. Your words are still here; keep them for later."), "not_your_turn")
    by_name = _("In a reflecting thread everybody speaks by name. Your words are still here.")
    require(not (thread.phase and words.anonymous), by_name, "anonymous")
    waits = thread.activity_id is None and not thread.posts.shown().exists()
    first = _("A trainer reads the beginning of this thread first. Your words are still here.")
    require(not waits or is_held(thread, actor), first, "held")
    if thread.slow_hours and not can_moderate(actor, thread.forum):
        since = timezone.now() - datetime.timedelta(hours=thread.slow_hours)
        last = thread.posts.filter(author=actor, posted_at__gt=since).order_by("-posted_at").first()
        sentence = _("In this thread everybody posts once in %(hours)s hours. Your words are still here; post them later.")
        require(last is None, sentence % {"hours": thread.slow_hours}, "slow")


def raise_moved(to: Thread) -> None:
    """The thread has been joined to another: says which."""
    require(False, _("This thread now goes on in “%(title)s”. Your words are still here; post them there.") % {"title": to.title}, "moved")


def _require_quotable(thread: Thread, answers: Post | None, words: str) -> None:
    """Quoted words must stand in the post that is answered, give or take white space: nobody is made to say what they did not."""
    if answers is not None:
        there = answers.thread_id == thread.pk and answers.state not in Post.UNSEEN
        require(there, _("The post you answer is not in this thread. Your words are still here."))
    if words:
        said = " ".join(answers.plain.split()) if answers is not None and answers.has_words else ""
        require(words in said, _("The quoted words do not stand in the post you answer. Your words are still here."), "quote")
        limit = _("Please quote fewer words: there is room for %(limit)s characters. Your words are still here.") % {"limit": QUOTE_LENGTH}
        require(len(words) <= QUOTE_LENGTH, limit, "quote")


def _require_room(actor: User) -> None:
    """Not more than POSTS within POSTS_WITHIN. Exact, because `hold_person` lets one post of a person in at a time."""
    recent = Post.objects.filter(author=actor, posted_at__gt=timezone.now() - POSTS_WITHIN).count()
    sentence = _(
        "You have posted %(count)s times within ten minutes. That is the limit. Your words are still here; send them a little later."
    )
    require(recent < POSTS, sentence % {"count": POSTS}, "too-fast")
