"""What stands beside the posts of a page: how others took them, whom they name, which of one's words were taken up.

One query however many posts there are: the three kinds of rows come as one list.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, CharField, ExpressionWrapper, F, IntegerField, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from forums.models import PAGE, Mention, Post, Reaction
from forums.models.threads import alias
from lms.prepared import Prepared, padded
from lms.users.models import User

MOST_TAKEN_UP = 40  # on one page, the latest
_NAMED, _TAKEN = "named", "taken"  # among the kinds of what stands beside a post


@dataclass(frozen=True)
class Quiet:
    """One of the three quiet words, and who said it: names in the order in which they did, without the reader's own."""

    kind: str
    word: str
    names: tuple[str, ...]
    mine: bool
    may: bool  # the reader may say it, or take it back


@dataclass(frozen=True)
class TakenUp:
    """Words of the reader that somebody answered: by whom, as everybody may know, and where."""

    words: str
    name: str
    url: str


@dataclass(frozen=True)
class Beside:
    quiet: list[Quiet] = field(default_factory=list)
    names_you: bool = False
    taken_up: list[TakenUp] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        return bool(self.quiet or self.names_you or self.taken_up)


NOTHING = Beside()


def beside_posts(user: User, posts: Sequence[Post], thread_url: str, *, may_react: bool) -> dict[int, Beside]:
    """For each post its id and what stands beside it for this reader. The posts are of one thread, which the reader sees."""
    standing = [post for post in posts if post.has_words]
    if not standing:
        return {}
    rows: dict[tuple[int, str], list[_Row]] = {}
    for row in _rows(user, standing):
        rows.setdefault((row.post, row.kind), []).append(row)
    words = [(str(kind.value), str(kind.label)) for kind in Reaction.Kind]
    found = {}
    for post in standing:
        may = may_react and post.author_id != user.pk
        quiet = [_quiet(kind, word, rows.get((post.pk, kind), []), user, may) for kind, word in words]
        found[post.pk] = Beside(
            quiet=[one for one in quiet if one.may or one.mine or one.names],
            names_you=post.author_id != user.pk and (post.pk, _NAMED) in rows,
            taken_up=[_taken_up(row, thread_url) for row in rows.get((post.pk, _TAKEN), [])],
        )
    return found


# --- inside ---------------------------------------------------------------------------------------------------------


class _Row(NamedTuple):
    """Something beside a post: a reaction, a place where the reader is named, or an answer that took words up (`pk` is the answer's)."""

    post: int
    kind: str
    person: int
    name: str
    words: str
    number: int  # of the alias under which the answer was given; 0 by name
    pk: int


def _rows(user: User, posts: list[Post]) -> list[_Row]:
    """In the order in which they came; of what was taken up, what stands in the same thread: who sees the one sees the other."""
    shown, own = [post.pk for post in posts], [post.pk for post in posts if post.author_id == user.pk]
    length = PAGE if len(shown) <= PAGE else len(shown)
    values: dict[str, Any] = {"person": user.pk, "shown": padded(shown, length)}
    if own:
        values |= {"own": padded(own, length), "thread": posts[0].thread_id, "now": timezone.now()}
    return sorted((_Row(*row) for row in _ask_beside(MOST_TAKEN_UP, **values)), key=lambda row: row.pk)


@Prepared
def _ask_beside(
    most: int, *, person: int, shown: list[int], own: list[int] | None = None, thread: int = 0, now: datetime.datetime | None = None
) -> QuerySet[Any, Any]:
    """Reactions, places where this person is named and, where some posts are the person's own, what was taken up of those."""
    nothing, nobody = Value("", output_field=CharField()), Value(0, output_field=IntegerField())
    by = ("person_id", "person__display_name", nothing, nobody, "pk")
    reactions = Reaction.objects.filter(post__in=shown).order_by().values_list("post_id", "kind", *by)
    named = Mention.objects.filter(post__in=shown, person=person).order_by().values_list("post_id", _kind(_NAMED), *by)
    parts: list[QuerySet[Any, Any]] = [named]
    if own:
        # "+ 0": else the database walks through the whole thread instead of going by what is answered.
        there = ExpressionWrapper(F("thread_id") + 0, output_field=BigIntegerField())
        answers = (
            Post.objects.in_words(now).alias(there=there).filter(there=thread, answers__in=own).exclude(quoted="").exclude(author=person)
        )
        latest = Post.objects.filter(pk__in=answers.order_by("-pk").values("pk")[:most]).order_by()
        said_by = ("author_id", "author__display_name", "quoted", Coalesce("alias_number", nobody), "pk")
        parts.append(latest.values_list("answers_id", _kind(_TAKEN), *said_by))
    return reactions.union(*parts, all=True)


def _kind(name: str) -> Value:
    return Value(name, output_field=CharField())


def _quiet(kind: str, word: str, rows: list[_Row], user: User, may: bool) -> Quiet:
    mine = any(row.person == user.pk for row in rows)
    return Quiet(kind, word, tuple(row.name for row in rows if row.person != user.pk), mine, may or mine)


def _taken_up(row: _Row, thread_url: str) -> TakenUp:
    return TakenUp(row.words, alias(row.number) if row.number else row.name, f"{thread_url}?from={row.pk}#post-{row.pk}")
