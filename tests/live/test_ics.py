"""Files for calendar programs, read by an independent reading of RFC 5545: no line of the code that writes them is used to read."""

import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import dateutil.tz
import icalendar
import pytest

from live import ics
from live.models import CalendarEvent
from tests.factories import make_cohort
from tests.live.factories import make_event_of

TALLINN, LONDON, SYDNEY = "Europe/Tallinn", "Europe/London", "Australia/Sydney"
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
UTC = datetime.UTC


def offset_by_file(zone: icalendar.Component, local: datetime.datetime) -> datetime.timedelta:
    """RFC 5545, 3.6.5: the observance whose onset, by the clocks that show then, came last before this local time."""
    onsets = []
    for part in zone.subcomponents:
        assert part.get("rrule") is None
        repeated = part.get("rdate")
        dates = [part["dtstart"].dt, *(one.dt for one in repeated.dts)] if repeated else [part["dtstart"].dt]
        onsets += [(date, part["tzoffsetto"].td) for date in dates]
    return max(onset for onset in onsets if onset[0] <= local)[1]


def around(zone: str, day: datetime.date) -> list[datetime.datetime]:
    """Every quarter of an hour of the days around a change of clocks, by local clocks, without the hour that is missing or doubled."""
    start, there = datetime.datetime.combine(day - DAY, datetime.time()), ZoneInfo(zone)
    moments = [start + datetime.timedelta(minutes=15 * number) for number in range(3 * 24 * 4)]
    return [one for one in moments if len({one.replace(tzinfo=there, fold=fold).utcoffset() for fold in (0, 1)}) == 1]


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        (LONDON, datetime.date(2027, 3, 28)),
        (LONDON, datetime.date(2027, 10, 31)),
        (TALLINN, datetime.date(2027, 3, 28)),
        (TALLINN, datetime.date(2027, 10, 31)),
        (SYDNEY, datetime.date(2027, 4, 4)),
        (SYDNEY, datetime.date(2027, 10, 3)),
        ("Australia/Lord_Howe", datetime.date(2027, 4, 4)),  # half an hour
        ("America/Toronto", datetime.date(2027, 3, 14)),
    ],
)
def test_time_zone_says_what_clocks_show_around_each_change(zone, day):
    written = icalendar.Timezone.from_ical(ics.time_zone(zone, 2026, 2028).to_ical())

    moments = around(zone, day)

    assert len(moments) > 270
    assert [offset_by_file(written, one) for one in moments] == [one.replace(tzinfo=ZoneInfo(zone)).utcoffset() for one in moments]


@pytest.mark.parametrize(
    ("zone", "onset"),
    [
        (LONDON, "20270328T010000"),
        (TALLINN, "20270328T030000"),
        (SYDNEY, "20271003T020000"),
        (LONDON, "20271031T020000"),
        (TALLINN, "20271031T040000"),
        (SYDNEY, "20270404T030000"),
    ],
)
def test_time_zone_begins_by_the_clocks_that_went_before(zone, onset):
    assert f"DTSTART:{onset}" in ics.time_zone(zone, 2026, 2028).to_ical().decode()


def test_time_zone_without_changes_is_one_observance():
    assert [part.name for part in ics.time_zone("Asia/Kolkata", 2026, 2028).subcomponents] == ["STANDARD"]


@pytest.mark.django_db
@pytest.mark.parametrize("zone", [TALLINN, LONDON, SYDNEY])
def test_feed_gives_hours_in_the_zone_of_the_course_with_its_clocks(zone):
    cohort = make_cohort(time_zone=zone)
    starts = datetime.datetime(2027, 3, 29, 10, tzinfo=ZoneInfo(zone))
    make_event_of(cohort, starts_at=starts.astimezone(UTC), ends_at=(starts + HOUR).astimezone(UTC))

    read = icalendar.Calendar.from_ical(ics.feed(CalendarEvent.objects.select_related("cohort")))

    (event,) = read.walk("VEVENT")
    (clocks,) = read.walk("VTIMEZONE")
    local = event["dtstart"].dt.replace(tzinfo=None)
    assert (clocks["tzid"], event["dtstart"].params["TZID"], local) == (zone, zone, datetime.datetime(2027, 3, 29, 10))
    assert local - offset_by_file(clocks, local) == starts.astimezone(UTC).replace(tzinfo=None)


@pytest.mark.django_db
@pytest.mark.parametrize("zone", [TALLINN, LONDON, SYDNEY])
def test_feed_read_by_two_other_readings_of_the_rules_gives_every_week_of_the_year_at_its_moment(zone):
    """python-dateutil and the icalendar library each make a zone of what stands in the file, and know nothing of the zone's name."""
    cohort = make_cohort(time_zone=zone)
    begins = {}
    for week in range(60):
        starts = datetime.datetime(2027, 1, 7, 10, tzinfo=ZoneInfo(zone)) + week * 7 * DAY  # ten by the clock there, all year
        event = make_event_of(cohort, starts_at=starts.astimezone(UTC), ends_at=(starts + HOUR).astimezone(UTC))
        begins[str(event.uid)] = starts.astimezone(UTC)

    written = ics.feed(CalendarEvent.objects.select_related("cohort")).decode()

    (clocks,) = icalendar.Calendar.from_ical(written).walk("VTIMEZONE")
    by_dateutil = dateutil.tz.tzical(StringIO(clocks.to_ical().decode().replace("\r\n", "\n"))).get(zone)
    by_library = clocks.to_tz(lookup_tzid=False)
    local = {str(one["uid"]): one["dtstart"].dt.replace(tzinfo=None) for one in icalendar.Calendar.from_ical(written).walk("VEVENT")}
    assert {uid: moment.replace(tzinfo=by_dateutil).astimezone(UTC) for uid, moment in local.items()} == begins
    assert {uid: moment.replace(tzinfo=by_library).astimezone(UTC) for uid, moment in local.items()} == begins
    assert len({moment.time() for moment in begins.values()}) == 2  # clocks did change


