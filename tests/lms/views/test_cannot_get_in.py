import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from lms.mail.actions import send_letter
from lms.mail.models import Letter
from lms.users.models import User

WORDS = {"who": "Ana, ana@example.org", "phone": "+372 5555 0000", "what": "The page says no.\nTwice."}


def ask(**words: str):
    return Client().post(reverse("cannot-get-in"), {**WORDS, **words})


@pytest.mark.django_db
def test_cannot_get_in_reaches_the_help_desk_with_the_words_in_the_body_only(settings) -> None:
    response = ask()

    letter = Letter.objects.get()
    assert response["Location"] == "/cannot-get-in/?sent=1"
    assert (letter.to, letter.subject) == (settings.CONTACT_EMAIL, "Somebody cannot get in")
    assert [word in letter.body for word in WORDS.values()] == [True, True, True]


def test_cannot_get_in_answers_alike_whether_or_not_the_address_is_known(owner: User) -> None:
    known, unknown = ask(who=owner.email), ask(who="nobody@example.org")

    assert (known.status_code, known["Location"], known.content) == (unknown.status_code, unknown["Location"], unknown.content)
    assert Letter.objects.count() == 2


@pytest.mark.django_db
def test_cannot_get_in_rests_after_five_letters_and_keeps_the_words() -> None:
    for _ in range(5):
        ask()

    response = ask(what="The sixth letter")

    assert Letter.objects.count() == 5
    assert response.status_code == 200
    assert "The sixth letter" in response.content.decode()


@pytest.mark.django_db
def test_cannot_get_in_says_what_is_missing() -> None:
    page = ask(who="", what="").content.decode()

    assert page.count('aria-invalid="true"') == 2
    assert not Letter.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("break_", ["\r\n", "\n", "\u2028", "\x0b"])
def test_cannot_get_in_lets_nobody_write_headers(break_: str, settings) -> None:
    ask(who=f"Ana{break_}Bcc: victim@example.org", phone=f"1{break_}Subject: x")

    send_letter(letter_id=str(Letter.objects.get().pk))

    sent = mail.outbox[0]
    assert (sent.to, sent.bcc, sent.subject) == ([settings.CONTACT_EMAIL], [], "Somebody cannot get in")
    assert "Name and address: Ana Bcc: victim@example.org\n" in sent.body


@pytest.mark.django_db
def test_cannot_get_in_is_told_that_a_letter_is_on_its_way() -> None:
    assert "on its way to a person" in Client().get("/cannot-get-in/?sent=1").content.decode()
    assert "on its way to a person" not in Client().get("/cannot-get-in/").content.decode()
