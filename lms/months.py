"""A month as a table, for every page that shows one (components/month.html): weeks from Monday, and days that lead somewhere."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR

DAY = datetime.timedelta(days=1)
SHOWN = 4  # things of one day; of more the last line says how many more


@dataclass(frozen=True)
class MonthDay:
    """A day, where it leads (nowhere: empty), and the first of what is on it, in words."""

    date: datetime.date
    is_today: bool
    url: str = ""
    things: list[str] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Month:
    """`weeks` hold None for a day of another month; `previous` and `next` are {url, name}, or None where the months end."""

    name: str
    weeks: list[list[MonthDay | None]]
    previous: dict[str, str] | None
    next: dict[str, str] | None

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        """(short, long)."""
        return [(str(WEEKDAYS_ABBR[number]), str(WEEKDAYS[number])) for number in range(7)]


def last_of(first: datetime.date) -> datetime.date:
    """The last day of the month that begins there."""
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def name_of(day: datetime.date) -> str:
    """Such as March 2027."""
    return f"{MONTHS[day.month]} {day.year}"


def month_of(
    first: datetime.date,
    *,
    today: datetime.date,
    urls: Mapping[datetime.date, str],
    things: Mapping[datetime.date, Sequence[str]] | None = None,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> Month:
    """The month that begins on `first`. `since` and `until` are the first and the last day to which one may leaf; without them there
    is no end."""
    said = things or {}

    def day(date: datetime.date) -> MonthDay | None:
        if date.month != first.month:
            return None
        all_of_it = said.get(date, ())
        shown = all_of_it if len(all_of_it) <= SHOWN + 1 else all_of_it[:SHOWN]  # a line for one more says less than that one
        return MonthDay(date, date == today, urls.get(date, ""), list(shown), len(all_of_it) - len(shown))

    weeks = [[day(date) for date in week] for week in calendar.Calendar().monthdatescalendar(first.year, first.month)]
    before, after = first - DAY if since is None or first > since else None, last_of(first) + DAY
    return Month(name_of(first), weeks, _link(before), _link(after if until is None or after <= until else None))


def _link(day: datetime.date | None) -> dict[str, str] | None:
    return {"url": f"?month={day:%Y-%m}", "name": name_of(day)} if day is not None else None
