"""What changing clocks do to an hour in common: pure questions about two zones, answered in words.

An hour is planned by the clock of the course and stored in UTC; who reads of it has a clock of their own. Clocks do not change
everywhere on the same day (the Americas and Europe are weeks apart, the south turns the other way), so the hour that somebody got
used to may not be the hour of the next time.
"""

import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.db import local_datetime
from lms.templatetags.lms import zone_words

DAY, HOUR, MINUTE = datetime.timedelta(days=1), datetime.timedelta(hours=1), datetime.timedelta(minutes=1)


def weekly(first: datetime.date, clock: datetime.time, zone: str, times: int) -> list[datetime.datetime]:
    """The same hour by the clock there, week after week, whatever clocks do in between."""
    return [local_datetime(first + datetime.timedelta(weeks=week), clock, zone) for week in range(times)]


def note(then: datetime.datetime, *, since: datetime.datetime, here: str, there: str) -> str:
    """What somebody in the zone `here` needs to know of clocks about a moment planned in the zone `there`; empty where nothing
    changed since the moment they compare it with (now, or the last time)."""
    return " ".join(filter(None, [_changed(then, since, here, there), _shown_twice(then, here, there)]))


def apart(moment: datetime.datetime, here: str, there: str) -> datetime.timedelta:
    """How far clocks here are ahead of those there at that moment."""
    return _offset(moment, here) - _offset(moment, there)


@lru_cache(maxsize=1000)
def last_change(since: datetime.datetime, until: datetime.datetime, zone: str) -> datetime.date | None:
    """The day there, between the two moments, on which clocks were last put forward or back; None if they show in the end what they
    would have shown anyway."""
    if _offset(since, zone) == _offset(until, zone):
        return None
    after = until
    while after > since and _offset(after - DAY, zone) == _offset(until, zone):
        after -= DAY
    before = max(since, after - DAY)
    while after - before > MINUTE:
        middle = before + (after - before) / 2
        before, after = (middle, after) if _offset(middle, zone) != _offset(until, zone) else (before, middle)
    return after.astimezone(ZoneInfo(zone)).date()


def _offset(moment: datetime.datetime, zone: str) -> datetime.timedelta:
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None  # noqa: S101 (for the type checker: every zone has one)
    return offset


def _changed(then: datetime.datetime, since: datetime.datetime, here: str, there: str) -> str:
    mine, theirs = last_change(since, then, here), last_change(since, then, there)
    if mine is None and theirs is None:
        return ""
    if apart(then, here, there) != apart(since, here, there):
        words = {"days": _days(mine, theirs, here, there), "here": zone_words(here), "there": zone_words(there)}
        words |= {"then": _apart_words(apart(then, here, there)), "before": _apart_words(apart(since, here, there))}
        return _(
            "Clocks change before this day, but not alike: %(days)s. Your time (%(here)s) is then %(then)s %(there)s time; "
            "before, it was %(before)s it."
        ) % {**words}
    day = mine or theirs
    return _("Clocks change before this day, on %(day)s. This is the time that they will show then.") % {"day": _day(day)}


def _days(mine: datetime.date | None, theirs: datetime.date | None, here: str, there: str) -> str:
    each = [(there, theirs), (here, mine)] if mine is None or (theirs is not None and theirs <= mine) else [(here, mine), (there, theirs)]
    words = [_("%(place)s on %(day)s") % {"place": zone_words(zone), "day": _day(day)} for zone, day in each if day is not None]
    return ", ".join(words)


def _day(day: datetime.date | None) -> str:
    return date_format(day, "l j F") if day else ""


def _apart_words(ahead: datetime.timedelta) -> str:
    if not ahead:
        return _("the same as")
    hours = abs(ahead) / HOUR
    number = f"{hours:g}"
    how_many = ngettext("%(number)s hour", "%(number)s hours", 1 if hours == 1 else 2) % {"number": number}
    return (_("%(hours)s ahead of") if ahead > datetime.timedelta() else _("%(hours)s behind")) % {"hours": how_many}


def _shown_twice(then: datetime.datetime, here: str, there: str) -> str:
    """Of a doubled hour: which of the two is meant."""
    for zone in dict.fromkeys([here, there]):
        local = then.astimezone(ZoneInfo(zone))
        if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
            words = {"time": date_format(local, "H:i"), "place": zone_words(zone)}
            if local.fold:
                return _("That night clocks show %(time)s twice (%(place)s). The second is meant.") % words
            return _("That night clocks show %(time)s twice (%(place)s). The first is meant.") % words
    return ""
