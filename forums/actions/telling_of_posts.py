"""Telling people of a post: whom it answers, whom it names, who follows. By a worker, so that posting costs its writer nothing more."""

import datetime
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from courses.opening import who_may_open
from forums.models import Level, Post, Thread
from forums.people import levels_in, members_of
from lms.notifications.actions.notices import notify
from lms.notifications.models import Notice
from lms.queue import enqueue

LATE = datetime.timedelta(minutes=5)  # a post of which nobody was told for so long has lost its worker
SWEPT_AT_ONCE = 500


def notice_key(post_id: int) -> str:
    """What the notices of a post are called: told twice, each person has one; a post whose words go takes them along."""
    return f"forums.post:{post_id}"


@transaction.atomic
def tell_of_post(*, post_id: int) -> int:
    """Tells of a post once, in one transaction with the note that it was done; returns how many people.

    A post without words tells nobody.
    """
    post = (
        Post.objects.select_for_update(of=("self",))
        .filter(pk=post_id)
        .select_related("author", "thread__forum__cohort", "thread__activity")
        .first()
    )
    if post is None or post.told_at is not None or not post.has_words:
        return 0
    Post.objects.filter(pk=post.pk).update(told_at=timezone.now())
    return _tell_all(post, _kinds(post))


@transaction.atomic
def tell_of_mentions(*, post_id: int) -> int:
    """Tells those whom a post names since it was changed; whoever has heard of it already hears nothing more. Returns how many people."""
    posts = Post.objects.in_words().select_related("author", "thread__forum__cohort", "thread__activity")
    post = posts.filter(pk=post_id).first()
    if post is None:
        return 0
    return _tell_all(post, {person: kind for person, kind in _kinds(post).items() if kind == Notice.Kind.MENTION})


def _tell_all(post: Post, reasons: Mapping[int, str]) -> int:
    ways = _ways_to(post.thread)
    kinds = {person: kind for person, kind in reasons.items() if person in ways and person != post.author_id}
    told = 0
    for kind, slug in sorted({(kind, ways[person]) for person, kind in kinds.items()}):
        people = [person for person, its in kinds.items() if (its, ways[person]) == (kind, slug)]
        told += _tell(post, people, Notice.Kind(kind), slug)
    return told


def sweep_untold() -> int:
    """Enqueues what should have been told by now; by the clock. Returns how many posts."""
    late = Post.objects.in_words().filter(told_at=None, posted_at__lt=timezone.now() - LATE)
    ids = list(late.order_by("posted_at").values_list("pk", flat=True)[:SWEPT_AT_ONCE])
    for pk in ids:
        enqueue("forums.tell_of_post", post_id=str(pk))
    return len(ids)


def _ways_to(thread: Thread) -> dict[int, str]:
    """Those who meet its forum, with the address of the cohort by way of which; of a question, those to whom it is open."""
    members = members_of(thread.forum).order_by("pk").values_list("person", "cohort__slug", "part")
    ways, cohort = {person: slug for person, slug, _part in members}, thread.forum.cohort
    if thread.activity is None or cohort is None:
        return ways
    open_to = who_may_open(cohort, thread.activity, {person: part for person, _slug, part in members})
    return {person: slug for person, slug in ways.items() if person in open_to}


def _kinds(post: Post) -> dict[int, str]:
    """Why each person hears of it; the nearest reason, once. Who wants to hear nothing of the thread hears nothing."""
    levels = levels_in(post.thread)
    kinds = {person: Notice.Kind.FOLLOWED.value for person, much in levels.items() if much == Level.Much.FOLLOW}
    if post.speaks_to_id:
        kinds[post.speaks_to_id] = Notice.Kind.ANSWER.value
    kinds |= dict.fromkeys(post.mentions.values_list("person", flat=True), Notice.Kind.MENTION.value)
    return {person: kind for person, kind in kinds.items() if levels.get(person) != Level.Much.MUTE}


def _tell(post: Post, people: Iterable[int], kind: Notice.Kind, cohort: str) -> int:
    """By way of the cohort by which these people meet the thread. Of somebody anonymous there is neither name nor words."""
    url = f"{reverse('forums:thread', args=[cohort, post.thread_id])}?from={post.pk}#post-{post.pk}"
    who = "" if post.alias_number else post.author.display_name
    may_carry = post.thread.forum.words_in_mail and not post.thread.asks_to_write_first
    words = post.plain if who and may_carry else ""
    return notify(people=people, kind=kind, key=notice_key(post.pk), url=url, who=who, words=words)
