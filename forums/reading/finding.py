"""What a search in the forums shows: posts that this person sees in words, the newest first, by key."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from courses.permissions import Place
from forums.finding.posts import Wanted, narrow, pieces, titled
from forums.models import PAGE, Post, Thread, Voice
from forums.permissions import moderates
from lms.users.models import User

TITLES = 5  # threads found by their title, beside the posts


@dataclass(frozen=True)
class FoundPost:
    post: Post
    pieces: list[tuple[str, bool]]  # (words, whether they were looked for)
    behind_alias: str  # who an anonymous author is: for the trainers, and nobody else
    url: str


@dataclass(frozen=True)
class Found:
    """`older_key` is for ?before=; None where there is nothing more."""

    posts: list[FoundPost]
    titles: list[Thread]
    older_key: int | None


def find(user: User, place: Place, wanted: Wanted, before: int | None = None) -> Found:
    """One page of what is found. Two queries at most. Nothing held, hidden, paused, withdrawn or not yet open to this person is
    looked at, so its words cannot be guessed by looking for them."""
    seen = Post.objects.visible_to(user, place.cohort, place.part).in_words()
    knows = moderates(place.part)
    found = narrow(seen, wanted, user, knows_authors=knows).select_related("author", "thread__forum").defer("html", "plain")
    if before:
        found = found.filter(pk__lt=before)
    page = list(found.order_by("-pk")[: PAGE + 1])
    posts = [_shown(post, place, knows) for post in page[:PAGE]]
    return Found(posts, [] if before else _titles(user, place, wanted), page[PAGE - 1].pk if len(page) > PAGE else None)


def authors_for(user: User, place: Place) -> list[tuple[int, str]]:
    """(id, name) of everybody who has spoken in what this person sees: by name, or for the trainers in whichever way. One query."""
    threads = Thread.objects.visible_to(user, place.cohort, place.part)
    voices = Voice.objects.filter(thread__in=threads, spoke_at__isnull=False)
    if not moderates(place.part):
        voices = voices.filter(number=0)
    return list(User.objects.filter(pk__in=voices.values("person")).order_by("display_name", "pk").values_list("pk", "display_name"))


def _shown(post: Post, place: Place, knows_authors: bool) -> FoundPost:
    where = reverse("forums:thread", args=[place.cohort.slug, post.thread_id])
    behind = post.author.display_name if knows_authors and post.alias_number else ""
    return FoundPost(post, pieces(post.excerpt), behind, f"{where}?from={post.pk}#post-{post.pk}")


def _titles(user: User, place: Place, wanted: Wanted) -> list[Thread]:
    """Threads called so, where nothing is asked of their posts."""
    if not wanted.words or wanted.author or wanted.from_on or wanted.until_on or wanted.with_files:
        return []
    threads = Thread.objects.visible_to(user, place.cohort, place.part).filter(merged_into=None).select_related("forum")
    return list(titled(threads, wanted).order_by("-last_post_at", "-pk")[:TITLES])
