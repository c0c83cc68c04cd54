"""Countries and time zones to choose from, read from the time-zone database that Python brings along."""

from functools import lru_cache
from importlib.resources import files
from zoneinfo import available_timezones

OTHER_NAMES = {"GB": "United Kingdom", "US": "United States", "CZ": "Czechia", "KR": "South Korea", "KP": "North Korea"}


@lru_cache
def countries() -> list[tuple[str, str]]:
    """(ISO 3166 letters, English name), by name."""
    names = {code: OTHER_NAMES.get(code, name) for code, name in _rows("iso3166.tab", 2)}
    return sorted(names.items(), key=lambda pair: pair[1])


@lru_cache
def zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """(continent, [(name of the zone, its city)]): one name for each zone, without the older spellings."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for _code, _place, name in _rows("zone.tab", 3):
        continent, city = name.split("/", 1)
        grouped.setdefault(continent, []).append((name, city.replace("_", " ").replace("/", ", ")))
    return [(continent, sorted(cities)) for continent, cities in sorted(grouped.items())] + [("UTC", [("UTC", "UTC")])]


def country_of_zone(name: str) -> str:
    """Europe/Tallinn -> EE; nothing for a zone that is no country's, such as UTC."""
    return _countries_of_zones().get(usual_name(name), "")


@lru_cache
def _countries_of_zones() -> dict[str, str]:
    return {name: code for code, _place, name in _rows("zone.tab", 3)}


def is_zone(name: str) -> bool:
    return name in available_timezones()


def usual_name(name: str) -> str:
    """Asia/Calcutta -> Asia/Kolkata; what is listed or unknown stays."""
    listed = {zone for _continent, cities in zones() for zone, _city in cities}
    return name if name in listed else _older_names().get(name, name)


@lru_cache
def _older_names() -> dict[str, str]:
    links = (line.split() for line in (files("tzdata") / "zoneinfo" / "tzdata.zi").read_text().splitlines() if line.startswith("L "))
    return {older: usual for _l, usual, older in links}


def _rows(table: str, columns: int) -> list[list[str]]:
    text = (files("tzdata") / "zoneinfo" / table).read_text()
    return [line.split("\t")[:columns] for line in text.splitlines() if line and not line.startswith("#")]
