import datetime
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import Announcement, Group, Membership
from courses.reading.announcements import PAGE
from lms.notifications.models import Notice
from lms.permissions import Part
from tests.courses.factories import make_announcement, make_peer_group
from tests.factories import make_cohort, make_membership

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner], time_zone="Europe/Tallinn")


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


def address(name, cohort, *given):
    return reverse(f"courses:{name}", args=[cohort.slug, *given])


def sent(**overrides):
    words = {"title": "The room has moved", "body": "We meet upstairs.", "to": "cohort", "client_id": str(uuid.uuid4())}
    return {**words, **overrides}


def main(response):
    return " ".join(response.content.decode().partition('id="main"')[2].split())


def test_announcement_new_keeps_what_is_to_go_out_at_the_clock_of_the_course(client, cohort, trainer):
    client.force_login(trainer)
    day = timezone.localdate() + datetime.timedelta(days=20)

    response = client.post(address("announcement-new", cohort), sent(to="part:trainee", day=day.isoformat(), clock="09:30"))

    made = Announcement.objects.get()
    there = made.goes_at.astimezone(ZoneInfo("Europe/Tallinn"))
    assert response["Location"] == address("announcement", cohort, made.pk)
    assert (there.date(), there.time(), made.target, made.part, made.sent_at) == (day, datetime.time(9, 30), "part", "trainee", None)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"body": ""}, "There are no words here yet"),
        ({"title": " "}, "Nothing is lost. Please look at this again:"),
        ({"day": "2031-02-29", "clock": "10:00"}, "Please write a day"),
        ({"day": "2020-02-29", "clock": "10:00"}, "This moment has passed"),
        ({"clock": "10:00"}, "Please write both the day and the time"),
        ({"to": "group:1"}, "Select a valid choice"),
        ({"to": "part:nobody"}, "Select a valid choice"),
    ],
)
def test_announcement_new_that_is_refused_keeps_what_was_typed(client, cohort, trainer, wrong, sentence):
    client.force_login(trainer)

    response = client.post(address("announcement-new", cohort), sent(**{"title": "Typed title", "body": "Typed words", **wrong}))

    html = response.content.decode()
    assert (response.status_code, sentence in html, Announcement.objects.count()) == (422, True, 0)
    assert ("Typed title" in html or "title" in wrong, "Typed words" in html or "body" in wrong) == (True, True)


def test_announcements_shows_each_what_went_to_them(client, cohort, owner, trainer):
    group = make_peer_group(cohort, make_membership(cohort=cohort).person)
    make_announcement(cohort, author=trainer, title="For everybody")
    make_announcement(cohort, author=trainer, title="For a group", target="group", group=group)
    make_announcement(cohort, author=trainer, title="Not yet", sent=False)

    def titles(person):
        client.force_login(person)
        html = main(client.get(address("announcements", cohort)))
        return [title for title in ("For everybody", "For a group", "Not yet") if title in html]

    assert titles(owner) == ["For everybody"]
    assert titles(trainer) == ["For everybody", "For a group", "Not yet"]


def test_announcement_that_is_for_others_or_not_out_yet_does_not_exist(client, cohort, owner, trainer):
    group = make_peer_group(cohort, make_membership(cohort=cohort).person)
    others = make_announcement(cohort, author=trainer, target="group", group=group)
    waiting = make_announcement(cohort, author=trainer, sent=False)
    client.force_login(owner)

    assert [client.get(address("announcement", cohort, one.pk)).status_code for one in (others, waiting)] == [404, 404]


def test_announcement_once_opened_is_no_longer_pinned(client, cohort, owner, trainer):
    made = make_announcement(cohort, author=trainer)
    client.force_login(owner)
    before = main(client.get("/"))

    client.get(address("announcement", cohort, made.pk))

    assert (made.title in before, made.title in main(client.get("/"))) == (True, False)
    assert Notice.objects.unread().filter(person=owner).count() == 0


def test_announcement_read_by_one_press_on_today(client, cohort, owner, trainer):
    made = make_announcement(cohort, author=trainer)
    client.force_login(owner)
    html = main(client.get("/"))

    response = client.post(address("announcement-read", cohort, made.pk))

    assert address("announcement-read", cohort, made.pk) in html
    assert response["Location"] == address("announcement-read", cohort, made.pk).partition("announcements/")[0]
    assert Membership.objects.get(cohort=cohort, person=owner).pinned == []


