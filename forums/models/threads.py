"""Threads, how far each person has read them, and under which name somebody speaks there."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from courses.models import Activity, Cohort
from courses.models.releases import is_open
from courses.permissions import part_in
from forums.models.forums import Forum
from lms.permissions import Part, Verb, may

if TYPE_CHECKING:
    from lms.users.models import User

PAGE = 20
TITLE_LENGTH = 160
_GLIMPSE = 600  # characters that are fetched for the first words of a thread


def alias(number: int) -> str:
    """What somebody is called who is anonymous to peers: the same within one thread, saying nothing about who it is."""
    return _now("Somebody (voice %(number)s)") % {"number": number}


def threads_seen(user: User | AnonymousUser, cohort: Cohort, part: Part | None, to: str = "") -> Q:
    """The condition for threads this person sees in this cohort; `to` is the way to them, such as "thread__".

    What answers a question of the course opens when the question does (`courses.opening`).
    """
    part = part or part_in(user, cohort)
    seen = Q(**{f"{to}forum__in": Forum.objects.visible_to(user, cohort, part)})
    if may(part, Verb.PREVIEW_COURSE):
        return seen
    free = Q(**{f"{to}activity": None})
    if not may(part, Verb.SEE_COURSE) or not user.is_authenticated:
        return seen & free
    return seen & (free | is_open(person=user.pk, cohort=cohort, activity=f"{to}activity"))


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, user: User | AnonymousUser, cohort: Cohort, part: Part | None = None) -> ThreadQuerySet:
        """Threads of the forums this person meets in this cohort; a question's thread once it is open for them.

        A thread of which nothing has been let through yet is for who began it and the trainers: its title is somebody's words.
        """
        from forums.models.posts import Post

        part = part or part_in(user, cohort)
        seen = self.filter(threads_seen(user, cohort, part))
        if may(part, Verb.MODERATE):
            return seen
        said = Exists(Post.objects.shown().filter(thread=OuterRef("pk")))
        return seen.filter(Q(activity__isnull=False) | Q(author=user.pk) | Q(merged_into__isnull=False) | Q(said))

    def with_mine(self, user: User) -> ThreadQuerySet:
        """With how far this person has read, whether others have said something since, since when the person has spoken, and how much
        of the thread they want to hear of: all in the query that fetches the thread."""
        from forums.models.posts import Post

        read = ThreadRead.objects.filter(person=user, thread=OuterRef("pk"))
        own = Level.objects.filter(person=user, thread=OuterRef("pk")).values("much")
        of_forum = Level.objects.filter(person=user, forum=OuterRef("forum")).values("much")
        level = Coalesce(Subquery(own), Subquery(of_forum), Value(Level.Much.ORDINARY.value))
        others = Post.objects.shown().filter(thread=OuterRef("pk")).exclude(author=user).order_by("-pk").values("pk")[:1]
        found = self.annotate(  # type: ignore[no-redef]
            my_last_read=Coalesce(Subquery(read.values("last_read")), Value(0)), latest=Coalesce(Subquery(others), Value(0))
        )
        # The latest is one step into the index; "whether there is one after the last read" PostgreSQL takes for a walk through the thread.
        return found.annotate(my_level=level, my_spoke_at=Subquery(read.values("spoke_at")), unread=Q(latest__gt=F("my_last_read")))  # type: ignore[no-redef]

    def for_page(self, user: User, part: Part | None) -> ThreadQuerySet:
        """For a page of the thread: with what is the reader's own, whether a draft of theirs is kept for it, and the ids of the first and
        the last post this person sees the place of. Without those PostgreSQL looks for the thread's next post among those of all others."""
        from forums.models.posts import Draft, Post

        here = Post.objects.filter(thread=OuterRef("pk"))
        seen = here if may(part, Verb.MODERATE) else here.filter(~Q(state=Post.State.HELD) | Q(author=user))
        first, last = (Coalesce(Subquery(seen.order_by(order).values("pk")[:1]), Value(0)) for order in ("pk", "-pk"))
        place = Concat(Value("reply:"), Cast(OuterRef("pk"), models.CharField()), output_field=models.CharField())
        drafts = Draft.objects.filter(person=user, place=place)
        return self.with_mine(user).annotate(first_pk=first, last_pk=last, has_draft=Exists(drafts))  # type: ignore[no-redef]

    def for_list(self, user: User) -> ThreadQuerySet:
        """In the order of the list: what is pinned, what waits for a response, then by the last word. With what is the reader's own
        (`with_mine`) and the first words."""
        from forums.models.posts import Post, with_words

        # What one is to write before reading does not begin to be read in the list.
        free = Q(thread__activity=None) | Q(thread__activity__write_first=False)
        opening = Post.objects.filter(with_words() & free, thread=OuterRef("pk")).order_by("pk").values("plain")[:1]
        return (
            self.with_mine(user)
            .filter(merged_into=None)
            .select_related("author", "activity__module", "forum")
            .defer("activity__html", "activity__transcript_html", "activity__module__html", "activity__module__days")
            .annotate(pinned=Q(pinned_at__isnull=False), waits=Q(waiting_since__isnull=False))
            .annotate(glimpse=Substr(Coalesce(Subquery(opening), Value("")), 1, _GLIMPSE))
            .order_by("-pinned", "-waits", "-last_post_at", "-pk")
        )


