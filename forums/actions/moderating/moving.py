"""A thread to another forum, some of its posts into a thread of their own, two threads into one. No post is lost on the way.

Posts keep their numbers, and with them their order, their files, and who has read them. Numbers of anonymous voices belong to a
thread: whoever comes along gets the number they have there, or the next.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable
from uuid import uuid4

from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils.translation import gettext as _

from forums.actions.moderating.claims import lock_to_moderate
from forums.actions.moderating.threads import require_title
from forums.actions.posting import lock_thread, settle_thread
from forums.actions.telling import reason, tell_person
from forums.models import Forum, Hold, Level, ModerationAct, Post, Reaction, Thread, ThreadRead, Voice
from forums.people import members_of
from forums.permissions import can_moderate, trainers_of
from lms.permissions import require
from lms.users.models import User

Verb = ModerationAct.Verb


@transaction.atomic
def move_thread(*, actor: User, thread: Thread, to: Forum, why: str) -> Thread:
    """To another forum of the cohort that the actor looks after. Nobody reads there what was not said to them, and whoever has
    spoken goes on seeing it. Again is harmless. Raises Refused with a sentence for the trainer."""
    if thread.forum_id == to.pk:
        return thread
    thread = lock_to_moderate(actor, thread)
    came_from = thread.forum
    why = reason(why, actor=actor, person=thread.author)
    _require_movable(thread)
    require(can_moderate(actor, to) and to.cohort_id == came_from.cohort_id, _("Please choose a forum of this cohort."), "to")
    _require_readers_stay(thread, to)
    thread.forum = to
    thread.save(update_fields=["forum"])
    Hold.objects.filter(thread=thread).update(forum=to)
    tell_person(actor=actor, verb=Verb.MOVE, forum=came_from, thread=thread, person=thread.author, why=why)
    tell_person(actor=actor, verb=Verb.MOVE, forum=to, thread=thread)
    return thread


@transaction.atomic
def split_thread(*, actor: User, thread: Thread, posts: Collection[int], title: str, why: str) -> Thread:
    """These posts (their ids) go into a thread of their own, begun by whoever said the first of them. Returns it.

    Everybody whose words go along is told. Raises Refused with a sentence for the trainer.
    """
    thread = lock_to_moderate(actor, thread)
    _require_movable(thread, question=True)
    require(not thread.asks_to_write_first, _("Here people write before they read; these posts stay together."), "posts")
    line = require_title(title)
    chosen = list(thread.posts.filter(pk__in=set(posts)).select_related("author").order_by("pk"))
    _require_chosen(thread, chosen, wanted=len(set(posts)))
    people = list(dict.fromkeys(post.author for post in chosen))
    others = [person for person in people if person != actor]
    why = reason(why, actor=actor, person=others[0] if others else None)
    new = Thread.objects.create(forum=thread.forum, author=chosen[0].author, title=line)
    _carry(chosen, thread, new)
    new.alias_number = chosen[0].alias_number
    new.created_at = chosen[0].posted_at
    new.save(update_fields=["alias_number", "created_at"])
    _begin_anew(chosen, new)
    reads = ThreadRead.objects.filter(thread=thread)
    ThreadRead.objects.bulk_create(ThreadRead(person_id=read.person_id, thread=new, last_read=read.last_read, at=read.at) for read in reads)
    _copy_levels(thread, new)
    for one in (thread, new):
        _settle(one)
    for number, person in enumerate(people):
        tell_person(actor=actor, verb=Verb.SPLIT, forum=new.forum, thread=new, person=person, why=why, in_log=number == 0)
    return new


@transaction.atomic
def merge_threads(*, actor: User, thread: Thread, into: Thread, why: str) -> Thread:
    """All its posts go on in the other thread of the same forum, in the order in which they were said; its address leads there.

    Again is harmless. Raises Refused with a sentence for the trainer. Returns the other thread.
    """
    first, second = sorted((thread, into), key=lambda one: one.pk)
    held = {one.pk: one for one in (lock_to_moderate(actor, first), lock_thread(second))}
    thread, into = held[thread.pk], held[into.pk]
    if thread.merged_into_id == into.pk:
        return into
    require(thread.pk != into.pk and into.forum_id == thread.forum_id, _("Please choose another thread of the same forum."), "into")
    _require_movable(thread)
    _require_movable(into, question=True)
    why = reason(why, actor=actor, person=thread.author)
    _unite_reads(thread, into)
    _carry(list(thread.posts.order_by("pk")), thread, into)
    Thread.objects.filter(Q(pk=thread.pk) | Q(merged_into=thread)).update(merged_into=into)
    thread.merged_into = into
    Hold.objects.filter(thread=thread).update(thread=into)
    _copy_levels(thread, into)
    for one in (thread, into):
        _settle(one)
    tell_person(actor=actor, verb=Verb.MERGE, forum=into.forum, thread=into, person=thread.author, why=why)
    return into


# --- what is refused ------------------------------------------------------------------------------------------------


def _require_movable(thread: Thread, *, question: bool = False) -> None:
    """A question of the course stays where it is asked, and a reflecting thread stays whole."""
    require(thread.merged_into_id is None, _("This thread has been joined to another one. Please look after that one."), "moved")
    require(question or thread.activity_id is None, _("A question of the course stays where it is asked."))
    require(not thread.phase, _("A reflecting thread stays as it is."))


def _require_readers_stay(thread: Thread, to: Forum) -> None:
    here, there = (set(members_of(forum).values_list("person", flat=True)) for forum in (thread.forum, to))
    spoke = set(thread.posts.values_list("author", flat=True))
    trainers = set(trainers_of(thread.forum).values_list("person", flat=True))
    widened = _("People who were not spoken to would read it there. Please ask whoever wrote it to say it there themselves.")
    answered = set(thread.posts.exclude(answers=None).values_list("answers__author", flat=True))
    named = answered | set(Reaction.objects.filter(post__thread=thread).values_list("person", flat=True))
    require(there <= here or spoke | named <= trainers, widened, "to")
    require(not (spoke & here) - there, _("Somebody who has spoken in it would not see it there any more."), "to")


def _require_chosen(thread: Thread, chosen: list[Post], *, wanted: int) -> None:
    require(bool(chosen) and len(chosen) == wanted, _("Please choose the posts that are to go along."), "posts")
    if thread.activity_id is None:
        first = thread.posts.order_by("pk").values_list("pk", flat=True).first()
        require(chosen[0].pk != first, _("The first post stays: the thread is about it. You can give the thread another title."), "posts")


# --- what goes along ------------------------------------------------------------------------------------------------


def _carry(posts: list[Post], here: Thread, there: Thread) -> None:
    """The posts into the other locked thread, each anonymous one under its author's number there."""
    sent = set(there.posts.values_list("author", "client_id"))
    numbers = _numbers(there, (post.author_id for post in posts if post.alias_number))
    for post in posts:
        post.thread = there
        if post.alias_number:
            post.alias_number = numbers[post.author_id]
        if (post.author_id, post.client_id) in sent:  # a browser gave two posts one name; within a thread it names one
            post.client_id = uuid4()
        sent.add((post.author_id, post.client_id))
    Post.objects.bulk_update(posts, ["thread", "alias_number", "client_id"], batch_size=500)
    ModerationAct.objects.filter(post__in=[post.pk for post in posts]).update(thread=there)
    for thread in (here, there):
        _settle_voices(thread)


