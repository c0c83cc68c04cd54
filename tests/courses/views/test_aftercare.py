import datetime
import logging
import re
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from courses import crisis
from courses.actions.aftercare import ask_for_contact, close_request, hand_on
from courses.models import Cohort, ContactRequest
from lms.mail.models import Letter
from lms.permissions import Part
from lms.users.models import User
from tests.courses.factories import make_duty
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

CANARY = "canary-7c1f <b>words</b>"


@pytest.fixture
def cohort(owner: User) -> Cohort:
    return make_cohort(members=[owner])


@pytest.fixture
def contact(cohort: Cohort) -> User:
    return make_membership(cohort=cohort, part=Part.AFTERCARE, person=make_user(display_name="Contact Cara")).person


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def asked_by(person: User, cohort: Cohort | None) -> ContactRequest:
    return ask_for_contact(actor=person, cohort=cohort, note=CANARY, client_id=uuid.uuid4()).request


def test_contact_me_shows_the_numbers_of_ones_country_before_the_form(owner: User, cohort: Cohort) -> None:
    User.objects.filter(pk=owner.pk).update(country="EE")

    page = as_person(owner).get(reverse("contact-me")).content.decode()

    assert page.index("This is not an emergency service") < page.index("tel:112") < page.index("<textarea")
    assert "within 24 hours" in page


def test_contact_me_then_says_who_was_told_and_until_when(owner: User, cohort: Cohort, contact: User) -> None:
    client = as_person(owner)
    client_id = re.search(r'name="client_id" value="([^"]+)"', client.get(reverse("contact-me")).content.decode())
    assert client_id is not None

    answers = [client.post(reverse("contact-me"), {"note": CANARY, "client_id": client_id[1]}) for _ in range(2)]
    page = client.get(answers[0]["Location"]).content.decode()

    assert [response.status_code for response in answers] == [302, 302]
    assert "Contact Cara was told" in page
    assert date_format(timezone.localtime(ContactRequest.objects.get().promised_by, ZoneInfo("Europe/London")), "H:i") in page
    assert "canary" not in page


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        ("duty", "On duty today: Contact Cara. You are answered within 24 hours. Besides them, only the aftercare contacts of your cohort"),
        ("aftercare", "goes to whoever is there for aftercare in your cohort: Contact Cara. You are answered within 24 hours. Nobody else"),
        ("coordinator", "goes to whoever coordinates your cohort: Contact Cara. You are answered within 24 hours."),
        ("site", "goes to whoever coordinates the site: Contact Cara. You are answered within 24 hours."),
        ("nobody", "Nobody here can open your request just now. So the people who run this site get a letter with your address"),
    ],
)
def test_contact_me_says_truly_whom_it_reaches_before_somebody_asks(owner: User, cohort: Cohort, way: str, sentence: str) -> None:
    cara = make_user(display_name="Contact Cara", coordinates=way == "site")
    parts = {"duty": Part.TRAINER, "aftercare": Part.AFTERCARE, "coordinator": Part.COORDINATOR}
    if way in parts:
        make_membership(cohort=cohort, part=parts[way], person=cara)
    if way == "duty":
        make_duty(cohort, cara)

    page = as_person(owner).get(reverse("contact-me")).content.decode()

    assert sentence in " ".join(page.split())
    assert ("You are answered within" in page) is (way != "nobody")


def test_contact_me_names_everybody_who_was_told(owner: User, cohort: Cohort, contact: User) -> None:
    make_membership(cohort=cohort, part=Part.AFTERCARE, person=make_user(display_name="Contact Dan"))
    asked_by(owner, cohort)

    page = " ".join(as_person(owner).get(reverse("contact-me")).content.decode().split())

    assert "Contact Cara and Contact Dan were told; one of them will be in touch with you." in page


def test_contact_me_says_nothing_of_going_on_while_there_was_nobody_else(owner: User, cohort: Cohort, contact: User) -> None:
    asked = asked_by(owner, cohort)
    half = timezone.now() - datetime.timedelta(hours=13)
    ContactRequest.objects.update(asked_at=half, promised_by=half + datetime.timedelta(hours=24))

    hand_on(request_id=asked.pk)

    assert "it went on to others" not in as_person(owner).get(reverse("contact-me")).content.decode()


def test_contact_requests_lead_to_who_is_on_duty(cohort: Cohort, contact: User, owner: User) -> None:
    duty = reverse("courses:duty", args=[cohort.slug])

    pages = [as_person(person).get(reverse("contact-requests")).content.decode() for person in (contact, owner)]

    assert [duty in page for page in pages] == [True, False]


