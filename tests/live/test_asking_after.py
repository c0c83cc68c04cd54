import datetime

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from courses.actions.attendance import record_minutes
from live.asking_after import ask_after
from live.models import Seminar
from lms.notifications import sentences
from lms.notifications.actions.preferences import prefer
from lms.notifications.models import Notice
from tests.factories import make_block, make_cohort, make_membership, make_sitting, make_user
from tests.live.factories import make_room, make_seminar

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
TUESDAY = datetime.datetime(2027, 3, 9, 10, tzinfo=datetime.UTC)


@pytest.fixture
def clock(monkeypatch):
    """Sets the time by hand."""

    def at(moment: datetime.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    at(TUESDAY)
    return at


@pytest.fixture
def cohort(owner, clock):
    return make_cohort(members=[owner])


def sat(cohort, starts_at: datetime.datetime, **minutes_by_name: tuple) -> Seminar:
    times = {"starts_at": starts_at, "ends_at": starts_at + HOUR}
    sitting = make_sitting(block=cohort.blocks.first() or make_block(cohort=cohort), **times)
    seminar = make_room(seminar=make_seminar(cohort=cohort, sitting=sitting, **times)).seminar
    record_minutes(sitting=sitting, minutes_by_person={person.pk: minutes for person, minutes in minutes_by_name.values()})
    return seminar


def asked_at(clock, start: datetime.datetime, hours: int) -> list[datetime.datetime]:
    """When somebody was asked, looking every hour."""
    moments = []
    for hour in range(hours):
        clock(start + hour * HOUR)
        moments += [start + hour * HOUR] * ask_after()
    return moments


def test_ask_after_asks_once_two_days_after(owner, cohort, clock):
    seminar = sat(cohort, TUESDAY, owner=(owner, 40))

    assert asked_at(clock, TUESDAY, 24 * 7) == [TUESDAY + HOUR + 2 * DAY]
    notice = Notice.objects.get()
    assert (notice.person, notice.kind) == (owner, Notice.Kind.AFTERWARDS)
    assert notice.url == reverse("live:lobby", args=[cohort.slug, seminar.pk]) + "#landing"
    assert notice.mail_at is not None
    with timezone.override(datetime.UTC), translation.override("en"):
        assert sentences.named(notice) == sentences.for_letter(notice) == "How are you after Tuesday?"


def test_ask_after_asks_nobody_who_was_not_there_or_would_rather_not_be(owner, cohort, clock):
    away, unwilling, gone = (make_user() for _ in range(3))
    make_membership(cohort=cohort, person=away)
    make_membership(cohort=cohort, person=unwilling)
    make_membership(cohort=cohort, person=gone, ended_at=TUESDAY)
    prefer(actor=unwilling, asked_afterwards=False)
    sat(cohort, TUESDAY, owner=(owner, 1), away=(away, 0), unwilling=(unwilling, 60), gone=(gone, 60))

    asked_at(clock, TUESDAY, 72)

    assert [notice.person for notice in Notice.objects.all()] == [owner]


def test_ask_after_a_run_of_days_asks_after_the_last_in_which_one_was_there(owner, teammate, cohort, clock):
    make_membership(cohort=cohort, person=teammate)
    for day, hour in ((0, 0), (0, 3), (1, 0), (2, 0)):
        there = {"owner": (owner, 50)} | ({"teammate": (teammate, 50)} if day < 2 else {})
        sat(cohort, TUESDAY + day * DAY + hour * HOUR, **there)

    asked_at(clock, TUESDAY, 24 * 9)

    asked = [(notice.person, notice.at, notice.starts_at) for notice in Notice.objects.order_by("at")]
    assert asked == [
        (teammate, TUESDAY + 3 * DAY + HOUR, TUESDAY + DAY),
        (owner, TUESDAY + 4 * DAY + HOUR, TUESDAY + 2 * DAY),
    ]


def test_ask_after_says_nothing_when_the_clock_slept_too_long(owner, cohort, clock):
    sat(cohort, TUESDAY, owner=(owner, 40))
    clock(TUESDAY + 5 * DAY)

    assert ask_after() == 0


def test_ask_after_leads_to_the_landing(client, owner, cohort, clock):
    seminar = sat(cohort, TUESDAY, owner=(owner, 40))
    clock(TUESDAY + 2 * DAY + 2 * HOUR)
    ask_after()
    client.force_login(owner)

    page = client.get(Notice.objects.get().url).content.decode()

    place = reverse("live:lobby", args=[cohort.slug, seminar.pk])
    assert f"{reverse('contact-me')}?place={place}" in page
    assert ('id="landing"' in page, "This is not an emergency service" in page) == (True, True)
    assert reverse("notification-preferences") in page
