"""The only door to icalendar: dates as files that calendar programs read (RFC 5545), and as invitations (RFC 5546).

Times stand in the zone by whose clocks they are planned, with that zone's changes of clocks beside them. The library's own description
of a zone puts the change in spring an hour late, so it is written here.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.utils.translation import gettext as _

from live.models import CalendarChoice, CalendarEvent
from lms.words import one_line

PROGRAM = "-//Calendar//EN"  # says nothing of what this site is for
ASK_AGAIN = datetime.timedelta(hours=1)  # how often a program should look
DAY, MINUTE, WEEK = datetime.timedelta(days=1), datetime.timedelta(minutes=1), datetime.timedelta(weeks=1)
Titles = CalendarChoice.Titles
Kind = CalendarEvent.Kind
BESIDE = {Kind.BLOCK, Kind.CONFERENCE}  # whole days: they keep nobody from anything else


@dataclass(frozen=True)
class Person:
    """Whom an invitation is for."""

    name: str
    email: str


def feed(events: Iterable[CalendarEvent], titles: str = Titles.FULL) -> bytes:
    """All of these dates, for a program that asks again and again. The same rows make the same bytes."""
    rows = list(events)
    calendar = _calendar(rows)
    calendar.add("x-wr-calname", _calendar_name(titles))
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for row in rows:
        calendar.add_component(_event(row, titles))
    return bytes(calendar.to_ical())


def one(event: CalendarEvent) -> bytes:
    """A single date, to be taken along."""
    calendar = _calendar([event], "PUBLISH")
    calendar.add_component(_event(event, Titles.FULL))
    return bytes(calendar.to_ical())


def invitation(event: CalendarEvent, *, to: Person, sequence: int, titles: str, cancelled: bool) -> str:
    """What a letter carries: an invitation, the same with another time, or its end."""
    calendar = _calendar([event], "CANCEL" if cancelled else "REQUEST")
    component = _event(event, titles)
    component["sequence"] = icalendar.vInt(sequence)
    component["status"] = icalendar.vText("CANCELLED" if cancelled else "CONFIRMED")
    component.add("organizer", _address(settings.DEFAULT_FROM_EMAIL, settings.SITE_NAME if titles == Titles.FULL else ""))
    guest = _address(to.email, to.name)
    guest.params |= {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
    component.add("attendee", guest, encode=False)
    calendar.add_component(component)
    return bytes(calendar.to_ical()).decode()


# --- inside ---------------------------------------------------------------------------------------------------------


def _calendar_name(titles: str) -> str:
    return {Titles.COURSE: _("Course"), Titles.BUSY: _("Busy")}.get(Titles(titles), settings.SITE_NAME)


def _calendar(events: Iterable[CalendarEvent], method: str = "") -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", PROGRAM)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    spans: dict[str, list[int]] = {}
    for event in events:
        if event.starts_at is not None and event.ends_at is not None:
            spans.setdefault(event.zone, []).extend([event.starts_at.year, event.ends_at.year])
    for zone, years in sorted(spans.items()):
        calendar.add_component(time_zone(zone, min(years) - 1, max(years) + 1))
    return calendar


def _event(row: CalendarEvent, titles: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", str(row.uid))
    event.add("sequence", row.sequence)
    event.add("dtstamp", row.changed_at.replace(microsecond=0))
    event.add("last-modified", row.changed_at.replace(microsecond=0))
    if row.starts_at is not None and row.ends_at is not None:
        zone = ZoneInfo(row.zone)
        event.add("dtstart", row.starts_at.astimezone(zone))
        event.add("dtend", row.ends_at.astimezone(zone))
    elif row.first_on is not None and row.last_on is not None:
        event.add("dtstart", row.first_on)
        event.add("dtend", row.last_on + DAY)  # the first day after it
    event.add("summary", _summary(row, titles))
    if titles == Titles.FULL:
        address = settings.SITE_URL + row.path
        event.add("url", address)
        event.add("location", address)
        event.add("description", f"{one_line(row.cohort.title)}\n{row.get_kind_display()}\n{address}")
    event.add("status", "CANCELLED" if row.cancelled_at else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if row.kind in BESIDE or row.cancelled_at else "OPAQUE")
    event.add("class", "PRIVATE")
    return event


def _summary(row: CalendarEvent, titles: str) -> str:
    return {Titles.COURSE: _("Course"), Titles.BUSY: _("Busy")}.get(Titles(titles), one_line(row.title))


def _address(email: str, name: str) -> icalendar.vCalAddress:
    address = icalendar.vCalAddress(f"mailto:{email.rsplit('<', 1)[-1].rstrip('>')}")
    if name:
        address.params["CN"] = one_line(name)
    return address


@lru_cache(maxsize=200)
def time_zone(name: str, first_year: int, last_year: int) -> icalendar.Timezone:
    """The clocks of a zone through these years, each change of them on its own. Read it, do not change it."""
    zone, component = ZoneInfo(name), icalendar.Timezone()
    component.add("tzid", name)
    moment = datetime.datetime(first_year, 1, 1, tzinfo=datetime.UTC)
    end = datetime.datetime(last_year + 1, 1, 1, tzinfo=datetime.UTC)
    _, before, _ = _clock(moment, zone)
    component.add_component(_observance(moment, zone, before))
    while moment < end:
        if _clock(moment + WEEK, zone) != _clock(moment, zone):
            _, before, _ = _clock(moment, zone)
            change = _change(moment, zone)
            component.add_component(_observance(change, zone, before))
        moment += WEEK
    return component


def _clock(moment: datetime.datetime, zone: ZoneInfo) -> tuple[bool, datetime.timedelta, str]:
    """(whether it is summer time, how far from UTC, what it is called)."""
    there = moment.astimezone(zone)
    return bool(there.dst()), there.utcoffset() or datetime.timedelta(), there.tzname() or ""


def _change(moment: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    """The first minute within the week after this moment at which clocks go otherwise."""
    early, late = moment, moment + WEEK
    while late - early > MINUTE:
        middle = (early + (late - early) / 2).replace(second=0, microsecond=0)
        early, late = (early, middle) if _clock(middle, zone) != _clock(moment, zone) else (middle, late)
    return late


def _observance(
    since: datetime.datetime, zone: ZoneInfo, before: datetime.timedelta
) -> icalendar.TimezoneDaylight | icalendar.TimezoneStandard:
    """How clocks go from this moment on. It begins by the clocks that went before (RFC 5545, 3.6.5)."""
    summer, offset, name = _clock(since, zone)
    part = icalendar.TimezoneDaylight() if summer else icalendar.TimezoneStandard()
    part.add("dtstart", (since + before).replace(tzinfo=None))
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", offset)
    part.add("tzname", name)
    return part
