"""What was announced in a cohort, as Today shows it: each process reads it once and keeps it until something goes out or changes.

The cohort's row holds the stamp (`news_stamp`), which changes in the transaction of the change. Who has not read what comes with the
membership (`pinned`), so that an announcement on Today costs no question.
"""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse

from courses.models import Announcement, Cohort
from lms import richtext

KEPT = 100  # cohorts in each process
NEWEST = 30  # announcements of each
READ_OF_IT = 2000  # characters of markup
FIRST_WORDS = 240


@dataclass(frozen=True)
class News:
    """An announcement that has gone out."""

    pk: int
    title: str
    first_words: str
    who: str
    at: datetime.datetime
    url: str


def pinned_of(cohort: Cohort, pinned: Iterable[int]) -> list[News]:
    """The newest of those that somebody has not read yet, the newest first. No query once this process knows them."""
    waiting = set(pinned)
    return [one for one in _read(cohort.pk, cohort.slug, cohort.news_stamp) if one.pk in waiting] if waiting else []


@lru_cache(maxsize=KEPT)
def _read(cohort: int, slug: str, stamp: uuid.UUID | None) -> list[News]:
    rows = Announcement.objects.filter(cohort=cohort, sent_at__isnull=False).select_related("author").order_by("-sent_at", "-pk")
    return [
        News(
            pk=row.pk,
            title=row.title,
            first_words=richtext.beginning(row.html, READ_OF_IT)[:FIRST_WORDS],
            who=row.author.display_name,
            at=row.sent_at,
            url=reverse("courses:announcement", args=[slug, row.pk]),
        )
        for row in rows[:NEWEST]
        if row.sent_at is not None
    ]