def _numbers(thread: Thread, people: Iterable[int]) -> dict[int, int]:
    """Who is anonymous under which number in this thread, these people included."""
    known = dict(thread.voices.filter(number__gt=0).values_list("person", "number"))
    following = (thread.voices.aggregate(last=Max("number"))["last"] or 0) + 1
    for person in people:
        if person not in known:
            known[person] = following
            following += 1
    return known


def _settle_voices(thread: Thread) -> None:
    """Who has spoken there since when, and which numbers are given away for good."""
    shown = thread.posts.shown().values_list("author", "alias_number").annotate(at=Min("posted_at"))
    spoke = {(author, number or 0): at for author, number, at in shown.order_by()}
    every = set(thread.posts.order_by().values_list("author", "alias_number").distinct())
    Voice.objects.bulk_create(
        (Voice(thread=thread, person_id=author, number=number or 0) for author, number in every), ignore_conflicts=True
    )
    voices = list(thread.voices.all())
    for voice in voices:
        voice.spoke_at = spoke.get((voice.person_id, voice.number))
    Voice.objects.bulk_update(voices, ["spoke_at"])


def _begin_anew(posts: list[Post], new: Thread) -> None:
    """What answered nobody in particular speaks to whoever begins the new thread, which waits unless somebody else has spoken in it."""
    for post in posts:
        if post.answers_id is None:
            post.speaks_to_id = new.author_id if post.author_id != new.author_id else None
        post.waiting = False
    posts[0].waiting = all(post.author_id == new.author_id for post in posts)
    Post.objects.bulk_update(posts, ["speaks_to", "waiting"], batch_size=500)


def _settle(thread: Thread) -> None:
    """Brings up to date what a thread says of its posts: who waits, the last word, who has spoken."""
    opening = thread.posts.order_by("pk").first() if thread.activity_id is None else None
    if opening is not None and not thread.posts.in_words().exclude(author=opening.author_id).exists():
        Post.objects.filter(pk=opening.pk).update(waiting=True)
    settle_thread(thread)
    spoke = dict(thread.posts.order_by().values_list("author").annotate(first=Min("posted_at")))
    reads = list(ThreadRead.objects.filter(thread=thread))
    for read in reads:
        read.spoke_at = spoke.get(read.person_id)
    ThreadRead.objects.bulk_update(reads, ["spoke_at"])


def _unite_reads(thread: Thread, into: Thread) -> None:
    """Everybody has read the united thread up to the first post they have not read in either."""
    theirs = [dict(ThreadRead.objects.filter(thread=one).values_list("person", "last_read")) for one in (thread, into)]
    pks = [list(one.posts.order_by("pk").values_list("pk", flat=True)) for one in (thread, into)]
    both = sorted(pks[0] + pks[1])
    ThreadRead.objects.bulk_create((ThreadRead(person_id=person, thread=into) for person in theirs[0]), ignore_conflicts=True)
    reads = list(ThreadRead.objects.filter(thread=into))
    for read in reads:
        unread = [_after(own, last.get(read.person_id, 0)) for own, last in zip(pks, theirs, strict=True)]
        first = min((pk for pk in unread if pk is not None), default=None)
        read.last_read = _before(both, first) if first else max(both, default=0)
    ThreadRead.objects.bulk_update(reads, ["last_read"])


def _copy_levels(here: Thread, there: Thread) -> None:
    """Whoever wanted to hear of the one, or not, wants the same of the other, unless they have chosen there."""
    chose = Level.objects.filter(thread=here).values_list("person", "much")
    Level.objects.bulk_create((Level(thread=there, person_id=person, much=much) for person, much in chose), ignore_conflicts=True)


def _after(pks: list[int], last: int) -> int | None:
    at = bisect_right(pks, last)
    return pks[at] if at < len(pks) else None


def _before(pks: list[int], first: int) -> int:
    at = bisect_right(pks, first - 1)
    return pks[at - 1] if at else 0