def test_who_was_removed_meets_none_of_them(client, cohort, owner, trainer):
    made = make_announcement(cohort, author=trainer)
    Membership.objects.filter(person=owner).update(ended_at=timezone.now())
    client.force_login(owner)

    addresses = [address("announcements", cohort), address("announcement", cohort, made.pk)]

    assert [client.get(one).status_code for one in addresses] == [404, 404]
    assert made.title not in client.get("/").content.decode()


def test_announcement_change_shows_both_where_somebody_else_was_quicker(client, cohort, trainer):
    made = make_announcement(cohort, author=trainer, sent=False)
    client.force_login(trainer)
    change = address("announcement-change", cohort, made.pk)
    client.post(change, sent(title="Theirs", body="Their words", version=1))

    response = client.post(change, sent(title="Mine", body="My words", version=1))

    html = response.content.decode()
    assert (response.status_code, "Their words" in html, "My words" in html) == (409, True, True)
    assert client.post(change, sent(title="Mine", body="My words", version=2)).status_code == 302


def test_announcement_change_of_one_that_went_out_meanwhile_becomes_a_correction(client, cohort, trainer):
    made = make_announcement(cohort, author=trainer)
    client.force_login(trainer)
    change = address("announcement-change", cohort, made.pk)

    page = main(client.get(change))
    client.post(change, {"title": "Corrected", "body": "Sorry.", "version": 1})

    made.refresh_from_db()
    assert ("Correct an announcement" in page, 'name="day"' in page) == (True, False)
    assert (made.title, made.changed_by) == ("Corrected", trainer)
    assert "changed this on" in main(client.get(address("announcement", cohort, made.pk)))


def test_announcement_take_back(client, cohort, trainer):
    out, waiting = make_announcement(cohort, author=trainer), make_announcement(cohort, author=trainer, sent=False)
    client.force_login(trainer)

    for one in (out, waiting):
        assert client.post(address("announcement-take-back", cohort, one.pk))["Location"] == address("announcements", cohort)

    assert list(Announcement.objects.all()) == [out]


def test_announcement_that_is_held_back_says_why_and_offers_no_audience_by_itself(client, cohort, owner, trainer):
    group = make_peer_group(cohort, owner)
    found = make_announcement(cohort, author=trainer, sent=False, target="group", group=group, goes_at=timezone.now() + HOUR)
    Announcement.objects.update(goes_at=timezone.now() - 3 * HOUR)
    Group.objects.update(ended_at=timezone.now())
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR).person
    Membership.objects.filter(person=trainer).update(ended_at=timezone.now())
    client.force_login(coordinator)

    page, listing = (
        client.get(reverse(f"courses:announcement{more}", args=args)).content.decode()
        for more, args in (("", [cohort.slug, found.pk]), ("s", [cohort.slug]))
    )
    form = client.get(reverse("courses:announcement-change", args=[cohort.slug, found.pk])).context["form"]

    assert ("no longer announces anything here" in page, "the group it is for is no more" in page, "Held back" in listing) == (True,) * 3
    assert (form.fields["to"].choices[0][0], form["day"].value(), form["clock"].value()) == ("", None, None)


def test_announcements_page_by_key_and_ask_the_same_few_questions(client, cohort, owner, trainer, django_assert_max_num_queries):
    def ask(page):
        with django_assert_max_num_queries(12) as questions:
            response = client.get(page)
        return response, len(questions)

    made = make_announcement(cohort, author=trainer)
    client.force_login(owner)
    pages = [address("announcements", cohort), address("announcement", cohort, made.pk)]
    for page in pages:
        client.get(page)
    few = [ask(page)[1] for page in pages]
    for _ in range(PAGE + 3):
        make_announcement(cohort, author=trainer)
    Notice.objects.all().delete()  # for whom something waits, each page asks once whether this is what it leads to

    many = [ask(page) for page in pages]
    further = client.get(f"{pages[0]}?before={many[0][0].context['listed'].further}").context["listed"]

    assert [number for _response, number in many] == few
    assert (len(many[0][0].context["listed"].rows), len(further.rows), further.further) == (PAGE, 4, None)


@pytest.mark.parametrize("page", ["announcement-new", "announcement-change"])
def test_pages_to_write_on_ask_few_questions(client, cohort, trainer, page, django_assert_max_num_queries):
    made = make_announcement(cohort, author=trainer, sent=False)
    for _ in range(5):
        make_peer_group(cohort)
    client.force_login(trainer)
    given = [made.pk] if page == "announcement-change" else []
    client.get(address(page, cohort, *given))

    with django_assert_max_num_queries(8):
        client.get(address(page, cohort, *given))
