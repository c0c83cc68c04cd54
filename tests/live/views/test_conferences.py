import datetime

import pytest
from django.test import Client
from django.urls import reverse

from live.models import Conference, Seminar
from lms.permissions import Part
from tests.factories import make_cohort, make_membership
from tests.live.factories import make_conference, make_room, make_seminar

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)
NOON = datetime.datetime(2027, 6, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner], slug="spring")


@pytest.fixture
def trainer(cohort) -> Client:
    return as_person(make_membership(cohort=cohort, part=Part.TRAINER).person)


def as_person(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_conference_shows_what_begins_together_together(cohort, owner):
    day = make_conference(cohort, title="A day on listening", day=NOON.date())
    owner.time_zone = "Europe/Tallinn"
    owner.save()
    for title, hall, hours in (("Opening", "Hall", 0), ("Silence", "Hall", 1), ("Networks", "Library", 1)):
        times = {"starts_at": NOON + hours * HOUR, "ends_at": NOON + (hours + 1) * HOUR}
        make_room(seminar=make_seminar(cohort=cohort, kind="talk", conference=day, hall=hall, title=title, **times))

    answer = as_person(owner).get(reverse("live:conference", args=["spring", day.pk]))

    assert [[(talk.title, talk.hall) for talk in talks] for talks in answer.context["hours"]] == [
        [("Opening", "Hall")],
        [("Silence", "Hall"), ("Networks", "Library")],
    ]
    page = answer.content.decode()
    assert [words in page for words in ("15:00–16:00", "Tue 1 June, your time (Tallinn)", "13:00–14:00 UK", "Plan a talk")] == [
        True
    ] * 3 + [False]


def test_planning_a_day_and_its_talks_step_by_step(cohort, trainer):
    made = trainer.post(reverse("live:conference-new", args=["spring"]), {"title": "A day on listening", "day": "2027-06-01"})
    day = Conference.objects.get()
    hours = {"title": "Silence", "hall": "Hall", "begins": "10:00", "ends": "11:00", "capacity": "600"}
    address = reverse("live:talk-new", args=["spring", day.pk])

    answers = [trainer.post(address, {**hours, **more}) for more in ({}, {"ends": "09:00"}, {"begins": "10:30"})]

    assert made.headers["Location"] == reverse("live:conference", args=["spring", day.pk])
    assert [answer.status_code for answer in answers] == [302, 422, 422]
    assert "before it begins" in answers[1].content.decode()
    assert "“Silence” is in this room at that time." in answers[2].content.decode()
    assert [talk.title for talk in day.talks.all()] == ["Silence"]
    assert "A day on listening" in trainer.get(reverse("live:seminar-list", args=["spring"])).content.decode()


def test_series_new_plans_an_open_seminar_week_after_week(cohort, trainer):
    words = {"title": "Reading together", "day": "2027-06-01", "begins": "18:00", "ends": "19:00", "weeks": "4", "keeps_text": "on"}

    answer = trainer.post(reverse("live:series-new", args=["spring"]), words)

    first = Seminar.objects.order_by("starts_at").first()
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("live:lobby", args=["spring", first.pk]))
    assert Seminar.objects.filter(kind="open_seminar", keeps_text=True).count() == 4
