"""Days and hours of a plan, as sentences say them: always by the clock of the course."""

import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.planning.clocks import wall_of


def day_words(day: datetime.date) -> str:
    return date_format(day, "D j F Y")


def clock_words(clock: datetime.time) -> str:
    return f"{clock:%H:%M}"


def hours_words(begins: datetime.datetime, ends: datetime.datetime) -> str:
    """Of two walls of one zone."""
    until = date_format(ends, "H:i") if begins.date() == ends.date() else date_format(ends, "D j F Y, H:i")
    return f"{day_words(begins)}, {date_format(begins, 'H:i')}–{until}"


def moments_words(moments: tuple[datetime.date, ...], zone: str) -> str:
    """A day, two days, or from when until when by the clock of this zone."""
    if not moments:
        return ""
    if isinstance(moments[0], datetime.datetime):
        begins, ends = (wall_of(moment, zone) for moment in moments)  # type: ignore[arg-type]
        return hours_words(begins, ends)
    return " – ".join(day_words(day) for day in moments)


def days_count(number: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", number) % {"n": number}


def time_words(minutes: int) -> str:
    """Hours and minutes, without what is none."""
    hours, rest = divmod(minutes, 60)
    words = [ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}] if hours else []
    if rest or not hours:
        words.append(ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest})
    return listed(words)


def listed(words: list[str]) -> str:
    """A, B and C."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
