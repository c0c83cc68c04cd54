import datetime

import pytest
from django.test import Client
from django.urls import reverse

from live import actions
from live.models import Seminar
from lms.permissions import Part
from tests.factories import make_cohort, make_membership
from tests.live.factories import make_room, make_seminar

pytestmark = pytest.mark.django_db
DAY = datetime.date(2027, 6, 1)
FORM = {"title": "Silence", "hall": "Hall", "begins": "11:00", "ends": "12:00", "capacity": "600", "keeps_text": "on", "version": "1"}


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner], slug="spring")


@pytest.fixture
def planner(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


@pytest.fixture
def talk(cohort, planner) -> Seminar:
    day = actions.plan_conference(actor=planner, cohort=cohort, title="A day on listening", day=DAY)
    hours = {"begins": datetime.time(10), "ends": datetime.time(11), "keeps_text": True}
    return actions.plan_talk(actor=planner, conference=day, title="Silence", hall="Hall", **hours)


def as_person(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(name, talk) -> str:
    return reverse(f"live:{name}", args=["spring", talk.conference_id if name.startswith("conf") else talk.pk])


def test_seminar_edit_begins_with_what_is_planned_and_leads_back(planner, talk):
    client = as_person(planner)

    shown = client.get(page("seminar-edit", talk)).context["form"]
    answer = client.post(page("seminar-edit", talk), FORM)

    assert (shown["begins"].value(), shown["hall"].value(), shown["version"].value()) == (datetime.time(10), "Hall", 1)
    assert answer.headers["Location"] == page("lobby", talk)
    assert "Tue 1 June" in client.get(page("lobby", talk)).content.decode()
    assert Seminar.objects.get(pk=talk.pk).version == 2


def test_seminar_edit_shows_beside_what_was_typed_what_somebody_else_kept_meanwhile(planner, talk):
    client = as_person(planner)
    client.post(page("seminar-edit", talk), {**FORM, "title": "Somebody else's title"})

    answer = client.post(page("seminar-edit", talk), {**FORM, "title": "My title"})
    words = answer.content.decode()
    again = client.post(page("seminar-edit", talk), {**FORM, "title": "My title", "version": answer.context["form"]["version"].value()})

    assert ("Somebody else&#x27;s title" in words, 'value="My title"' in words) == (True, True)
    assert (answer.status_code, again.status_code) == (409, 302)
    assert Seminar.objects.get(pk=talk.pk).title == "My title"


def test_seminar_call_off_asks_why_and_says_so_on_every_page(owner, planner, talk):
    client = as_person(planner)

    unsaid = client.post(page("seminar-call-off", talk), {"version": "1", "reason": ""})
    client.post(page("seminar-call-off", talk), {"version": "1", "reason": "The speaker is ill."})

    pages = [as_person(owner).get(address).content.decode() for address in (page("lobby", talk), page("conference", talk))]
    assert (unsaid.status_code, "Please say why in a sentence" in unsaid.content.decode()) == (422, True)
    said = [("alled off" in words, "The speaker is ill." in words, "Open the room" in words) for words in pages]
    assert said == [(True, True, False)] * 2
    assert "Called off" in as_person(owner).get(reverse("live:seminar-list", args=["spring"])).content.decode()
    assert "Silence" not in as_person(owner).get(reverse("today")).content.decode()


def test_conference_edit_moves_the_day(planner, talk):
    client = as_person(planner)
    fields = {"title": "A day on silence", "about": "All of it", "day": "2027-06-02", "version": "1"}

    answer = client.post(page("conference-edit", talk), fields)

    assert answer.headers["Location"] == page("conference", talk)
    assert Seminar.objects.get(pk=talk.pk).starts_at == datetime.datetime(2027, 6, 2, 9, tzinfo=datetime.UTC)
    assert "A day on silence" in client.get(page("conference", talk)).content.decode()


def test_pages_that_change_plans_are_offered_only_to_who_plans(owner, planner, talk):
    offered = [
        (
            "Change what is planned" in as_person(person).get(page("lobby", talk)).content.decode(),
            "Change the day" in as_person(person).get(page("conference", talk)).content.decode(),
        )
        for person in (planner, owner)
    ]

    assert offered == [(True, True), (False, False)]


def test_seminar_edit_knows_no_hours_of_the_course(cohort, planner):
    sitting = make_room(seminar=make_seminar(cohort=cohort)).seminar

    assert [as_person(planner).get(page(name, sitting)).status_code for name in ("seminar-edit", "seminar-call-off")] == [404, 404]


@pytest.mark.parametrize("name", ["seminar-edit", "seminar-call-off", "conference-edit"])
def test_pages_that_change_plans_ask_few_questions(planner, talk, name, django_assert_max_num_queries):
    client = as_person(planner)
    client.get("/healthz")

    with django_assert_max_num_queries(12):
        client.get(page(name, talk))
