"""The pages of signing in and of one's account."""

import re

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.core.context import request_context
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import reverse

from lms.mail.adapter import AccountAdapter
from lms.users.models import User
from tests.factories import PASSWORD, make_user
from tests.lms.users.signing_in.entering import LOGIN, is_signed_in, sign_in


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_request_login_code",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_inactive",
        "account_email_verification_sent",
        "cannot-get-in",
        "crisis",
    ],
)
def test_entrance_pages_say_what_they_are_and_hold_no_inline_script(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    page = response.content.decode()

    assert response.status_code == 200
    assert page.count("<h1") == 1
    assert re.findall(r"<script(?![^>]*(?:src=|type=\"application/json\"))[^>]*>", page) == []
    assert re.findall(r"\sstyle=|<style|\son[a-z]+=", page) == []


@pytest.mark.parametrize(
    "name",
    [
        "account",
        "account_email",
        "account_change_password",
        "account_logout",
        "account_reauthenticate",
        "sign-ins",
        "second-factor",
        "mfa_index",
        "mfa_list_webauthn",
        "contact-me",
        "contact-requests",
    ],
)
def test_account_pages_say_what_they_are_and_hold_no_inline_script(client: Client, owner: User, name: str) -> None:
    sign_in(client, owner)

    response = client.get(reverse(name))
    page = response.content.decode()

    assert response.status_code == 200
    assert page.count("<h1") == 1
    assert re.findall(r"<script(?![^>]*(?:src=|type=\"application/json\"))[^>]*>", page) == []
    assert re.findall(r"\sstyle=|<style|\son[a-z]+=", page) == []


def test_sign_in_by_password_leads_to_today(client: Client, owner: User) -> None:
    response = sign_in(client, owner)

    assert (response.status_code, response["Location"]) == (302, reverse("today"))
    assert is_signed_in(client)


def test_sign_in_ends_with_the_browser_unless_ticked(client: Client, owner: User) -> None:
    sign_in(client, owner)
    passing = client.session.get_expire_at_browser_close()
    client.post(reverse("account_logout"))

    client.post(LOGIN, {"login": owner.email, "password": PASSWORD, "remember": "on"})

    assert (passing, client.session.get_expire_at_browser_close()) == (True, False)


def test_a_passkey_outlasts_the_browser_as_it_is_ones_own_device(rf, owner: User) -> None:
    request = rf.get("/")
    request.session = SessionStore()
    with request_context(request):
        record_authentication(request, owner, "mfa", type="webauthn", passwordless=True)
        AccountAdapter().login(request, owner)

    assert request.session.get_expire_at_browser_close() is False


def test_sign_out_forgets_what_the_browser_kept(client: Client, owner: User) -> None:
    sign_in(client, owner)

    response = client.post(reverse("account_logout"))

    assert not is_signed_in(client)
    assert response["Clear-Site-Data"] == '"cache", "storage"'


def test_pages_of_somebody_signed_in_are_in_no_cache(client: Client, owner: User) -> None:
    sign_in(client, owner)

    assert client.get(reverse("account"))["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_somebody_whose_account_is_closed_is_told_so_only_with_the_right_password(client: Client) -> None:
    closed = make_user(is_active=False)

    wrong = sign_in(client, closed, "not-this-password")
    right = sign_in(client, closed)

    assert (wrong.status_code, right["Location"]) == (200, reverse("account_inactive"))
    assert not is_signed_in(client)


@pytest.mark.parametrize("name", ["account_login", "account_logout", "theme-set", "account", "cannot-get-in", "contact-me"])
def test_a_form_without_its_token_does_nothing(owner: User, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)

    assert client.post(reverse(name), {}).status_code == 403
    assert is_signed_in(client)