class Thread(models.Model):
    """What somebody began to talk about, or (with an activity, and no author) the answers to a question of the course."""

    # On what `with_mine` returns …
    my_last_read: int
    my_spoke_at: datetime.datetime | None
    my_level: str
    unread: bool
    # … and `for_page`.
    first_pk: int
    last_pk: int
    has_draft: bool

    forum = models.ForeignKey(Forum, on_delete=models.CASCADE, related_name="threads", db_index=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=TITLE_LENGTH)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    alias_number = models.PositiveSmallIntegerField(null=True)  # who began it is anonymous to peers
    created_at = models.DateTimeField(default=timezone.now)
    last_post_at = models.DateTimeField(default=timezone.now)  # until somebody speaks: when the thread was made
    # When the oldest post that still waits for a response was said. Kept true by actions, under a lock of this row.
    waiting_since = models.DateTimeField(null=True)
    # --- what trainers have set
    locked_at = models.DateTimeField(null=True)  # to be read, not to be answered
    pinned_at = models.DateTimeField(null=True)
    slow_hours = models.PositiveSmallIntegerField(default=0)  # one post per person in so many hours; 0: no such limit
    merged_into = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="merged")  # its posts are there now
    # --- a reflecting thread: what is happening now (lms.floor); empty: an ordinary thread
    phase = models.CharField(max_length=16, blank=True, default="")
    phase_since = models.DateTimeField(null=True)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["forum", "activity"], name="thread_once_per_question"),
            models.CheckConstraint(
                condition=Q(activity=None, author__isnull=False) | Q(activity__isnull=False, author=None),
                name="thread_of_somebody",
            ),
        ]
        indexes = [models.Index(fields=["forum", "-last_post_at"], name="thread_by_last_word")]

    def __str__(self) -> str:
        return f"Thread {self.pk}"  # never its title: this reaches logs

    @property
    def is_new(self) -> bool:
        """Whether it calls for this reader: others have said something since, and the reader has not muted it. After `with_mine`."""
        return self.unread and self.my_level != Level.Much.MUTE

    @property
    def public_name(self) -> str:
        """Who began it, as everybody may know; nothing for a question of the course."""
        if self.alias_number:
            return alias(self.alias_number)
        return self.author.display_name if self.author else ""

    @property
    def asks_to_write_first(self) -> bool:
        """Whether a question of the course shows others' answers only to who has written; see `Post.visible_to`."""
        return self.activity is not None and self.activity.write_first and self.locked_at is None


class ThreadRead(models.Model):
    """How far a person has read a thread, and since when they have spoken in it. Only the person sees it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="reads")
    last_read = models.BigIntegerField(default=0)  # id of a post: it and all before it have been shown
    at = models.DateTimeField(default=timezone.now)
    spoke_at = models.DateTimeField(null=True)  # by name or not: never shown to others, see Voice

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "thread"], name="thread_read_once")]

    def __str__(self) -> str:
        return f"Thread read {self.pk}"


class Voice(models.Model):
    """Somebody has spoken in a thread: by name (number 0), or under the alias with this number, which stays theirs there."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="voices", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(default=0)
    spoke_at = models.DateTimeField(null=True)  # empty while all they said waits for a trainer

    class Meta:
        ordering = ["spoke_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "person", "number"], name="voice_once"),
            models.UniqueConstraint(fields=["thread", "number"], condition=Q(number__gt=0), name="alias_once"),
        ]

    def __str__(self) -> str:
        return f"Voice {self.pk}"

    @property
    def public_name(self) -> str:
        return alias(self.number) if self.number else self.person.display_name


class Level(models.Model):
    """How much of a forum, or of one thread, somebody wants to hear of. Without a row: answers to oneself and mentions."""

    class Much(models.TextChoices):
        FOLLOW = "follow", _("Tell me of every post")
        ORDINARY = "ordinary", _("Tell me when somebody answers or mentions me")
        MUTE = "mute", _("Tell me nothing")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    forum = models.ForeignKey(Forum, on_delete=models.CASCADE, null=True, related_name="levels")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, null=True, related_name="levels")
    much = models.CharField(max_length=8, choices=Much.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "forum"], condition=Q(thread=None), name="level_of_forum_once"),
            models.UniqueConstraint(fields=["person", "thread"], condition=Q(forum=None), name="level_of_thread_once"),
            models.CheckConstraint(
                condition=Q(forum=None, thread__isnull=False) | Q(forum__isnull=False, thread=None), name="level_of_forum_or_thread"
            ),
        ]

    def __str__(self) -> str:
        return f"Level {self.pk}"


class ThreadSeat(models.Model):
    """What somebody is in a reflecting thread (lms.floor): who has none listens."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="seats", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seat = models.CharField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "person"], name="thread_seat_once")]

    def __str__(self) -> str:
        return f"Seat {self.pk}"
