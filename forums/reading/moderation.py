"""What trainers look after, and what everybody may know of it, each gathered in a constant number of queries."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.permissions import Place
from forums.models import ActAnswer, Claim, Flag, Forum, Hold, ModerationAct, Post, PostCheck, Thread
from forums.models.posts import PostQuerySet, with_words
from forums.permissions import moderates
from lms.identifying import PHRASES, Kind
from lms.users.models import User

PAGE = 20
HOLDS = 50
CHOICE = 50  # posts of a thread to choose from at once
UNANSWERED_FOR = datetime.timedelta(days=3)
FLAGGED, HELD, NOTICED, UNANSWERED = range(4)  # the order of the queue; within it the oldest post first


@dataclass(frozen=True)
class Waiting:
    """A post that waits for a trainer, and why."""

    post: Post
    flags: list[Flag]
    check: PostCheck | None
    unanswered: bool
    claim: Claim | None
    mine: bool  # the reader has claimed it
    own: bool  # the reader wrote it: who flagged it, and in which words, is not for them

    @property
    def held(self) -> bool:
        return self.post.state == Post.State.HELD

    @property
    def noticed(self) -> list[str]:
        """What the check before posting had noticed, in words."""
        return [str(PHRASES[Kind(kind)]) for kind in self.check.kinds if kind in set(Kind)] if self.check else []

    @property
    def since(self) -> datetime.datetime:
        """Since when it waits, for the first of its reasons."""
        if self.flags:
            return min(flag.at for flag in self.flags)
        if self.check is not None and not self.held:
            return self.check.at
        return self.post.edited_at or self.post.posted_at if self.held else self.post.posted_at

    @property
    def acts(self) -> list[str]:
        """What can be done with it now, by the names of `forums.views.moderation.POST_ACTS`."""
        if self.post.withdrawn_at is not None:
            return ["settle"] if self.flags or self.check else []
        if self.post.state in Post.UNSEEN:
            return ["approve", "rework", *(["decline"] if self.held else []), "hold"]
        settle = ["settle"] if self.flags or self.check else []
        if self.post.state == Post.State.SHOWN:
            return [*settle, "rework", "hide", "hold"]
        return ["restore", *settle, "rework", *(["hide"] if self.post.state != Post.State.HIDDEN else []), "hold"]


@dataclass(frozen=True)
class Queue:
    items: list[Waiting]
    next_key: str | None
    holds: list[Hold]
    answered: list[ModerationAct]  # whom these concern has answered, and no trainer since


@dataclass(frozen=True)
class ShownAct:
    """An act as one reader may know it in full: whom it concerns, or a trainer."""

    act: ModerationAct
    thread: Thread | None  # if the reader still sees it
    to_trainer: bool
    answers: list[ActAnswer] = field(default_factory=list)

    @property
    def who(self) -> str:
        """Whoever asked for a post to rest is known to the trainers only."""
        return who_acted(self.act, to_trainer=self.to_trainer)

    @property
    def post_key(self) -> int | None:
        return self.act.post_id if self.thread is not None else None


@dataclass(frozen=True)
class LoggedAct:
    """The same in general: when, who, what, and where if the reader may see that."""

    at: datetime.datetime
    who: str
    what: str
    thread: Thread | None


def who_acted(act: ModerationAct, *, to_trainer: bool) -> str:
    if act.verb == ModerationAct.Verb.PAUSE and not to_trainer:
        return _("Somebody who is written about")
    return act.actor.display_name


def queue(user: User, place: Place, after: tuple[int, int] | None) -> Queue:
    """One page of what waits in every forum this trainer looks after here."""
    found = _waiting(Post.objects.visible_to(user, place.cohort, place.part), user)
    if after is not None:
        rank, pk = after
        found = found.filter(Q(rank__gt=rank) | Q(rank=rank, pk__gt=pk))
    page = list(found.select_related("author", "thread__forum", "claim__person", "check_passed").order_by("rank", "pk")[: PAGE + 1])
    flags = _flags_of(page[:PAGE])
    items = [_item(post, flags[post.pk], user) for post in page[:PAGE]]
    last = page[PAGE - 1] if len(page) > PAGE else None
    holds = Hold.objects.visible_to(user, place.cohort, place.part).current().select_related("forum", "thread", "person", "by")
    return Queue(items, f"{last.rank}-{last.pk}" if last else None, list(holds.order_by("until", "pk")[:HOLDS]), _answered(user, place))


def waiting_for_trainer(user: User, post: Post) -> Waiting:
    """Why this one post waits, if it does; for its own page. Two queries."""
    post = Post.objects.select_related("author", "claim__person", "check_passed", "thread__forum__cohort", "thread__author").get(pk=post.pk)
    return _item(post, _flags_of([post])[post.pk], user)


def posts_to_choose(user: User, place: Place, thread: Thread, from_: int | None) -> tuple[list[Post], int | None]:
    """Posts of a thread with their first words, from one id on; the id with which the next of them begin."""
    posts = thread.posts.visible_to(user, place.cohort, place.part).select_related("author").defer("html").order_by("pk")
    page = list((posts.filter(pk__gte=from_) if from_ else posts)[: CHOICE + 1])
    return page[:CHOICE], page[CHOICE].pk if len(page) > CHOICE else None


def acts_on(user: User, place: Place, post: Post) -> list[ShownAct]:
    """What was done about this post before, for a trainer: the newest first, with what was said to it."""
    acts = ModerationAct.objects.visible_to(user, place.cohort, place.part).filter(post=post)
    return in_full(user, place, list(acts.select_related("actor", "person", "forum")[:PAGE]))


def acts_about(user: User, place: Place, before: int | None) -> tuple[list[ShownAct], int | None]:
    """One page of what was done with this person's words here, the newest first; the key of what is older."""
    acts = ModerationAct.objects.visible_to(user, place.cohort, place.part).filter(person=user).order_by("-pk")
    page = list((acts.filter(pk__lt=before) if before else acts).select_related("actor", "person", "forum")[: PAGE + 1])
    return in_full(user, place, page[:PAGE]), page[PAGE - 1].pk if len(page) > PAGE else None


