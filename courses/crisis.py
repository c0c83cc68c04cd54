"""Numbers for a crisis, by country, from courses/content/crisis_numbers.yaml. This site is no emergency service."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from lms.users.places import country_of_zone

FILE = Path(__file__).parent / "content" / "crisis_numbers.yaml"


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


@lru_cache
def countries() -> dict[str, Country]:
    """ISO letters -> country, by name."""
    found = [_country(row) for row in yaml.safe_load(FILE.read_text(encoding="utf-8"))["countries"]]
    return {country.code: country for country in sorted(found, key=lambda country: country.name)}


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


def _country(row: dict[str, object]) -> Country:
    lines = row.get("lines") or []
    assert isinstance(lines, list)  # noqa: S101 (the file is ours and a test reads it)
    return Country(
        code=str(row["code"]), name=str(row["name"]), emergency=str(row["emergency"]), lines=tuple(Line(**line) for line in lines)
    )
