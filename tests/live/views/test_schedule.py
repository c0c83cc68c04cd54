import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from live.models import Seminar
from lms.users.models import User
from tests.factories import make_cohort
from tests.live.factories import make_room, make_seminar

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
FRIDAY = datetime.datetime(2027, 3, 12, 9, tzinfo=datetime.UTC)


@pytest.fixture
def cohort(owner, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: FRIDAY)
    return make_cohort(members=[owner], slug="spring")


def signed_in(person: User, zone: str) -> Client:
    User.objects.filter(pk=person.pk).update(time_zone=zone)
    client = Client()
    client.force_login(person)
    return client


def plan(cohort, days: int, hour: int = 10) -> Seminar:
    starts = (FRIDAY + days * DAY).replace(hour=hour)
    return make_room(seminar=make_seminar(cohort=cohort, starts_at=starts, ends_at=starts + HOUR)).seminar


def test_seminar_list_notes_clocks_where_a_day_differs_from_the_day_before_it(cohort, owner):
    for days, hour in ((0, 10), (7, 10), (14, 10), (21, 9)):  # ten by London's clock
        plan(cohort, days, hour)
    client = signed_in(owner, "America/New_York")

    context = client.get(reverse("live:seminar-list", args=["spring"])).context

    notes = [day.note for day in [*context["soon"], *context["later"]]]
    assert [("New York on Sunday 14 March" in note, "UK on Sunday 28 March" in note) for note in notes] == [
        (False, False), (True, False), (False, False), (False, True)
    ]  # fmt: skip


def test_lobby_notes_clocks_that_change_between_now_and_then(cohort, owner):
    seminar = plan(cohort, 7)
    address = reverse("live:lobby", args=["spring", seminar.pk])

    there, home = (signed_in(owner, zone).get(address).content.decode() for zone in ("America/New_York", "Europe/London"))

    assert ("New York on Sunday 14 March" in there, "Clocks change" in home) == (True, False)
    assert "06:00–07:00" in there
    assert "10:00–11:00 UK" in there


def test_lobby_says_the_day_in_the_uk_where_it_is_another(cohort, owner):
    seminar = plan(cohort, 7, hour=16)

    page = signed_in(owner, "Australia/Melbourne").get(reverse("live:lobby", args=["spring", seminar.pk])).content.decode()

    assert "Sat 20 March" in page
    assert "Fri 19 March, 16:00–17:00 UK" in page
