"""Which posts are wanted, and the words around what was looked for."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchVector
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Substr
from django.utils import timezone

from forums.models import Forum, PostFile, Thread
from forums.models.posts import PostQuerySet

if TYPE_CHECKING:
    from lms.users.models import User

BEGIN, END = "\ue000", "\ue001"  # around a found word until it is drawn; Unicode keeps these for private use
EXCERPT = 36  # words shown of a post
GLIMPSE = 280  # characters shown of a post that was not looked for by words
_MARKED = re.compile(f"{BEGIN}([^{BEGIN}{END}]*){END}")


@dataclass(frozen=True)
class Wanted:
    """What posts have in common; None or empty where it is all the same. Days are days of the person's own zone."""

    words: tuple[str, ...] = ()
    author: int | None = None
    forum: Forum | None = None
    from_on: datetime.date | None = None
    until_on: datetime.date | None = None
    with_files: bool = False

    @property
    def anything(self) -> bool:
        return bool(self.words or self.author or self.from_on or self.until_on or self.with_files)


def words_of(text: str) -> tuple[str, ...]:
    """The words of what was typed. Whatever means something to a search engine is taken as a word, or as nothing."""
    bare = (word.replace('"', "").replace(BEGIN, "").replace(END, "") for word in text.split())
    return tuple(word for word in bare if any(character.isalnum() for character in word))


def narrow(posts: PostQuerySet, wanted: Wanted, user: User, *, knows_authors: bool) -> PostQuerySet:
    """The posts among these that are wanted, with `excerpt`. Who is anonymous is found by their name by nobody but themselves, and
    by who knows anyway."""
    found = _say(posts, wanted.words, user.language)
    if wanted.author:
        by_name = Q() if knows_authors or wanted.author == user.pk else Q(alias_number=None)
        found = found.filter(by_name, author=wanted.author)
    if wanted.forum:
        found = found.filter(thread__forum=wanted.forum)
    if wanted.from_on:
        found = found.filter(posted_at__gte=_midnight(wanted.from_on))
    if wanted.until_on:
        found = found.filter(posted_at__lt=_midnight(wanted.until_on + datetime.timedelta(days=1)))
    if wanted.with_files:
        found = found.filter(Exists(PostFile.objects.filter(post=OuterRef("pk"))))
    return found


def titled(threads: QuerySet[Thread], wanted: Wanted) -> QuerySet[Thread]:
    """The threads among these whose title has all these words; of one forum, if one is wanted."""
    for word in wanted.words:
        threads = threads.filter(title__icontains=word)
    return threads.filter(forum=wanted.forum) if wanted.forum else threads


def pieces(excerpt: str) -> list[tuple[str, bool]]:
    """The excerpt cut up: (words, whether they were looked for). Nothing in it is markup."""
    cut = _MARKED.split(" ".join(excerpt.split()))
    return [(part.replace(BEGIN, "").replace(END, ""), number % 2 == 1) for number, part in enumerate(cut) if part]


def _say(posts: PostQuerySet, words: tuple[str, ...], language: str) -> PostQuerySet:
    """Those that say all these words."""
    if not words:
        return posts.annotate(excerpt=Substr("plain", 1, GLIMPSE))  # type: ignore[no-redef]
    if connection.vendor == "postgresql":
        config = "english" if language.startswith("en") else "simple"
        query = SearchQuery(" ".join(words), config=config, search_type="plain")
        headline = SearchHeadline(
            "plain", query, config=config, start_sel=BEGIN, stop_sel=END, max_words=EXCERPT, min_words=EXCERPT // 2, highlight_all=False
        )
        return posts.alias(in_words_of=SearchVector("plain", config=config)).filter(in_words_of=query).annotate(excerpt=headline)  # type: ignore[no-redef]
    match = " ".join(f'"{word}"' for word in words)  # each a phrase: no operator, no column, no syntax
    hits = RawSQL("SELECT rowid FROM forums_post_words WHERE forums_post_words MATCH %s", [match])
    snippet = RawSQL(
        "SELECT snippet(forums_post_words, 0, %s, %s, '…', %s) FROM forums_post_words"
        " WHERE forums_post_words MATCH %s AND rowid = forums_post.id",
        [BEGIN, END, EXCERPT, match],
        output_field=TextField(),
    )
    return posts.filter(pk__in=hits).annotate(excerpt=snippet)  # type: ignore[no-redef]


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), tzinfo=timezone.get_current_timezone())