@pytest.mark.django_db
def test_feed_gives_whole_days_up_to_the_day_after_and_keeps_nobody_from_anything():
    days = {"starts_at": None, "ends_at": None, "first_on": datetime.date(2027, 3, 4), "last_on": datetime.date(2027, 3, 6)}
    make_event_of(make_cohort(), kind="block", **days)

    (event,) = icalendar.Calendar.from_ical(ics.feed(CalendarEvent.objects.select_related("cohort"))).walk("VEVENT")

    assert (event["dtstart"].dt, event["dtend"].dt) == (datetime.date(2027, 3, 4), datetime.date(2027, 3, 7))
    assert event["transp"] == "TRANSPARENT"
    assert b"DTSTART;VALUE=DATE:20270304" in event.to_ical()


@pytest.mark.django_db
@pytest.mark.parametrize(("titles", "word"), [("course", "Course"), ("busy", "Busy")])
def test_feed_for_a_calendar_at_work_says_nothing_of_the_course(titles, word):
    cohort = make_cohort(title="canary-cohort", slug="canary-slug")
    make_event_of(cohort, title="canary-exercise", path="/c/canary-slug/live/")

    written = ics.feed(CalendarEvent.objects.select_related("cohort"), titles).decode()

    (event,) = icalendar.Calendar.from_ical(written).walk("VEVENT")
    assert (event["summary"], f"X-WR-CALNAME:{word}" in written) == (word, True)
    assert [sign for sign in ("canary", "Dialogue", "testserver", "itting", "URL", "LOCATION", "DESCRIPTION") if sign in written] == []


@pytest.mark.django_db
def test_feed_cannot_be_written_into_by_a_title():
    make_event_of(make_cohort(), title="A, b; c\\d\r\nEND:VEVENT\nX-INJECTED:yes")

    read = icalendar.Calendar.from_ical(ics.feed(CalendarEvent.objects.select_related("cohort")))

    (event,) = read.walk("VEVENT")
    assert ("X-INJECTED" in event, len(read.walk("VEVENT"))) == (False, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\x00", "\x0b", "\x0c", "\x1e", "\x85", "\u2028", "\u2029"])
def test_lines_stay_single_whatever_stands_in_a_title_or_a_name(sign):
    """S22, S24: some programs end a line at more signs than the standard does, and would read what follows as a line of its own."""
    forged = f"Title{sign}ATTACH:https://evil.example/"
    event = make_event_of(make_cohort(title="Cohort"), title="Title")
    event.title = event.cohort.title = forged  # in memory: not every database would keep each of them
    letter = ics.invitation(event, to=ics.Person(forged, "a@example.org"), sequence=1, titles="full", cancelled=False)

    for text in (ics.feed([event]).decode(), ics.one(event).decode(), letter):
        assert [line for line in text.splitlines() if line.startswith("ATTACH")] == []
        assert text.splitlines() == text.split("\r\n")[:-1]
        assert "SUMMARY:Title ATTACH:https://evil.example/" in text.replace("\r\n ", "")


@pytest.mark.django_db
def test_feed_of_the_same_rows_is_the_same_file_with_lines_that_programs_read():
    make_event_of(make_cohort(title="A very long name of a cohort with õäöü " * 3))
    rows = CalendarEvent.objects.select_related("cohort")

    first, again = ics.feed(rows), ics.feed(rows)

    assert first == again
    assert all(len(line) <= 75 for line in first.split(b"\r\n"))
    assert first.startswith(b"BEGIN:VCALENDAR\r\n") and first.endswith(b"END:VCALENDAR\r\n")


@pytest.mark.django_db
@pytest.mark.parametrize(("cancelled", "method", "status"), [(False, "REQUEST", "CONFIRMED"), (True, "CANCEL", "CANCELLED")])
def test_invitation_carries_method_number_and_whom_it_is_for(cancelled, method, status):
    event = make_event_of(make_cohort(), sequence=2)

    written = ics.invitation(event, to=ics.Person("Ana", "ana@example.org"), sequence=5, titles="full", cancelled=cancelled)

    read = icalendar.Calendar.from_ical(written)
    (one,) = read.walk("VEVENT")
    assert (read["method"], one["status"], one["sequence"], one["uid"]) == (method, status, 5, str(event.uid))
    assert (one["attendee"], one["attendee"].params["CN"]) == ("mailto:ana@example.org", "Ana")
    assert one["organizer"].startswith("mailto:") and "<" not in one["organizer"]
