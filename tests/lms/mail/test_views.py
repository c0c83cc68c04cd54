import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from lms.mail.models import Letter
from lms.mail.views import PAGE
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def embedded(settings):
    settings.EMBEDDED = True


def make_letter(**overrides) -> Letter:
    return Letter.objects.create(**{"to": "ana@example.org", "subject": "Your code", "body": "Words", **overrides})


def make_letters(count: int) -> list[Letter]:
    """Newest first; pairs written at the same moment."""
    now = timezone.now()
    letters = [make_letter(subject=f"Letter {number}", written_at=now - datetime.timedelta(minutes=number // 2)) for number in range(count)]
    return sorted(letters, key=lambda letter: (letter.written_at, letter.pk), reverse=True)


@pytest.mark.parametrize("name", ["outbox", "outbox-letter"])
def test_outbox_does_not_exist_on_a_server(client, name):
    letter = make_letter()
    address = reverse(name, args=[letter.pk] if name == "outbox-letter" else [])

    assert client.get(address).status_code == 404


def test_outbox_shows_whom_and_what_about_to_somebody_signed_out(client, embedded):
    letter = make_letter(subject="Come in", to="ben@example.org", body="secret-body-word")

    page = client.get(reverse("outbox"))

    assert page.context["letters"] == [letter]
    assert "Come in" in page.text
    assert "ben@example.org" in page.text
    assert "secret-body-word" not in page.text


def test_outbox_pages_by_key_without_missing_or_repeating_a_letter(client, embedded):
    letters = make_letters(PAGE * 2 + 3)

    first = client.get(reverse("outbox"))
    second = client.get(reverse("outbox"), {"after": first.context["letters"][-1].pk})
    third = client.get(reverse("outbox"), {"after": second.context["letters"][-1].pk})

    assert first.context["letters"] + second.context["letters"] + third.context["letters"] == letters
    assert [page.context["has_older"] for page in (first, second, third)] == [True, True, False]


@pytest.mark.parametrize("after", ["nonsense", str(uuid.UUID(int=1)), ""])
def test_outbox_begins_at_the_newest_for_a_place_that_is_not_there(client, embedded, after):
    letters = make_letters(3)

    assert client.get(reverse("outbox"), {"after": after}).context["letters"] == letters


def test_outbox_asks_the_database_as_often_for_many_letters_as_for_one(client, embedded, django_assert_max_num_queries):
    make_letters(PAGE)

    with django_assert_max_num_queries(1):
        client.get(reverse("outbox"))


def test_outbox_letter_shows_its_words_escaped_and_its_link_to_follow(client, embedded):
    letter = make_letter(body="Hello <b>\nhttp://localhost:8000/accounts/x/1:2/")

    page = client.get(reverse("outbox-letter", args=[letter.pk]))

    assert "Hello &lt;b&gt;" in page.text
    assert '<a href="http://localhost:8000/accounts/x/1:2/"' in page.text


def test_outbox_letter_is_404_for_one_that_does_not_exist(client, embedded):
    make_letter()

    assert client.get(reverse("outbox-letter", args=[uuid.UUID(int=1)])).status_code == 404


def test_outbox_refuses_to_be_written_to(client, embedded):
    assert client.post(reverse("outbox")).status_code == 405


# --- letters that did not arrive ------------------------------------------------------------------------------------


@pytest.fixture
def coordinator(client):
    client.force_login(make_user(coordinates=True))
    return client


def given_up(**overrides) -> Letter:
    return make_letter(**{"given_up_at": timezone.now(), "attempts": 8, **overrides})


def test_letters_show_to_whom_and_about_what_but_no_words(coordinator, owner):
    given_up(to="ann@example.org", subject="Your code", body="canary-body", html="<p>canary-body</p>", person=owner)
    make_letter(to="fine@example.org")

    html = coordinator.get(reverse("letters")).content.decode()

    assert [words in html for words in ("ann@example.org", "Your code", "Owner", "Try again")] == [True] * 4
    assert [words in html for words in ("canary-body", "fine@example.org")] == [False, False]


def test_letters_say_when_words_are_gone_and_ask_little(coordinator, django_assert_max_num_queries):
    given_up(body="")
    for _ in range(5):
        given_up(person=make_user())
    coordinator.get("/account/")  # signs in

    with django_assert_max_num_queries(8):
        html = coordinator.get(reverse("letters")).content.decode()

    assert (html.count("Too old to go out again."), html.count("Try again")) == (1, 5)


def test_letter_again_sends_it_once_more(coordinator):
    letter = given_up()

    assert coordinator.post(reverse("letter-again"), {"letter": letter.pk})["Location"] == reverse("letters")

    letter.refresh_from_db()
    assert letter.given_up_at is None
    assert "The letter goes out again now." in coordinator.get(reverse("letters")).content.decode()


@pytest.mark.parametrize("sent", [{}, {"letter": "x"}, {"letter": uuid.UUID(int=1)}])
def test_letter_again_says_so_where_there_is_nothing_to_send(coordinator, sent):
    coordinator.post(reverse("letter-again"), sent)

    assert "This letter cannot go out again" in coordinator.get(reverse("letters")).content.decode()
