import datetime
import uuid

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Membership
from live.actions.calendars.choosing import choose_calendar, make_feed
from live.actions.calendars.publishing import publish
from live.models import CalendarChoice, CalendarEvent, Seminar
from lms.permissions import Part
from tests.factories import make_block, make_cohort, make_membership, make_module
from tests.live.factories import make_event_of, make_seminar

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def cohort(owner):
    cohort = make_cohort(members=[owner])
    make_seminar(cohort=cohort, title="Listening", starts_at=timezone.now() + DAY, ends_at=timezone.now() + DAY + HOUR)
    publish(cohort=cohort)
    return cohort


def ask(token, **headers):
    return Client().get(reverse("calendar-feed", args=[token]), headers=headers)


def events(answer):
    return {str(one["summary"]): one for one in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")}


def test_feed_is_read_by_its_secret_address_without_a_session(owner, cohort, django_assert_num_queries):
    token = make_feed(actor=owner)
    ask(token)
    with django_assert_num_queries(2):
        answer = ask(token)

    assert (answer.status_code, answer["Content-Type"], list(events(answer))) == (200, "text/calendar; charset=utf-8", ["Listening"])
    assert (dict(answer.cookies), answer["Cache-Control"]) == ({}, "private, no-cache")


def test_feed_by_any_other_address_does_not_exist(owner, cohort):
    token = make_feed(actor=owner)
    newer = make_feed(actor=owner)

    assert [ask(one).status_code for one in (token, newer, newer[:-1], "x")] == [404, 200, 404, 404]


def test_feed_follows_a_move_and_a_cancellation_under_the_same_name(owner, cohort):
    token = make_feed(actor=owner)
    before = events(ask(token))["Listening"]
    later = timezone.now() + 3 * DAY
    Seminar.objects.update(starts_at=later, ends_at=later + HOUR)
    publish(cohort=cohort)
    moved = events(ask(token))["Listening"]
    Seminar.objects.all().delete()
    publish(cohort=cohort)
    gone = events(ask(token))["Listening"]
    CalendarEvent.objects.update(cancelled_at=timezone.now() - 61 * DAY)

    assert before["uid"] == moved["uid"] == gone["uid"]
    assert [one["sequence"] for one in (before, moved, gone)] == [0, 1, 2]
    assert [str(one["status"]) for one in (before, moved, gone)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert moved["dtstart"].dt - before["dtstart"].dt > DAY
    assert events(ask(token)) == {}


def test_feed_has_nothing_more_of_a_cohort_that_somebody_left(owner, cohort):
    other = make_cohort(members=[owner])
    make_event_of(other, title="Elsewhere")
    token = make_feed(actor=owner)
    both = set(events(ask(token)))
    Membership.objects.filter(cohort=cohort).update(ended_at=timezone.now())

    assert (both, set(events(ask(token)))) == ({"Listening", "Elsewhere"}, {"Elsewhere"})


@pytest.mark.parametrize(
    ("part", "seen"), [(Part.TRAINEE, {"Listening", "Block"}), (Part.INTERPRETER, {"Listening"}), (Part.ALUMNUS, set())]
)
def test_feed_has_what_the_part_sees(cohort, part, seen):
    make_block(cohort=cohort, module=make_module(programme=cohort.programme, title="Block"))
    publish(cohort=cohort)
    person = make_membership(cohort=cohort, part=part).person

    assert set(events(ask(make_feed(actor=person)))) == seen


def test_feed_is_not_sent_again_while_nothing_changed(owner, cohort):
    token = make_feed(actor=owner)
    etag = ask(token)["ETag"]
    same = ask(token, if_none_match=etag)
    Seminar.objects.update(title="Speaking")
    publish(cohort=cohort)
    changed = ask(token, if_none_match=etag)
    choose_calendar(actor=owner, titles="busy", by_mail=False)
    renamed = ask(token, if_none_match=changed["ETag"])

    assert [(one.status_code, len(one.content) > 0) for one in (same, changed, renamed)] == [(304, False), (200, True), (200, True)]
    assert list(events(renamed)) == ["Busy"]


def test_feed_asked_too_often_waits_and_others_do_not(owner, teammate, cohort):
    token, other = make_feed(actor=owner), make_feed(actor=teammate)

    answers = [ask(token).status_code for _time in range(31)]

    assert answers == [*[200] * 30, 429]
    assert (ask(token)["Retry-After"], ask(other).status_code) == ("900", 200)


def test_feed_notes_once_an_hour_that_a_program_asked(owner, cohort, monkeypatch):
    token = make_feed(actor=owner)
    ask(token)
    first = CalendarChoice.objects.get().asked_at
    ask(token)
    same = CalendarChoice.objects.get().asked_at
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + 2 * HOUR)
    ask(token)

    later = CalendarChoice.objects.get().asked_at
    assert (first, later - first > HOUR) == (same, True)


# --- one date ---------------------------------------------------------------------------------------------------------


def test_date_file_is_one_date_for_who_sees_it(client, owner, outsider, cohort):
    seminar = Seminar.objects.get()
    url = reverse("live:date-file", args=[cohort.slug, seminar.pk])
    client.force_login(owner)
    answer = client.get(url)
    client.force_login(outsider)

    assert (list(events(answer)), answer["Content-Disposition"]) == (["Listening"], 'attachment; filename="date.ics"')
    assert client.get(url).status_code == 404
    client.force_login(owner)
    assert client.get(reverse("live:date-file", args=[cohort.slug, uuid.uuid4()])).status_code == 404
