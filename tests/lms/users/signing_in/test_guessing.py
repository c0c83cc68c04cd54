"""S16: guessing."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from lms.mail.models import Letter
from lms.users.models import User
from tests.factories import make_user
from tests.lms.users.signing_in.entering import LOGIN, is_signed_in, sign_in


def guess(person: User, times: int, **extra: str):
    return [sign_in(Client(), person, "wrong-password", REMOTE_ADDR=f"198.51.100.{number}", **extra) for number in range(1, times + 1)]


def test_six_wrong_passwords_from_six_addresses_let_the_password_rest(owner: User) -> None:
    guess(owner, 6)
    client = Client()

    response = sign_in(client, owner, REMOTE_ADDR="203.0.113.9")

    assert not is_signed_in(client)
    assert "rests for a quarter of an hour" in response.content.decode()


def test_five_wrong_passwords_do_not_yet(owner: User) -> None:
    guess(owner, 4)
    client = Client()

    sign_in(client, owner, REMOTE_ADDR="203.0.113.9")

    assert is_signed_in(client)


def test_a_spoofed_forwarded_address_does_not_help_to_guess(owner: User) -> None:
    one_address = {"REMOTE_ADDR": "198.51.100.1"}
    for number in range(25):  # different accounts, so that only the limit for an address counts
        sign_in(Client(), make_user(), "wrong-password", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}", **one_address)
    client = Client()

    response = sign_in(client, owner, HTTP_X_FORWARDED_FOR="203.0.113.99", **one_address)

    assert not is_signed_in(client)
    assert response.status_code in (200, 429)


def test_a_code_by_mail_still_works_while_the_password_rests(client: Client, owner: User) -> None:
    guess(owner, 6)

    client.post(reverse("account_request_login_code"), {"email": owner.email})
    code = re.search(r"^\s*([A-Z0-9-]{5,10})\s*$", Letter.objects.get().body, re.MULTILINE)
    assert code is not None
    client.post(reverse("account_confirm_login_code"), {"code": code[1]})

    assert is_signed_in(client)
    assert client.session.get_expire_at_browser_close() is True


@pytest.mark.django_db
def test_a_flood_from_one_address_meets_a_page_in_our_words() -> None:
    response = [Client().post(LOGIN, {}) for _ in range(31)][-1]

    assert response.status_code == 429
    assert "That was a lot at once" in response.content.decode()


def test_guessing_is_limited_for_addresses_nobody_has(client: Client, db: None) -> None:
    nobody = User(email="nobody@example.org")
    guess(nobody, 6)

    response = sign_in(client, nobody, REMOTE_ADDR="203.0.113.9")

    assert "rests for a quarter of an hour" in response.content.decode()


def test_the_limiter_is_the_cache_that_processes_share(owner: User) -> None:
    guess(owner, 6)
    cache.clear()
    client = Client()

    sign_in(client, owner)

    assert is_signed_in(client)
