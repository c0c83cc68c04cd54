import datetime
import uuid

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.actions.members import bring_back, remove_member
from courses.models import Membership
from live.actions.calendars.choosing import choose_calendar, make_feed
from live.actions.calendars.publishing import publish
from live.models import CalendarChoice, CalendarEvent, Seminar
from lms.permissions import Part
from tests.courses.factories import make_peer_group
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
    with django_assert_num_queries(3):
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


def statuses(token):
    return {title: str(one["status"]) for title, one in events(ask(token)).items()}


def test_feed_of_who_left_says_for_a_while_that_it_is_over(owner, cohort):
    other = make_cohort(members=[owner])
    make_event_of(other, title="Elsewhere")
    make_event_of(cohort, title="Held", starts_at=timezone.now() - DAY, ends_at=timezone.now() - DAY + HOUR)
    token = make_feed(actor=owner)
    before = statuses(token)
    Membership.objects.filter(cohort=cohort).update(ended_at=timezone.now())
    after = statuses(token)
    Membership.objects.filter(cohort=cohort).update(ended_at=timezone.now() - 61 * DAY)

    assert before == {"Listening": "CONFIRMED", "Elsewhere": "CONFIRMED", "Held": "CONFIRMED"}
    assert after == {"Listening": "CANCELLED", "Elsewhere": "CONFIRMED"}
    assert statuses(token) == {"Elsewhere": "CONFIRMED"}


def test_feed_of_who_left_tells_nothing_that_changed_since(owner, cohort):
    Membership.objects.filter(cohort=cohort).update(ended_at=timezone.now())
    token = make_feed(actor=owner)
    Seminar.objects.update(title="Speaking")
    publish(cohort=cohort)
    make_event_of(cohort, title="New")

    assert statuses(token) == {}


def test_feed_of_who_left_has_what_their_part_saw_and_of_groups_only_theirs(owner, cohort):
    make_block(cohort=cohort, module=make_module(programme=cohort.programme, title="Block"), opens_in=10)
    publish(cohort=cohort)
    make_event_of(cohort, title="Mine", group=make_peer_group(cohort, owner))
    make_event_of(cohort, title="Theirs", group=make_peer_group(cohort))
    interpreter = make_membership(cohort=cohort, part=Part.INTERPRETER).person
    Membership.objects.update(ended_at=timezone.now())

    assert set(statuses(make_feed(actor=owner))) == {"Listening", "Block", "Mine"}
    assert set(statuses(make_feed(actor=interpreter))) == {"Listening"}


def test_feed_of_who_came_back_has_a_later_word_than_that_it_is_over(owner, cohort):
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR).person
    member, token = Membership.objects.get(person=owner), make_feed(actor=owner)
    remove_member(actor=coordinator, membership=member)
    Membership.objects.filter(pk=member.pk).update(ended_at=timezone.now() - 2 * HOUR)
    CalendarEvent.objects.update(changed_at=timezone.now() - 3 * HOUR)
    over = events(ask(token))["Listening"]
    bring_back(actor=coordinator, membership=member, part=Part.TRAINEE)
    again = events(ask(token))["Listening"]

    assert [str(one["status"]) for one in (over, again)] == ["CANCELLED", "CONFIRMED"]
    assert over["sequence"] == again["sequence"]
    assert over["dtstamp"].dt < again["dtstamp"].dt


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
