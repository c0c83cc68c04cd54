"""S17: whether an address is known."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from lms.mail.models import Letter
from lms.users.models import User
from tests.lms.users.signing_in.entering import LOGIN, is_signed_in, sign_in


def comparable(response) -> tuple[int, str]:
    """Status and page without what differs by nature: tokens and the address that was typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return response.status_code, re.sub(r"[\w.-]+@example\.org", "ADDRESS", page)


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