def test_contact_me_about_the_forum_says_that_a_trainer_answers(owner: User, cohort: Cohort, contact: User) -> None:
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    client = as_person(owner)

    page = client.get(reverse("contact-me") + "?about=forum").content.decode()
    other = client.get(reverse("contact-me") + "?about=<b>").content.decode()
    client.post(reverse("contact-me"), {"note": "May I call?", "about": "forum", "client_id": str(uuid.uuid4())})

    assert 'name="about" value="forum"' in page and "I would like to talk before I post something in the forum.</textarea>" in page
    assert "A trainer of your cohort answers within 24 hours" in page
    assert ("A trainer of your cohort" in other, "before I post" in other) == (False, False)
    assert ContactRequest.objects.get().sent_to == trainer


def test_contact_me_needs_no_words(owner: User, cohort: Cohort, contact: User) -> None:
    as_person(owner).post(reverse("contact-me"), {"note": ""})

    assert ContactRequest.objects.get().person == owner


def test_contact_me_keeps_the_words_when_it_refuses(owner: User, cohort: Cohort) -> None:
    for _ in range(20):
        asked_by(owner, cohort)

    page = as_person(owner).post(reverse("contact-me"), {"note": "words that stay"}).content.decode()

    assert "words that stay" in page
    assert ContactRequest.objects.count() == 20


def test_contact_me_names_who_took_it_on(owner: User, cohort: Cohort, contact: User) -> None:
    asked = asked_by(owner, cohort)

    as_person(contact).post(reverse("contact-request-take", args=[asked.pk]))

    assert "Contact Cara took this on" in as_person(owner).get(reverse("contact-me")).content.decode()


def test_contact_requests_lists_who_waits_without_words(owner: User, cohort: Cohort, contact: User) -> None:
    asked = asked_by(owner, cohort)

    page = as_person(contact).get(reverse("contact-requests")).content.decode()
    outside = as_person(make_user()).get(reverse("contact-requests")).content.decode()

    assert reverse("contact-request", args=[asked.pk]) in page
    assert "Owner" in page
    assert "canary" not in page
    assert "Owner" not in outside


def test_contact_request_shows_its_words_escaped(owner: User, cohort: Cohort, contact: User) -> None:
    asked = asked_by(owner, cohort)

    for person in (owner, contact):
        page = as_person(person).get(reverse("contact-request", args=[asked.pk])).content.decode()
        assert "canary-7c1f &lt;b&gt;words&lt;/b&gt;" in page


def test_contact_request_offers_to_take_it_to_those_who_answer_only(owner: User, cohort: Cohort, contact: User) -> None:
    asked = asked_by(owner, cohort)
    take = reverse("contact-request-take", args=[asked.pk])

    offered = [take in as_person(person).get(reverse("contact-request", args=[asked.pk])).content.decode() for person in (owner, contact)]

    assert offered == [False, True]
    assert as_person(owner).post(take).status_code == 404