def in_full(user: User, place: Place, acts: list[ModerationAct]) -> list[ShownAct]:
    """These acts with what was said to them. Two queries."""
    threads = _visible_threads(user, place, acts)
    answers: dict[int, list[ActAnswer]] = defaultdict(list)
    for answer in ActAnswer.objects.filter(act__in=[act.pk for act in acts]).select_related("author"):
        answers[answer.act_id].append(answer)
    trainer = moderates(place.part)
    return [ShownAct(act, threads.get(act.thread_id or 0), trainer and not _only_mine(act, user), answers[act.pk]) for act in acts]


def log_of(user: User, place: Place, forum: Forum, before: int | None) -> tuple[list[LoggedAct], int | None]:
    """One page of what was done in this forum, as every member of it may know; the key of what is older."""
    acts = ModerationAct.objects.filter(forum=forum).in_general().select_related("actor").order_by("-pk")
    page = list((acts.filter(pk__lt=before) if before else acts)[: PAGE + 1])
    threads = _visible_threads(user, place, page)
    logged = [
        LoggedAct(act.at, who_acted(act, to_trainer=False), act.get_verb_display(), threads.get(act.thread_id or 0)) for act in page[:PAGE]
    ]
    return logged, page[PAGE - 1].pk if len(page) > PAGE else None


# --- inside ---------------------------------------------------------------------------------------------------------


def _waiting(posts: PostQuerySet, user: User) -> Any:
    """Those that wait for a trainer, each with its rank: posts that carry what was added. A worry about oneself is not among them."""
    flags = Flag.objects.waiting().exclude(kind=Flag.Kind.WORRIED, post__author=user)
    flagged = Exists(flags.filter(post=OuterRef("pk")))
    noticed = Exists(PostCheck.objects.filter(post=OuterRef("pk"), settled_at=None))
    held, long_ago = Q(state=Post.State.HELD), timezone.now() - UNANSWERED_FOR
    unanswered = Q(waiting=True, posted_at__lte=long_ago, thread__locked_at=None, thread__merged_into=None) & with_words()
    rank = Case(When(flagged, then=Value(FLAGGED)), When(held, then=Value(HELD)), When(noticed, then=Value(NOTICED)), default=UNANSWERED)
    waits = posts.filter(Q(flagged) | held | Q(noticed) | unanswered, withdrawn_at=None)
    return waits.annotate(rank=rank)


def _flags_of(posts: list[Post]) -> dict[int, list[Flag]]:
    flags: dict[int, list[Flag]] = defaultdict(list)
    for flag in Flag.objects.waiting().filter(post__in=[post.pk for post in posts]).select_related("person", "request__sent_to"):
        flags[flag.post_id].append(flag)
    return flags


def _item(post: Post, flags: list[Flag], user: User) -> Waiting:
    check: PostCheck | None = getattr(post, "check_passed", None)
    claim: Claim | None = getattr(post, "claim", None)
    open_check = check if check is not None and check.settled_at is None else None
    current = claim if claim is not None and claim.until > timezone.now() else None
    old = post.waiting and post.has_words and post.posted_at <= timezone.now() - UNANSWERED_FOR
    mine = current is not None and current.person_id == user.pk
    if post.author_id == user.pk:
        flags = [flag for flag in flags if flag.kind != Flag.Kind.WORRIED]
    return Waiting(post, flags, open_check, old, current, mine, post.author_id == user.pk)


def _answered(user: User, place: Place) -> list[ModerationAct]:
    last = ActAnswer.objects.filter(act=OuterRef("pk")).order_by("-pk").values("author")[:1]
    acts = ModerationAct.objects.visible_to(user, place.cohort, place.part).annotate(spoke_last=Subquery(last))
    theirs = acts.filter(spoke_last=F("person")).exclude(person=user)
    return list(theirs.select_related("actor", "person").order_by("pk")[:PAGE])


def _visible_threads(user: User, place: Place, acts: list[ModerationAct]) -> dict[int, Thread]:
    wanted = {act.thread_id for act in acts if act.thread_id}
    seen = Thread.objects.visible_to(user, place.cohort, place.part).filter(pk__in=wanted, merged_into=None)
    return {thread.pk: thread for thread in seen}


def _only_mine(act: ModerationAct, user: User) -> bool:
    """A trainer whose own words it concerns is told no more than anybody else would be."""
    return act.person_id == user.pk
