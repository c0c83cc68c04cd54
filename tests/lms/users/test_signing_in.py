"""Coming in and going out: passwords, codes by mail, the second step, and what the pages say (S15-S18, S21)."""

import re
import time

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from lms.mail.adapter import AccountAdapter
from lms.mail.models import Letter
from lms.users.models import User
from tests.factories import PASSWORD, make_user

LOGIN = "/accounts/login/"


def sign_in(client: Client, person: User, password: str = PASSWORD, **extra: str):
    return client.post(LOGIN, {"login": person.email, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def comparable(response) -> tuple[int, str]:
    """Status and page without what differs by nature: tokens and the address that was typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return response.status_code, re.sub(r"[\w.-]+@example\.org", "ADDRESS", page)


def make_totp(person: User) -> str:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


# --- pages ----------------------------------------------------------------------------------------------------------


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


# --- S15: another session key at each step --------------------------------------------------------------------------


def begin_session(client: Client) -> str:
    """A session somebody else may have planted in this browser; its key."""
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    return session.session_key


def test_session_key_changes_at_each_step_of_signing_in_and_out(client: Client, owner: User) -> None:
    secret = make_totp(owner)
    keys = [begin_session(client)]

    sign_in(client, owner)
    keys.append(client.session.session_key)
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    keys.append(client.session.session_key)
    signed_in = is_signed_in(client)
    client.post(reverse("account_logout"))
    keys.append(client.session.session_key)

    assert signed_in
    assert len({keys[0], keys[2], keys[3]}) == 3
    assert keys[2] not in (keys[0], keys[1])


def test_session_key_before_signing_in_opens_nothing_afterwards(client: Client, owner: User) -> None:
    planted = begin_session(client)
    sign_in(client, owner)

    thief = Client()
    thief.cookies["sessionid"] = planted

    assert thief.get(reverse("account")).status_code == 302


# --- S16: guessing --------------------------------------------------------------------------------------------------


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


# --- S17: whether an address is known ---------------------------------------------------------------------------------


def test_wrong_password_and_unknown_address_answer_alike(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = []
    from django.contrib.auth.hashers import MD5PasswordHasher

    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, password, salt: hashed.append(1) or encode(self, password, salt))

    answers, work = [], []
    for address in (owner.email, "nobody@example.org"):
        hashed.clear()
        answers.append(comparable(Client().post(LOGIN, {"login": address, "password": "wrong-password"})))
        work.append(len(hashed))

    assert answers[0] == answers[1]
    assert work == [1, 1]


@pytest.mark.parametrize("name", ["account_reset_password", "account_request_login_code"])
def test_asking_for_a_letter_answers_alike_and_writes_exactly_one(owner: User, name: str) -> None:
    answers = []
    for address in (owner.email, "nobody@example.org"):
        client = Client()
        answers.append(comparable(client.post(reverse(name), {"email": address}, follow=True)))

    assert answers[0] == answers[1]
    assert sorted(Letter.objects.values_list("to", flat=True)) == ["nobody@example.org", owner.email]


def test_letters_carry_no_name_and_no_html(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(display_name="Canary <b>Name</b>")
    Client().post(reverse("account_reset_password"), {"email": owner.email})
    Client().post(reverse("account_request_login_code"), {"email": owner.email})

    for letter in Letter.objects.all():
        assert "Canary" not in letter.subject + letter.body
        assert "&#" not in letter.body
        assert "\n" not in letter.subject


def test_a_new_password_signs_out_everywhere(client: Client, owner: User) -> None:
    sign_in(client, owner)
    client.get(reverse("account"))
    other = Client()
    other.post(reverse("account_reset_password"), {"email": owner.email})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", Letter.objects.get().body)
    assert link is not None

    form = other.get(link[1], follow=True)
    other.post(form.redirect_chain[-1][0], {"password1": "another-long-password", "password2": "another-long-password"})

    assert client.get(reverse("account")).status_code == 302
    fresh = Client()
    sign_in(fresh, owner, "another-long-password")
    assert is_signed_in(fresh)


# --- S18: the second step ---------------------------------------------------------------------------------------------


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


# --- S21: where next leads --------------------------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "http:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "http://localhost/",  # an allowed host, and still another one
    "\thttps://evil.example/",
    "%2f%2fevil.example/",
]


@pytest.mark.parametrize("trick", ELSEWHERE)
def test_signing_in_leads_nowhere_else(client: Client, owner: User, trick: str) -> None:
    response = client.post(LOGIN, {"login": owner.email, "password": PASSWORD, "next": trick})

    location = response["Location"]
    assert location == reverse("today") or (location.startswith("%2f") and "evil" in location), location
    assert is_signed_in(client)


@pytest.mark.parametrize("trick", ELSEWHERE)
def test_the_colours_lead_nowhere_else(client: Client, owner: User, trick: str) -> None:
    client.force_login(owner)

    response = client.post(reverse("theme-set"), {"theme": "dark", "next": trick})

    assert not response["Location"].startswith(("http", "//", "\\", "/\\", "javascript"))


def test_signing_in_leads_back_to_the_page_that_asked(client: Client, owner: User) -> None:
    response = client.post(LOGIN, {"login": owner.email, "password": PASSWORD, "next": "/journal/"})

    assert response["Location"] == "/journal/"


# --- S13: forms without their token -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["account_login", "account_logout", "theme-set", "account", "cannot-get-in", "contact-me"])
def test_a_form_without_its_token_does_nothing(owner: User, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)

    assert client.post(reverse(name), {}).status_code == 403
    assert is_signed_in(client)


def test_the_limiter_is_the_cache_that_processes_share(owner: User) -> None:
    guess(owner, 6)
    cache.clear()
    client = Client()

    sign_in(client, owner)

    assert is_signed_in(client)
