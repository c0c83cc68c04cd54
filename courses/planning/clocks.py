"""Hours that clocks skip, hours that they show twice, and what an hour of the course is elsewhere."""

import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lms.templatetags.lms import zone_words


def trouble_at(wall: datetime.datetime, zone: str) -> str:
    """Why nobody could come at this time of the clock there: it does not exist, or twice; empty if it is an ordinary one."""
    there = wall.replace(tzinfo=ZoneInfo(zone))
    words = {"time": date_format(wall, "H:i"), "day": date_format(wall, "j F Y"), "place": zone_words(zone)}
    if there.astimezone(datetime.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall:
        return _("There is no %(time)s on %(day)s (%(place)s): clocks go forward over it. Please choose another time.") % words
    if there.utcoffset() != there.replace(fold=1).utcoffset():
        return _("Clocks show %(time)s twice on %(day)s (%(place)s), because they go back. Please choose another time.") % words
    return ""


def wall_of(moment: datetime.datetime, zone: str) -> datetime.datetime:
    """What clocks there show at that moment."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def elsewhere(was: datetime.datetime, now: datetime.datetime, here: str, there: str) -> str:
    """For people in the zone `there`: whether their clock stands otherwise to the course's (`here`) than it did; empty if not."""
    if _apart(was, here, there) == _apart(now, here, there):
        return ""
    return _("In %(place)s it begins at %(now)s by the clock there. It was %(was)s, because clocks change on other days.") % {
        "place": zone_words(there),
        "now": date_format(wall_of(now, there), "D j F, H:i"),
        "was": date_format(wall_of(was, there), "D j F, H:i"),
    }


def _apart(moment: datetime.datetime, here: str, there: str) -> datetime.timedelta:
    return wall_of(moment, there) - wall_of(moment, here)
