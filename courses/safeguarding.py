"""The page on safeguarding: what happens when somebody may come to harm, who is told, and how. Our own words, until a coordinator
writes others."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from courses.models import SafeguardingText
from lms import richtext

FILE = Path(__file__).parent / "content" / "safeguarding.md"


@dataclass(frozen=True)
class Text:
    """What holds now. `version` is 0 for what came with this site."""

    source: str
    html: str
    version: int = 0
    written_at: datetime.datetime | None = None


def current() -> Text:
    """One query."""
    row = SafeguardingText.objects.first()
    return Text(row.source, row.html, row.pk, row.written_at) if row is not None else delivered()


@lru_cache
def delivered() -> Text:
    source = FILE.read_text(encoding="utf-8")
    return Text(source, richtext.from_course(source))
