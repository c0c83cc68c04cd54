"""What stood in a post before: each change with the words it took away and the words it brought."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from courses.comparing import Comparison, compare, paragraphs
from forums.models import Post

CHANGES = 5  # on one page: comparing long words takes a while


@dataclass(frozen=True)
class Change:
    at: datetime.datetime
    why: str
    words: Comparison


@dataclass(frozen=True)
class EarlierPage:
    """The last change first. `older_key` is for ?before=; None where nothing stood before."""

    changes: list[Change]
    older_key: int | None
    continued: bool


def earlier_words(post: Post, before: int | None = None) -> EarlierPage:
    """One page of what changed in a post that the reader may read (`forums.permissions.can_read_post`)."""
    kept = post.revisions.order_by("-pk")
    newer = list(kept.filter(pk__gte=before).order_by("pk")[:1]) if before else []
    found = list((kept.filter(pk__lt=before) if before else kept)[: CHANGES + 1])
    page, after = found[:CHANGES], newer[0].html if newer else post.html
    changes = []
    for revision in page:
        changes.append(Change(revision.replaced_at, revision.why, compare(paragraphs(revision.html), paragraphs(after))))
        after = revision.html
    return EarlierPage(changes, page[-1].pk if len(found) > CHANGES else None, before is not None)
