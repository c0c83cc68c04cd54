"""Small things every model shares."""

import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def validate_time_zone(name: str) -> None:
    """Refuses what is not a name of the IANA time-zone database, such as Europe/Tallinn."""
    if name not in available_timezones():
        raise ValidationError(_("%(name)s is not a time zone we know."), params={"name": name})


def local_datetime(day: datetime.date, clock: datetime.time, zone: str) -> datetime.datetime:
    """The moment when clocks in this zone show this; of a doubled hour the first, of a missing hour the hour after."""
    there = datetime.datetime.combine(day, clock, tzinfo=ZoneInfo(zone))
    return there.astimezone(datetime.UTC)