@pytest.mark.parametrize("name", ["contact-request", "contact-request-take"])
def test_a_request_of_others_and_none_look_the_same(name: str, owner: User, cohort: Cohort, contact: User) -> None:
    asked = asked_by(owner, cohort)
    client = as_person(make_membership(cohort=make_cohort(), part=Part.AFTERCARE).person)
    client.get(reverse("account"))
    answers = []
    for pk in (asked.pk, uuid.uuid4()):
        ask = client.post if name.endswith("take") else client.get
        with CaptureQueriesContext(connection) as queries:
            response = ask(reverse(name, args=[pk]))
        page = re.sub(r'value="[^"]{20,}"|data-bell="[^"]*"|/contact-requests/\S+', "", response.content.decode())
        answers.append((response.status_code, sorted(response.headers), page, len(queries)))

    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def test_contact_requests_asks_the_database_the_same_however_many_wait(
    owner: User, cohort: Cohort, contact: User, django_assert_max_num_queries
) -> None:
    client = as_person(contact)
    client.get(reverse("contact-requests"))
    counts = []
    for _ in range(2):
        for _ in range(4):
            asked_by(owner, cohort)
        with django_assert_max_num_queries(12) as queries:
            client.get(reverse("contact-requests"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_words_reach_no_log_when_something_breaks(owner: User, cohort: Cohort, caplog, monkeypatch) -> None:
    def broken(**kwargs):
        raise RuntimeError("the mail table is gone")

    monkeypatch.setattr("courses.actions.aftercare.write_letter", broken)
    client = Client(raise_request_exception=False)
    client.force_login(owner)

    with caplog.at_level(logging.DEBUG):
        response = client.post(reverse("contact-me"), {"note": CANARY})

    assert response.status_code == 500
    assert "canary" not in response.content.decode()
    assert "canary" not in caplog.text
    assert (ContactRequest.objects.count(), Letter.objects.count()) == (0, 0)


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_crisis_is_open_to_everybody_and_names_every_country() -> None:
    page = Client().get(reverse("crisis")).content.decode()

    assert [country.name for country in crisis.countries().values() if f"<h2>{country.name}</h2>" not in page] == []


def test_crisis_begins_with_ones_own_country(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(country="US")

    page = as_person(owner).get(reverse("crisis")).content.decode()

    assert re.findall(r"<h2>([^<]+)</h2>", page)[0] == "United States"
    assert page.count("<h2>United States</h2>") == 1


def test_crisis_numbers_are_complete() -> None:
    wanted = {"GB", "IE", "EE", "FR", "BE", "AU", "DE", "NL", "FI", "SE", "NO", "DK", "IT", "ES", "US", "CA"}

    assert wanted - set(crisis.countries()) == set()
    for country in crisis.countries().values():
        assert re.fullmatch(r"\d{3}", country.emergency), country
        for line in country.lines:
            assert re.fullmatch(r"[\d +]{3,16}", line.number), line
            assert line.hours, line
            assert line.source.startswith("https://"), line
    assert re.fullmatch(r"20\d\d-\d\d", crisis.checked())


def test_contact_me_after_a_seminar_asks_in_its_cohort_and_says_where(owner: User, cohort: Cohort, contact: User) -> None:
    make_membership(cohort=make_cohort(), person=owner, last_used_at=timezone.now())
    place = f"/c/{cohort.slug}/live/{uuid.uuid4()}/"
    page = as_person(owner).get(reverse("contact-me"), {"place": place}).content.decode()
    assert f'name="place" value="{place}"' in page

    as_person(owner).post(reverse("contact-me"), {"note": "", "place": place})

    asked = ContactRequest.objects.get()
    assert (asked.cohort, asked.sent_to, asked.about_url) == (cohort, contact, place)
    assert f'href="{place}"' in as_person(contact).get(reverse("contact-request", args=[asked.pk])).content.decode()


@pytest.mark.parametrize("place", ["https://example.org/", "/c/another/live/00000000-0000-0000-0000-000000000000/", "/c/x/", "\x00"])
def test_contact_me_keeps_no_other_address(owner: User, cohort: Cohort, contact: User, place: str) -> None:
    as_person(owner).post(reverse("contact-me"), {"note": "", "place": place})

    assert set(ContactRequest.objects.values_list("about_url", flat=True)) <= {""}


def test_contact_me_shows_that_a_request_went_on_and_closes_it(client, owner) -> None:
    client.force_login(owner)
    cohort = make_cohort(members=[owner])
    make_membership(cohort=cohort, part=Part.AFTERCARE)
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR, person=make_user(display_name="Co Ordinator")).person
    client.post(reverse("contact-me"), {"note": "", "client_id": uuid.uuid4()})
    asked = ContactRequest.objects.get()
    ContactRequest.objects.update(
        asked_at=asked.asked_at - datetime.timedelta(hours=13), promised_by=asked.promised_by - datetime.timedelta(hours=13)
    )
    hand_on(request_id=asked.pk)

    waiting = client.get(reverse("contact-me")).content.decode()
    answer = client.post(reverse("contact-request-close", args=[asked.pk]))
    closed = client.get(reverse("contact-me")).content.decode()

    assert ("Co Ordinator were told" in waiting, "it went on to others" in waiting, "It is no longer needed" in waiting) == (
        True,
        True,
        True,
    )
    assert answer["Location"] == reverse("contact-me")
    assert ("You closed this on" in closed, "It is no longer needed" in closed) == (True, False)
    client.force_login(coordinator)
    assert client.post(reverse("contact-request-close", args=[asked.pk])).status_code == 404


def test_contact_request_that_was_closed_offers_nothing_to_take(client, owner) -> None:
    cohort = make_cohort(members=[owner])
    contact = make_membership(cohort=cohort, part=Part.AFTERCARE).person
    asked = ask_for_contact(actor=owner, cohort=cohort, note="", client_id=uuid.uuid4()).request
    close_request(actor=owner, request_id=asked.pk)
    client.force_login(contact)

    page = client.get(reverse("contact-request", args=[asked.pk])).content.decode()
    answer = client.post(reverse("contact-request-take", args=[asked.pk]), follow=True)
    listed = client.get(reverse("contact-requests")).content.decode()

    assert ("I will be in touch" in page, "Closed by who asked" in page) == (False, True)
    assert "it is no longer needed" in answer.content.decode()
    assert ("Nobody is waiting" in listed, "closed by who asked" in listed) == (True, True)
