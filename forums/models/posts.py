"""Posts: what somebody said, its earlier words, who was named in it and how others took it; and words not yet posted."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Cohort
from courses.permissions import part_in
from forums.models.threads import Thread, ThreadRead, alias, threads_seen
from lms.permissions import Part, Verb, may

if TYPE_CHECKING:
    from lms.users.models import User

QUOTE_LENGTH = 500
_STANDING = ("withdrawn_at", "state", "state_until")  # what says whether words stand
_ON_PAGE = (
    *("thread_id", "author_id", "alias_number", "client_id", "html", "quoted", "posted_at", "edited_at", "state_why", *_STANDING),
    *(f"answers__{name}" for name in ("thread_id", "author_id", "alias_number", *_STANDING)),
    *("author__display_name", "answers__author__display_name"),
)


def with_words(to: str = "", now: datetime.datetime | None = None) -> Q:
    """The condition for posts whose words everybody who sees the thread may read now; `Post.has_words` says the same of one. `to` is
    the way to them, such as "post__"."""
    over = Q(**{f"{to}state": Post.State.PAUSED, f"{to}state_until__lte": now or timezone.now()})
    return Q(**{f"{to}withdrawn_at": None}) & (Q(**{f"{to}state": Post.State.SHOWN}) | over)


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: User | AnonymousUser, cohort: Cohort, part: Part | None = None) -> PostQuerySet:
        """Posts of the threads this person sees. What is held is for its author and the trainers; where a question of the course
        says "write before you read", others' posts are for who has written, and for all once it takes no more answers."""
        part = part or part_in(user, cohort)
        seen = self.filter(threads_seen(user, cohort, part, "thread__"))
        if may(part, Verb.MODERATE):
            return seen
        spoke = ThreadRead.objects.filter(thread=OuterRef("thread"), person=user.pk, spoke_at__isnull=False)
        free = Q(thread__activity=None) | Q(thread__activity__write_first=False) | Q(thread__locked_at__isnull=False)
        readable = free | Q(author=user.pk) | Q(Exists(spoke))
        return seen.filter(~Q(state__in=Post.UNSEEN) | Q(author=user.pk)).filter(readable)

    def shown(self) -> PostQuerySet:
        """What has a place in its thread for everybody: not what waits for a trainer's approval, or did not get it."""
        return self.exclude(state__in=Post.UNSEEN)

    def in_words(self, now: datetime.datetime | None = None) -> PostQuerySet:
        """Whose words may be read: neither held, hidden, paused nor withdrawn. A pause ends by itself."""
        return self.filter(with_words(now=now))

    def for_page(self) -> PostQuerySet:
        """With what a page shows beside the words, and without the words that were answered; and whether files stand with it."""
        from forums.models.files import PostFile

        files = Exists(PostFile.objects.filter(post=OuterRef("pk")))
        return self.select_related("author", "answers__author").only(*_ON_PAGE).annotate(with_files=files)  # type: ignore[no-redef]

    def answers_unread_by(self, user: User, now: datetime.datetime | None = None) -> PostQuerySet:
        """What others said to this person and the person has not read. Whoever spoke in a thread has a ThreadRead there."""
        return self.in_words(now).filter(speaks_to=user, thread__reads__person=user, pk__gt=F("thread__reads__last_read"))

    def unanswered_by(self, user: User, now: datetime.datetime | None = None) -> PostQuerySet:
        """Openings of others that nobody has answered."""
        return self.in_words(now).filter(waiting=True).exclude(author=user)


