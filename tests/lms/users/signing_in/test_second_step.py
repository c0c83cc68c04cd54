"""S18: the second step."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import reverse

from lms.mail.models import Letter
from lms.users.models import User
from tests.factories import PASSWORD
from tests.lms.users.signing_in.entering import code_now, is_signed_in, make_totp, sign_in


def test_a_password_alone_does_not_get_past_the_second_step(client: Client, owner: User) -> None:
    make_totp(owner)

    response = sign_in(client, owner)

    assert response["Location"] == reverse("mfa_authenticate")
    assert client.get(response["Location"]).status_code == 200
    assert not is_signed_in(client)


def test_a_code_by_mail_alone_does_not_get_past_it_either(client: Client, owner: User) -> None:
    make_totp(owner)
    client.post(reverse("account_request_login_code"), {"email": owner.email})
    code = re.search(r"^\s*([A-Z0-9-]{5,10})\s*$", Letter.objects.get().body, re.MULTILINE)
    assert code is not None

    response = client.post(reverse("account_confirm_login_code"), {"code": code[1]})

    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)


def test_a_code_of_the_app_works_once(owner: User) -> None:
    secret = make_totp(owner)
    code = code_now(secret)
    entered = []
    for _ in range(2):
        client = Client()
        sign_in(client, owner)
        client.post(reverse("mfa_authenticate"), {"code": code})
        entered.append(is_signed_in(client))

    assert entered == [True, False]


def test_a_recovery_code_works_once(owner: User) -> None:
    make_totp(owner)
    code = RecoveryCodes.activate(owner).generate_codes()[0]
    entered = []
    for _ in range(2):
        client = Client()
        sign_in(client, owner)
        client.post(reverse("mfa_authenticate"), {"code": code})
        entered.append(is_signed_in(client))

    assert entered == [True, False]


def test_secrets_of_the_second_step_do_not_stand_in_the_database(owner: User) -> None:
    secret = make_totp(owner)
    RecoveryCodes.activate(owner)

    rows = {row.type: row.data for row in Authenticator.objects.filter(user=owner)}

    assert secret not in str(rows)
    assert rows["totp"]["secret"] != secret
    assert len(rows["recovery_codes"]["seed"]) > 100


@pytest.mark.parametrize(
    "name",
    ["mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes", "mfa_view_recovery_codes", "mfa_download_recovery_codes"],
)
def test_changing_the_second_step_asks_once_more_who_it_is(client: Client, owner: User, name: str) -> None:
    RecoveryCodes.activate(owner)
    client.force_login(owner)

    response = client.get(reverse(name))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_reauthenticate"))


def test_setting_up_an_app_shows_its_picture_on_that_page_only(client: Client, owner: User) -> None:
    sign_in(client, owner)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    page = client.get(reverse("mfa_activate_totp"))

    assert "img-src 'self' data:" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    assert "data:" not in client.get(reverse("mfa_index"))["Content-Security-Policy"]


def test_setting_up_an_app_ends_with_recovery_codes_and_a_letter(client: Client, owner: User, django_capture_on_commit_callbacks) -> None:
    sign_in(client, owner)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})

    assert response["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(response["Location"]).content.decode().count("<li>") >= 10
    assert [letter.subject for letter in Letter.objects.all()] == ["An authenticator app was set up"]


def test_changing_the_address_asks_who_it_is_and_waits_for_the_letter(client: Client, owner: User) -> None:
    sign_in(client, owner)
    address = owner.email
    asked = client.post(reverse("account_email"), {"action_add": "", "email": "new@example.org"})
    client.post(asked["Location"], {"password": PASSWORD})
    owner.refresh_from_db()
    before = owner.email
    letter = Letter.objects.get(to="new@example.org")
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", letter.body)
    assert link is not None

    client.post(link[1])
    owner.refresh_from_db()

    assert (before, owner.email) == (address, "new@example.org")
    assert [letter.subject for letter in Letter.objects.filter(to=address)] == ["Your address was changed"]
