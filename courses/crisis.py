"""Numbers for a crisis, by country: those of courses/content/crisis_numbers.yaml, and over them what coordinators changed. This site is
no emergency service."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.core.cache import cache

from courses.models import CrisisNumbers
from lms.users.places import countries as every_country
from lms.users.places import country_of_zone

log = logging.getLogger(__name__)

FILE = Path(__file__).parent / "content" / "crisis_numbers.yaml"
KEPT = "courses.crisis"  # in the cache: what coordinators changed, so that a page that shows a number asks no question for it
KEPT_FOR = 5 * 60  # seconds, should a process miss that it changed


@dataclass(frozen=True)
class Line:
    """Somebody to talk to, with its number as one dials it, its hours and where both were read."""

    name: str
    number: str
    hours: str
    source: str
    text: str = ""  # for a number that takes text messages: the word to send

    @property
    def dial(self) -> str:
        """For a tel: link."""
        return "".join(char for char in self.number if char.isdigit() or char == "+")


@dataclass(frozen=True)
class Country:
    code: str  # ISO 3166
    name: str
    emergency: str
    lines: tuple[Line, ...] = ()
    changed_on: datetime.date | None = None  # by a coordinator; empty: as it came with this site

    @property
    def emergency_dial(self) -> str:
        return "".join(char for char in self.emergency if char.isdigit() or char == "+")


def countries() -> dict[str, Country]:
    """ISO letters -> country, by name. At most one question in five minutes for each process."""
    found = {**delivered(), **_changed()}
    return dict(sorted(found.items(), key=lambda pair: pair[1].name))


@lru_cache
def delivered() -> dict[str, Country]:
    """What came with this site."""
    found = [_country(row) for row in yaml.safe_load(FILE.read_text(encoding="utf-8"))["countries"]]
    return {country.code: country for country in found}


def forget() -> None:
    """What coordinators changed is read anew from now on; where the cache is away, by KEPT_FOR at the latest."""
    _ask(cache.delete, KEPT)


@lru_cache
def checked() -> str:
    """The month when somebody last looked whether the numbers are right."""
    return str(yaml.safe_load(FILE.read_text(encoding="utf-8"))["checked"])


def of_country(code: str) -> Country | None:
    """The numbers where somebody lives; None where we know none for certain."""
    return countries().get(code)


def of_person(country: str, time_zone: str) -> Country | None:
    """The numbers of the country somebody named; of those who named none, the country whose clocks they use."""
    return of_country(country or country_of_zone(time_zone))


def _changed() -> dict[str, Country]:
    kept: dict[str, Country] | None = _ask(cache.get, KEPT)
    if kept is None:
        kept = _read_changed()
        _ask(cache.set, KEPT, kept, KEPT_FOR)
    return kept


def _ask(cache_does: Callable[..., Any], *words: Any) -> Any:
    """What the cache answers; nothing where it is away. The way into a room shows these numbers, and must open then too."""
    try:
        return cache_does(*words)
    except Exception:  # whatever it raises while Redis is gone
        log.warning("The cache is away; numbers for a crisis come from the database.")
        return None


def _read_changed() -> dict[str, Country]:
    newest: dict[str, CrisisNumbers] = {}
    for row in CrisisNumbers.objects.order_by("pk"):
        newest[row.code] = row
    return {code: _as_changed(row) for code, row in newest.items() if not row.as_delivered}


def _as_changed(row: CrisisNumbers) -> Country:
    lines = tuple(Line(**line) for line in row.lines)
    name = dict(every_country()).get(row.code, row.code)
    return Country(row.code, name, row.emergency, lines, changed_on=row.changed_at.date())


def _country(row: dict[str, Any]) -> Country:
    lines = tuple(Line(**line) for line in row.get("lines") or [])
    return Country(code=str(row["code"]), name=str(row["name"]), emergency=str(row["emergency"]), lines=lines)
