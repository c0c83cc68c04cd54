import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from live.models import Seminar
from lms.permissions import Part
from tests.factories import make_cohort, make_membership
from tests.live.factories import make_conference, make_room, make_seminar

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner], slug="spring")


@pytest.fixture
def client(cohort):
    client = Client()
    client.force_login(make_membership(cohort=cohort, part=Part.TRAINER).person)
    return client


@pytest.fixture
def begins():
    return (timezone.now() + datetime.timedelta(days=2)).replace(hour=10, minute=0, second=0, microsecond=0)


def planned(cohort, starts_at, **more) -> Seminar:
    seminar = make_seminar(cohort=cohort, starts_at=starts_at, ends_at=starts_at + datetime.timedelta(hours=1), **more)
    return make_room(seminar=seminar).seminar


def page(begins) -> str:
    return reverse("live:day-call-off", args=["spring", begins.date().isoformat()])


def words(answer) -> str:
    return answer.content.decode()


def test_day_call_off_shows_all_of_it_chosen_and_calls_it_off_in_one_press(client, cohort, begins):
    day = make_conference(cohort, day=begins.date())
    first, second = (
        planned(cohort, begins, kind="talk", conference=day, hall=hall, title=f"In the {hall}") for hall in ("Hall", "Library")
    )
    shown = client.get(page(begins))
    fields = {"mark": shown.context["form"]["mark"].value(), "seminars": shown.context["form"]["seminars"].value(), "reason": "A storm."}

    answer = client.post(page(begins), fields)

    assert sorted(fields["seminars"]) == sorted(map(str, (first.pk, second.pk)))
    assert answer.headers["Location"] == reverse("live:conference", args=["spring", day.pk])
    assert words(client.get(answer.headers["Location"])).count("A storm.") == 2
    assert Seminar.objects.taking_place().count() == 0


def test_day_call_off_keeps_what_was_typed_where_a_reason_is_missing_or_the_plan_changed(client, cohort, begins):
    first = planned(cohort, begins)
    mark = client.get(page(begins)).context["form"]["mark"].value()
    unsaid = client.post(page(begins), {"mark": mark, "seminars": [str(first.pk)], "reason": ""})
    planned(cohort, begins, kind="open_seminar", title="In the evening")

    meanwhile = client.post(page(begins), {"mark": mark, "seminars": [str(first.pk)], "reason": "A storm."})
    again = {"mark": meanwhile.context["form"]["mark"].value(), "seminars": [str(first.pk)], "reason": "A storm."}
    done = client.post(page(begins), again)

    assert (unsaid.status_code, "Please say why in a sentence" in words(unsaid)) == (422, True)
    assert (meanwhile.status_code, "A storm." in words(meanwhile), "In the evening" in words(meanwhile)) == (409, True, True)
    assert (done.status_code, list(Seminar.objects.taking_place().values_list("title", flat=True))) == (302, ["In the evening"])


def test_day_call_off_pressed_twice_says_that_nothing_is_left(client, cohort, begins):
    first = planned(cohort, begins)
    fields = {"mark": client.get(page(begins)).context["form"]["mark"].value(), "seminars": [str(first.pk)], "reason": "A storm."}
    client.post(page(begins), fields)

    again = client.post(page(begins), fields)

    assert (again.status_code, "Nothing of this day is left to call off." in words(again)) == (422, True)


def test_day_call_off_is_no_page_for_a_day_without_anything_or_no_day(client, cohort, begins):
    addresses = [page(begins), "/c/spring/live/off/tomorrow/", "/c/spring/live/off/2027-02-31/"]

    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


def test_day_call_off_is_reached_from_a_sitting_and_from_a_day_of_talks(client, cohort, begins, owner):
    sitting = planned(cohort, begins)
    day = make_conference(cohort, day=begins.date())
    planned(cohort, begins, kind="talk", conference=day, hall="Hall")
    addresses = [reverse("live:lobby", args=["spring", sitting.pk]), reverse("live:conference", args=["spring", day.pk])]
    trainee = Client()
    trainee.force_login(owner)

    seen = [[page(begins) in words(one.get(address)) for address in addresses] for one in (client, trainee)]

    assert seen == [[True, True], [False, False]]


def test_day_call_off_asks_as_little_of_a_full_day(client, cohort, begins, django_assert_max_num_queries):
    planned(cohort, begins, kind="talk", hall="Hall")
    client.get(page(begins))  # the year is read once per process
    with django_assert_max_num_queries(12) as of_one:
        client.get(page(begins))
    for hall in range(12):
        planned(cohort, begins, kind="talk", hall=str(hall))

    with django_assert_max_num_queries(12) as of_many:
        client.get(page(begins))

    assert len(of_many) == len(of_one)
