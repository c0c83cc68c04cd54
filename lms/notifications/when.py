"""When somebody is told: pure questions about clocks, asked in the person's own zone.

Where clocks change, a missing hour is the hour after it and a doubled hour counts once (`lms.db.local_datetime`), so that every
day has exactly one moment for a letter.
"""

import datetime
from zoneinfo import ZoneInfo

from lms.db import local_datetime
from lms.notifications.models import Notice, Preference

DAY = datetime.timedelta(days=1)
# Comes when it is time, also to who has letters once a day or once a week.
AT_ITS_TIME = {Notice.Kind.REMINDER, Notice.Kind.CHANGED}


def next_moment(now: datetime.datetime, *, hour: int, zone: str, weekday: int | None = None) -> datetime.datetime:
    """The next moment after now at which clocks there show this full hour, on this day of the week if one is given."""
    day = now.astimezone(ZoneInfo(zone)).date()
    while True:
        moment = local_datetime(day, datetime.time(hour), zone)
        if moment > now and weekday in (None, day.weekday()):
            return moment
        day += DAY


def is_quiet(moment: datetime.datetime, preference: Preference, zone: str) -> bool:
    """Whether it is one of the person's quiet hours; they may reach over midnight."""
    hour = moment.astimezone(ZoneInfo(zone)).hour
    start, end = preference.quiet_from, preference.quiet_until
    return start <= hour < end if start <= end else hour >= start or hour < end


def once_awake(moment: datetime.datetime, preference: Preference, zone: str) -> datetime.datetime:
    """This moment, or the end of the quiet hours it falls into."""
    return next_moment(moment, hour=preference.quiet_until, zone=zone) if is_quiet(moment, preference, zone) else moment


def mail_at(preference: Preference, *, kind: str, zone: str, now: datetime.datetime) -> datetime.datetime | None:
    """When a letter may tell of it; None where the person wants none."""
    if preference.mail == Preference.Mail.NEVER or kind in preference.no_mail:
        return None
    if preference.mail == Preference.Mail.AT_ONCE or kind in AT_ITS_TIME:
        return once_awake(now, preference, zone)
    weekday = preference.weekday if preference.mail == Preference.Mail.WEEKLY else None
    return next_moment(now, hour=preference.hour, zone=zone, weekday=weekday)


def push_at(preference: Preference, *, kind: str, zone: str, now: datetime.datetime) -> datetime.datetime | None:
    """When a browser may be rung; None where the person does not want that."""
    return None if kind in preference.no_push else once_awake(now, preference, zone)
