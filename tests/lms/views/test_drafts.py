"""The key for words that wait in a browser."""

import base64

import pytest
from django.test import Client
from django.urls import reverse

from lms.keys.models import PersonKey
from tests.factories import make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
ADDRESS = "/draft-key/"


def signed_in(person=None, device=None):
    client = Client()
    client.force_login(person or make_user())
    if device:
        client.cookies["device"] = device
    return client


def test_draft_key_is_for_somebody_signed_in():
    answer = Client().get(ADDRESS)

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))
    assert "device" not in answer.cookies
    assert PersonKey.objects.count() == 0


def test_draft_key_names_the_device_once_and_gives_the_same_key_again():
    client = signed_in()

    first, second = client.get(ADDRESS), client.get(ADDRESS)

    cookie = first.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["max-age"]) == (True, "Lax", "", 400 * 24 * 3600)
    assert len(base64.b64decode(first.json()["key"])) == 32
    assert [second.json()[name] for name in ("key", "store")] == [first.json()[name] for name in ("key", "store")]
    assert "device" not in second.cookies
    assert first["Cache-Control"] == "no-store"


def test_draft_key_differs_by_person_and_by_device():
    person = make_user()
    answers = [
        signed_in(who, device).get(ADDRESS).json() for who, device in [(person, "a" * 43), (person, "b" * 43), (make_user(), "a" * 43)]
    ]

    assert len({answer["key"] for answer in answers}) == 3
    assert len({answer["store"] for answer in answers}) == 3


def test_draft_key_survives_a_new_sign_in_on_the_same_device():
    person = make_user()
    client = signed_in(person)
    before = client.get(ADDRESS).json()
    client.cookies.pop("sessionid", None)
    client.force_login(person)

    assert client.get(ADDRESS).json()["key"] == before["key"]


@pytest.mark.parametrize("forged", ["short", "a" * 44, "a" * 42 + "\u00e4", "a" * 42 + "="])
def test_draft_key_gives_a_new_name_to_a_device_with_a_forged_one(forged):
    answer = signed_in(device=forged).get(ADDRESS)

    assert len(answer.cookies["device"].value) == 43


def test_draft_key_cookie_is_bound_to_the_host_over_https():
    answer = signed_in().get(ADDRESS, secure=True)

    cookie = answer.cookies["__Host-device"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


def test_draft_key_token_is_good_for_the_next_post():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    token = client.get(ADDRESS).json()["token"]

    answers = [client.post("/journal/new/", {"body": "x", "csrfmiddlewaretoken": given}).status_code for given in ("wrong", token)]

    assert answers == [403, 302]


def test_draft_key_only_reads():
    assert signed_in().post(ADDRESS).status_code == 405