class Post(models.Model):
    """What somebody said in a thread. client_id is the browser's name for it, so a retry is harmless.

    Posts of one thread are numbered in the order in which they became visible, because the thread's row is locked for each:
    "all after n" misses nothing. What is called `public_…` may be known to everybody who sees the post; the author of an anonymous
    one is for trainers (`forums.reading`) and for nobody else.
    """

    class State(models.TextChoices):
        SHOWN = "shown", _("Shown")
        HELD = "held", _("Waits for a trainer")  # only the author and the trainers see that it is there
        HIDDEN = "hidden", _("Hidden by a trainer")  # the place stays, the words are for the author and the trainers
        PAUSED = "paused", _("Paused")  # the same until `state_until`, because somebody who is written about asked to talk first
        REWORK = "rework", _("Its author was asked for other words")  # the same until they are there
        DECLINED = "declined", _("Not let through by a trainer")  # as what is held

    UNSEEN = (State.HELD, State.DECLINED)
    answers_you = False  # on what `forums.reading.waiting` finds
    with_files: bool  # on what `for_page` returns
    excerpt: str  # on what `forums.finding` returns

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    alias_number = models.PositiveSmallIntegerField(null=True)  # anonymous to peers, under this alias in its thread
    client_id = models.UUIDField()
    html = models.TextField()  # cleaned by lms.richtext on its way in; empty once withdrawn
    plain = models.TextField(default="", blank=True)  # the same words without marks, for lists, quotations and search
    cleaned_with = models.CharField(max_length=40)
    answers = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="answered_by")
    quoted = models.CharField(max_length=QUOTE_LENGTH, blank=True)  # plain words that stood in the answered post
    # Whose words it answers: the answered post's author, or who began the thread. Null where that is nobody else.
    speaks_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    posted_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)  # the words are gone, the place and the answers stay
    waiting = models.BooleanField(default=False)  # an opening that nobody else has answered yet
    state = models.CharField(max_length=8, choices=State.choices, default=State.SHOWN)
    state_until = models.DateTimeField(null=True)  # when what is paused is shown again by itself
    state_why = models.CharField(max_length=400, blank=True)  # what a trainer says to everybody who finds the place empty
    shown_after_rework = models.BooleanField(default=False)  # else a trainer reads the other words first
    told_at = models.DateTimeField(null=True)  # when those who are to hear of it had been told (forums.tasks)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["author", "client_id", "thread"], name="post_sent_once")]
        indexes = [
            models.Index(fields=["thread", "id"], name="post_in_thread"),
            models.Index(fields=["author", "posted_at"], name="post_by_author"),
            models.Index(fields=["speaks_to", "thread", "id"], name="post_speaks_to"),
            models.Index(fields=["thread", "posted_at"], condition=Q(waiting=True), name="post_waiting"),
            models.Index(fields=["posted_at"], condition=Q(told_at=None), name="post_untold"),
            models.Index(fields=["state", "state_until"], condition=~Q(state="shown"), name="post_not_shown"),
        ]

    def __str__(self) -> str:
        return f"Post {self.pk}"  # never the words: this reaches logs

    def get_absolute_url(self) -> str:
        """The page of its thread that begins with it, in the cohort it belongs to. Free if thread__forum__cohort was selected.

        A post of the commons has no cohort of its own: its address leads each reader by way of theirs.
        """
        cohort = self.thread.forum.cohort
        page = (
            reverse("forums:thread", args=[cohort.slug, self.thread_id])
            if cohort
            else reverse("forums:thread-anywhere", args=[self.thread_id])
        )
        return f"{page}?from={self.pk}#post-{self.pk}"

    @property
    def public_name(self) -> str:
        return alias(self.alias_number) if self.alias_number else self.author.display_name

    @property
    def public_initials(self) -> str:
        return f"{self.alias_number}" if self.alias_number else self.author.initials

    @property
    def public_tone(self) -> int:
        """A number for one of the tones of a face; of an anonymous author it says nothing."""
        return self.alias_number or self.author_id

    @property
    def has_words(self) -> bool:
        """Whether its words may be read by everybody who sees the thread (`with_words` in SQL)."""
        rested = self.state == self.State.PAUSED and self.state_until is not None and self.state_until <= timezone.now()
        return self.withdrawn_at is None and (self.state == self.State.SHOWN or rested)

    @property
    def is_asked_back(self) -> bool:
        """Whether its author may find other words for it (`forums.actions.moderating.hiding.rework_post`)."""
        return self.withdrawn_at is None and self.state in (self.State.REWORK, self.State.DECLINED)


class PostRevision(models.Model):
    """Words that a post had before: members who see the post may read them, unless it was withdrawn."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions")
    html = models.TextField()
    why = models.CharField(max_length=200, blank=True)  # asked for when others had answered already
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-replaced_at", "-pk"]

    def __str__(self) -> str:
        return f"Post revision {self.pk}"


class Mention(models.Model):
    """Somebody was named with @ in a post they may see."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="mention_once")]

    def __str__(self) -> str:
        return f"Mention {self.pk}"


class Reaction(models.Model):
    """A quiet answer without words of one's own. Shown as names, never counted."""

    class Kind(models.TextChoices):
        HEARD = "heard", _("Heard")
        MOVED = "moved", _("Moved")
        WITH_YOU = "with_you", _("With you")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reactions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["post", "person", "kind"], name="reaction_once")]

    def __str__(self) -> str:
        return f"Reaction {self.pk}"


class Draft(models.Model):
    """Words not yet posted, so that they can be gone on with on another device. Sealed under their author's key."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=40)  # "reply:<thread>" or "new:<forum>"
    sealed = models.BinaryField()
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "place"], name="draft_once")]

    def __str__(self) -> str:
        return f"Draft {self.pk}"
