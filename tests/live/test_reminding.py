import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from live.models import Seminar
from live.reminding import remind
from lms.notifications.models import Notice, PushSubscription
from lms.permissions import Part
from tests.factories import make_cohort, make_membership, make_user
from tests.live.factories import make_room, make_seminar

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = datetime.timedelta(minutes=1), datetime.timedelta(hours=1), datetime.timedelta(days=1)
NOON = datetime.datetime(2027, 6, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def clock(monkeypatch):
    """Sets the time by hand."""

    def at(moment: datetime.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    at(NOON)
    return at


@pytest.fixture
def cohort(owner, clock):
    return make_cohort(members=[owner])


def plan(cohort, starts_at: datetime.datetime) -> Seminar:
    return make_seminar(cohort=cohort, starts_at=starts_at, ends_at=starts_at + HOUR)


def test_remind_tells_a_week_before_and_a_day_before_once_each(owner, cohort, clock):
    seminar = plan(cohort, NOON + 10 * DAY)
    told = []
    for hours in range(10 * 24 + 2):
        clock(NOON + hours * HOUR)
        told.append(remind())

    assert [hours for hours, count in enumerate(told) if count] == [3 * 24, 9 * 24]
    assert sum(told) == 2
    for notice in Notice.objects.all():
        assert (notice.person, notice.kind, notice.starts_at) == (owner, Notice.Kind.REMINDER, seminar.starts_at)
        assert notice.url == reverse("live:lobby", args=[cohort.slug, seminar.pk])


def test_remind_speaks_of_a_day_once_and_leads_to_its_first_hour(owner, cohort):
    later, first, another_day = (plan(cohort, NOON + 3 * DAY + hours * HOUR) for hours in (3, 1, 25))

    assert (remind(), remind()) == (2, 0)
    urls = {notice.url for notice in Notice.objects.all()}
    assert urls == {reverse("live:lobby", args=[cohort.slug, seminar.pk]) for seminar in (first, another_day)}
    assert str(later.pk) not in str(urls)


def test_remind_tells_whoever_has_a_place_there_and_nobody_else(cohort):
    plan(cohort, NOON + 2 * DAY)
    parts = {part: make_membership(cohort=cohort, part=part).person for part in Part}
    gone = make_membership(cohort=cohort, ended_at=NOON).person
    elsewhere = make_membership(cohort=make_cohort()).person
    closed = make_membership(cohort=cohort, person=make_user(is_active=False)).person

    remind()

    told = set(Notice.objects.values_list("person", flat=True))
    assert {person.pk for part, person in parts.items() if part is not Part.ALUMNUS} <= told
    assert told.isdisjoint({parts[Part.ALUMNUS].pk, gone.pk, elsewhere.pk, closed.pk})


def test_remind_says_nothing_of_what_is_over_far_away_or_always_open(cohort):
    plan(cohort, NOON - HOUR)
    plan(cohort, NOON + 8 * DAY)
    make_seminar(cohort=cohort, kind=Seminar.Kind.PRACTICE, starts_at=None, ends_at=None)

    assert remind() == 0


@pytest.mark.parametrize("change", [datetime.date(2027, 3, 28), datetime.date(2027, 10, 31)])
def test_remind_once_each_where_clocks_change(cohort, clock, change):
    """R15: two sittings on the day after, at ten by the clock; the week and the day before it hold the doubled or missing hour."""
    monday = datetime.datetime.combine(change + DAY, datetime.time(9), tzinfo=datetime.UTC)
    plan(cohort, monday)
    plan(cohort, monday + 3 * HOUR)
    start = monday - 8 * DAY
    told = 0
    for quarter in range(8 * 24 * 4):
        clock(start + quarter * datetime.timedelta(minutes=15))
        told += remind()

    assert told == 2


def test_remind_asks_one_question_more_than_none_once_all_were_told(cohort, django_assert_num_queries):
    for days in (2, 3, 4):
        plan(cohort, NOON + days * DAY)
    remind()

    with django_assert_num_queries(2):
        assert remind() == 0


def test_remind_tells_five_minutes_before_each_room_once(owner, cohort, clock):
    first, second = plan(cohort, NOON + HOUR), plan(cohort, NOON + 2 * HOUR)
    PushSubscription.objects.create(person=owner, endpoint="https://example.org/ring", endpoint_hash="x", p256dh="p", auth="a")
    told = {}
    for minute in range(130):
        clock(NOON + minute * MINUTE)
        remind()
        told |= {key: minute for key in Notice.objects.filter(kind=Notice.Kind.SOON).values_list("key", flat=True) if key not in told}

    assert told == {f"live.soon:{first.pk}": 55, f"live.soon:{second.pk}": 115}
    soon = Notice.objects.filter(kind=Notice.Kind.SOON).order_by("at")
    assert [(notice.url, notice.mail_at, notice.push_at) for notice in soon] == [
        (reverse("live:lobby", args=[cohort.slug, seminar.pk]), None, seminar.starts_at - 5 * MINUTE) for seminar in (first, second)
    ]


def test_remind_five_minutes_before_keeps_quiet_hours(owner, cohort, clock):
    """What is over by the time somebody is awake does not ring then; it stands on their page."""
    plan(cohort, NOON + 10 * HOUR)
    PushSubscription.objects.create(person=owner, endpoint="https://example.org/ring", endpoint_hash="x", p256dh="p", auth="a")
    clock(NOON + 10 * HOUR - 3 * MINUTE)

    remind()

    assert [(notice.mail_at, notice.push_at) for notice in Notice.objects.filter(kind=Notice.Kind.SOON)] == [(None, None)]


@pytest.mark.parametrize("before", [7 * DAY, DAY, 5 * MINUTE])
def test_remind_leads_to_a_page_with_the_card(client, owner, cohort, clock, before):
    seminar = plan(cohort, NOON + before)
    Seminar.objects.update(before={"asked": "Bring a moment in which you listened.", "opt_out": "Nobody asks why."})
    make_room(seminar=seminar)
    remind()
    client.force_login(owner)

    page = client.get(Notice.objects.filter(person=owner).latest("pk").url).content.decode()

    assert ("Bring a moment in which you listened." in page, "Nobody asks why." in page, "I sit this one out" in page) == (True, True, True)
