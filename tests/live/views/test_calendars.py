import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from live.actions.calendars.choosing import feed_of, make_feed
from live.models import CalendarChoice
from tests.factories import make_block, make_cohort, make_module, make_user
from tests.live.factories import make_conference, make_seminar

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def cohort(owner, client):
    client.force_login(owner)
    return make_cohort(members=[owner], title="Cohort one")


def at(cohort, moment, **fields):
    return make_seminar(cohort=cohort, starts_at=moment, ends_at=moment + HOUR, **fields)


def utc(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


def test_calendar_shows_a_month_as_table_and_list_with_links_between_them(client, cohort):
    seminar = at(cohort, utc("2027-03-04T10:00"), title="Listening")

    page = client.get(reverse("calendar"), {"month": "2027-03"}).content.decode()

    assert ("March 2027" in page, page.count('href="#day-2027-03-04"'), page.count('id="day-2027-03-04"')) == (True, 1, 1)
    assert reverse("live:lobby", args=[cohort.slug, seminar.pk]) in page
    assert ("?month=2027-02" in page, "?month=2027-04" in page) == (True, True)
    assert "Listening" not in client.get(reverse("calendar"), {"month": "2027-04"}).content.decode()


def test_calendar_is_by_the_readers_clock_and_says_the_courses_where_it_differs(client):
    person = make_user(time_zone="Europe/Tallinn")
    at(make_cohort(members=[person]), utc("2027-03-04T22:30"))
    client.force_login(person)

    page = client.get(reverse("calendar"), {"month": "2027-03"}).content.decode()

    assert ('id="day-2027-03-05"' in page, "00:30–01:30" in page, "Thu 4 March, 22:30–23:30 UK" in page) == (True, True, True)


@pytest.mark.parametrize("name", ["calendar", "calendar-list"])
def test_calendar_says_that_clocks_change_in_between(client, name, monkeypatch):
    person = make_user(time_zone="Australia/Sydney")
    cohort = make_cohort(members=[person])
    at(cohort, utc("2027-03-26T10:00"))
    at(cohort, utc("2027-03-30T09:00"))
    monkeypatch.setattr(timezone, "now", lambda: utc("2027-03-20T10:00"))
    client.force_login(person)

    page = client.get(reverse(name), {"month": "2027-03"}).content.decode()

    assert page.count('class="clock-note"') == 1
    assert "Clocks change before this day, but not alike" in page


@pytest.mark.parametrize("asked", ["2027-13", "0000-01", "x", "2027-03-04", "", "99999-01"])
def test_calendar_of_no_month_is_this_month(client, cohort, asked):
    page = client.get(reverse("calendar"), {"month": asked})

    assert (page.status_code, 'aria-current="date"' in page.content.decode()) == (200, True)


def test_calendar_invites_where_nothing_is_planned(client, cohort):
    assert "Nothing is planned in March 2031." in client.get(reverse("calendar"), {"month": "2031-03"}).content.decode()


def test_calendar_names_the_cohort_only_where_there_are_several(client, cohort, owner):
    at(cohort, utc("2027-03-04T10:00"))
    alone = client.get(reverse("calendar"), {"month": "2027-03"}).content.decode()
    at(make_cohort(members=[owner], title="Cohort two"), utc("2027-03-04T12:00"))
    both = client.get(reverse("calendar"), {"month": "2027-03"}).content.decode()

    assert ("· Cohort one" in alone, "· Cohort one" in both, "· Cohort two" in both) == (False, True, True)


def test_calendar_list_goes_on_from_a_day(client, cohort):
    today = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    for number in range(25):
        at(cohort, today + number * DAY, title=f"Number {number}.")

    first = client.get(reverse("calendar-list")).content.decode()
    since = f"{today + 10 * DAY:%Y-%m-%d}"
    second = client.get(reverse("calendar-list"), {"since": since}).content.decode()

    assert ("Number 0." in first, "Number 9." in first, "Number 10." in first, f"?since={since}" in first) == (True, True, False, True)
    assert ("Number 9." in second, "Number 10." in second, "Number 19." in second) == (False, True, True)
    assert client.get(reverse("calendar-list"), {"since": "0001-01-01"}).status_code == 200


@pytest.mark.parametrize("name", ["calendar", "calendar-list"])
def test_calendar_asks_as_many_questions_for_much_as_for_little(client, owner, name, django_assert_num_queries):
    client.force_login(owner)
    now = timezone.now()

    def more():
        cohort = make_cohort(members=[owner])
        make_block(cohort=cohort, module=make_module(programme=cohort.programme), opens_in=-8)
        make_conference(cohort)
        for number in range(5):
            at(cohort, now + number * HOUR)

    more()
    client.get(reverse(name))
    with django_assert_num_queries(7):  # session, person, frame, and the four of occasions
        client.get(reverse(name))
    more()
    more()
    with django_assert_num_queries(7):
        client.get(reverse(name))


# --- elsewhere --------------------------------------------------------------------------------------------------------


def test_calendar_address_is_shown_once(client, owner):
    client.force_login(owner)

    answer = client.post(reverse("calendar-address-make"))
    again = client.get(reverse("calendar-elsewhere")).content.decode()

    page = answer.content.decode()
    token = page.split("/calendar/feed/")[1].split(".ics")[0]
    assert (feed_of(token) is not None, token in again, answer["Cache-Control"]) == (True, False, "no-store")
    assert f'href="webcal://testserver/calendar/feed/{token}.ics"' in page
    assert "It is shown nowhere any more." in again


def test_calendar_address_ends(client, owner):
    client.force_login(owner)
    token = make_feed(actor=owner)

    client.post(reverse("calendar-address-end"))

    assert feed_of(token) is None
    assert "You have none yet." in client.get(reverse("calendar-elsewhere")).content.decode()


def test_calendar_elsewhere_keeps_the_choice_and_refuses_another(client, owner):
    client.force_login(owner)
    kept = client.post(reverse("calendar-elsewhere"), {"titles": "course", "by_mail": "on"})
    refused = client.post(reverse("calendar-elsewhere"), {"titles": "nonsense"})

    choice = CalendarChoice.objects.get()
    assert (kept.status_code, refused.status_code, choice.titles, choice.by_mail) == (302, 422, "course", True)
