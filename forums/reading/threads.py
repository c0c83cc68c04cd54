"""What a page of a thread holds: the same for the forum's own page and for an activity that shows its thread.

Pages go by key: the posts from one id on, or before one. A page among 10,000 posts costs what it costs among 20.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Cohort
from courses.permissions import Place, places_of, standing_for
from forums.actions.drafts import read_draft
from forums.forms.threads import ReplyForm
from forums.models import PAGE, Forum, Post, PostFile, Thread
from forums.permissions import can_facilitate, moderates
from forums.reading.extras import NOTHING, Beside, beside_posts
from forums.reading.files import Composing, composing_of_draft, files_of, initial_of
from forums.reading.reflecting import Form, form_of
from lms.permissions import Part, Verb, may
from lms.prepared import Prepared
from lms.users.models import User

ONLY_FOR_SOME = {
    Post.State.HELD: gettext_lazy("Only its author and the trainers see this. A trainer reads it before everybody else does."),
    Post.State.DECLINED: gettext_lazy("Only its author and the trainers see this. A trainer has not let it through."),
    Post.State.HIDDEN: gettext_lazy("Only its author and the trainers can read this. A trainer has hidden it."),
    Post.State.PAUSED: gettext_lazy("Only its author and the trainers can read this. It rests, because somebody asked to talk first."),
    Post.State.REWORK: gettext_lazy("Only its author and the trainers can read this. Its author was asked for other words."),
}
# What a page of a thread does not show of the question it answers.
TEXTS = ("activity__html", "activity__transcript_html", "activity__module__html", "activity__module__days")
REMEMBERED = 3  # posts one has read that stand before the first new one


@dataclass(frozen=True)
class ShownPost:
    """A post as one reader meets it."""

    post: Post
    is_new: bool  # said by somebody else since the reader was last here
    begins_new: bool  # the first of those: the dividing line stands above it
    mine: bool
    to_trainer: bool  # the reader looks after this forum: knows who is anonymous, reads what is held or hidden
    thread_url: str
    beside: Beside = NOTHING
    files: list[PostFile] = field(default_factory=list)

    @property
    def name(self) -> str:
        """As everybody may know it."""
        return self.post.public_name

    @property
    def behind_alias(self) -> str:
        """Who an anonymous author is: for the trainers, and nobody else."""
        return self.post.author.display_name if self.to_trainer and self.post.alias_number else ""

    @property
    def words_stand(self) -> bool:
        """Whether this reader meets the words, or only their place."""
        return self.post.withdrawn_at is None and (self.post.has_words or self.mine or self.to_trainer)

    @property
    def gone(self) -> str:
        """What stands where the words were."""
        if self.post.withdrawn_at is not None:
            return _("%(name)s has taken these words back.") % {"name": self.name}
        if self.post.state == Post.State.PAUSED:
            return _("These words rest for a while, because somebody who is written about asked to talk first.")
        if self.post.state == Post.State.REWORK:
            return _("%(name)s is finding other words for this.") % {"name": self.name}
        return _("A trainer has hidden these words. %(why)s") % {"why": self.post.state_why}

    @property
    def quoted(self) -> str:
        """What it quotes, as long as those words may be read where they were said."""
        answered = self.post.answers
        return self.post.quoted if answered is None or answered.has_words else ""

    @property
    def only_for_some(self) -> str:
        """Beside words that not everybody meets: who does, and what comes next."""
        if self.post.has_words or self.post.withdrawn_at is not None:
            return ""
        return str(ONLY_FOR_SOME[Post.State(self.post.state)])

    @property
    def anchor(self) -> str:
        return f"post-{self.post.pk}"

    @property
    def url(self) -> str:
        """The page that begins with it."""
        return f"{self.thread_url}?from={self.post.pk}#{self.anchor}"

    @property
    def answer_url(self) -> str:
        """The page that begins with it, its composer set to answer it: for browsers without JavaScript."""
        return f"{self.thread_url}?from={self.post.pk}&answers={self.post.pk}#composer"

    @property
    def answered_url(self) -> str:
        """Where what it answers was said: perhaps in another thread, if trainers have divided this one."""
        answered = self.post.answers
        if answered is None:
            return ""
        here = answered.thread_id == self.post.thread_id
        url = self.thread_url if here else reverse("forums:thread-anywhere", args=[answered.thread_id])
        return f"{url}?from={answered.pk}#post-{answered.pk}"


@dataclass(frozen=True)
class ThreadPage:
    """`previous_key` is for ?before=, `next_key` for ?from=; None where there is nothing more."""

    thread: Thread
    posts: list[ShownPost]
    url: str
    previous_key: int | None
    next_key: int | None
    unmarked: bool  # something shown here is not yet marked as read
    may_reply: bool
    moderates: bool  # the reader looks after this forum
    reflecting: Form | None  # the form of a reflecting thread
    may_facilitate: bool
    form: ReplyForm
    answering: Post | None  # whom the composer answers
    composing: Composing
    write_first: bool = False  # nothing of others is shown until the reader has written

    @property
    def forum_url(self) -> str:
        """The list of its forum alone."""
        return f"{self.url.removesuffix(f'{self.thread.pk}/')}?in={self.thread.forum_id}"

    @property
    def first_new_url(self) -> str:
        """Where the first post stands that others have said since the reader was here; empty where there is none."""
        if not self.thread.unread or not self.thread.my_last_read or self.write_first:
            return ""
        stands_here = any(shown.begins_new for shown in self.posts) and self.first <= self.thread.my_last_read
        return "#new" if stands_here else f"{self.url}#new"

    @property
    def first(self) -> int:
        return self.posts[0].post.pk

    @property
    def last(self) -> int:
        return self.posts[-1].post.pk


def thread_page(
    user: User,
    place: Place,
    thread: Thread,
    from_: int | None = None,
    before: int | None = None,
    answers: int | None = None,
    form: ReplyForm | None = None,
    composing: Composing | None = None,
) -> ThreadPage:
    """One page of a thread that this person sees in this place (fetched through `visible_to`, with what `for_page` adds).

    Without a key, or with one beyond the thread, it opens at the first post the person has not read, or at the end. A form that
    was refused comes back in its place.
    """
    last_read = thread.my_last_read
    posts, earlier, later = _posts(user, place, thread, from_, before)
    url = reverse("forums:thread", args=[place.cohort.slug, thread.pk])
    reflecting = form_of(user, thread)
    may_reply = place.may(Verb.POST) and thread.locked_at is None and (reflecting is None or reflecting.speaks)
    draft = read_draft(actor=user, where=thread) if form is None and may_reply and thread.has_draft else None
    words = initial_of(draft)
    answers = answers or words.get("answers")
    answering = _answered(user, place, thread, answers) if answers else None
    if form is None:
        form = ReplyForm(thread=thread, initial={**words, "answers": answering})
    open_ = place.may(Verb.POST) and thread.locked_at is None
    beside = beside_posts(user, posts, url, may_react=open_ and not thread.phase)
    return ThreadPage(
        thread=thread,
        posts=_shown(posts, user, place, last_read, url, beside),
        url=url,
        previous_key=posts[0].pk if earlier else None,
        next_key=later,
        unmarked=bool(posts) and posts[-1].pk > last_read,
        may_reply=may_reply,
        reflecting=reflecting,
        may_facilitate=can_facilitate(user, thread, place.part),
        moderates=moderates(place.part),
        form=form,
        answering=answering,
        write_first=thread.my_spoke_at is None and thread.asks_to_write_first and not moderates(place.part),
        composing=composing or composing_of_draft(user, draft),
    )


def thread_or_404(user: User, place: Place, pk: int) -> Thread:
    """A thread with what its page needs. Raises Http404 for what this person does not see here."""
    found = _thread(place.part, **_standing(user, place), pk=pk) if user.is_active else []
    if not found:
        raise Http404
    return found[0]


def way_to(user: User, pk: int) -> Cohort | None:
    """The cohort by way of which this person sees the thread with this id; None if they see no such thread, by the same queries."""
    found = Thread.objects.select_related("forum__cohort").filter(pk=pk).first()
    ways = [(place.cohort, Part(place.part)) for place in places_of(user)]
    if found and found.forum.cohort and user.coordinates and found.forum.cohort not in dict(ways):
        ways.insert(0, (found.forum.cohort, Part.COORDINATOR))
    for cohort, part in sorted(ways, key=lambda way: not (found and _leads(way, found.forum)))[:1]:
        if Thread.objects.visible_to(user, cohort, part).filter(pk=pk).exists():
            return cohort
    return None


def _leads(way: tuple[Cohort, Part], forum: Forum) -> bool:
    cohort, part = way
    return cohort.pk == forum.cohort_id or (cohort.programme_id == forum.programme_id and may(part, Verb.SEE_COMMONS))


def _standing(user: User, place: Place) -> dict[str, Any]:
    """Who asks and from where, as the questions below take it."""
    cohort = place.cohort
    return {"person": user.pk, "cohort": cohort.pk, "programme": cohort.programme_id, "today": cohort.today()}


@Prepared
def _thread(part: Part, *, person: int, cohort: int, programme: int, today: datetime.date, pk: int) -> QuerySet[Thread]:
    user, here = User(pk=person), standing_for(cohort, programme, today)
    visible = Thread.objects.visible_to(user, here, part).for_page(user, part).filter(pk=pk)
    return visible.select_related("forum__cohort", "author", "activity__module").defer(*TEXTS)


@Prepared
def _some_posts(
    part: Part, order: str, *, person: int, cohort: int, programme: int, today: datetime.date, thread: int, first: int, last: int
) -> QuerySet[Post]:
    """The posts of a thread between these ids that a page may show, and one more. Bounds are numbers: then PostgreSQL knows how few
    posts lie within."""
    seen = Post.objects.filter(thread=thread).visible_to(User(pk=person), standing_for(cohort, programme, today), part)
    return seen.filter(pk__gte=first, pk__lte=last).for_page().order_by(order)[: PAGE + 1]


def _posts(user: User, place: Place, thread: Thread, from_: int | None, before: int | None) -> tuple[list[Post], bool, int | None]:
    """The posts of a page; whether there are earlier ones; the id with which the next page begins. One query, or two where some of the
    thread is read and some is new."""
    standing, last_read = _standing(user, place), thread.my_last_read

    def some(first: int, last: int, order: str = "pk") -> list[Post]:
        return _some_posts(place.part, order, **standing, thread=thread.pk, first=first, last=last)

    if from_ and (page := some(max(from_, thread.first_pk), thread.last_pk)):
        return page[:PAGE], page[0].pk > thread.first_pk, _key_after(page)
    if before and (page := some(thread.first_pk, min(before - 1, thread.last_pk), "-pk")):
        later = before if before <= thread.last_pk else None
        return page[:PAGE][::-1], len(page) > PAGE, later
    new = some(last_read + 1, thread.last_pk) if last_read < thread.last_pk else []
    read = some(thread.first_pk, min(last_read, thread.last_pk), "-pk") if last_read else []
    room = max(PAGE - len(new), min(REMEMBERED, len(read)))
    page = read[:room][::-1] + new
    return page[:PAGE], len(read) > room, _key_after(page)


def _answered(user: User, place: Place, thread: Thread, pk: int) -> Post | None:
    """The post with this id, if the person sees it in this thread."""
    seen = thread.posts.visible_to(user, place.cohort, place.part)
    return seen.select_related("author").filter(pk=pk, pk__gte=thread.first_pk, pk__lte=thread.last_pk).first()


def _key_after(page: list[Post]) -> int | None:
    return page[PAGE].pk if len(page) > PAGE else None


def _shown(posts: list[Post], user: User, place: Place, last_read: int, thread_url: str, beside: dict[int, Beside]) -> list[ShownPost]:
    """What a first visit shows is not "new since you were here"."""
    new = [post.pk for post in posts if last_read and post.pk > last_read and post.author_id != user.pk]
    first = min(new, default=0)
    trainer = moderates(place.part)
    files = files_of([post for post in posts if post.with_files])
    return [
        ShownPost(
            post,
            post.pk in new,
            post.pk == first,
            post.author_id == user.pk,
            trainer,
            thread_url,
            beside.get(post.pk, NOTHING),
            files.get(post.pk, []),
        )
        for post in posts
    ]
