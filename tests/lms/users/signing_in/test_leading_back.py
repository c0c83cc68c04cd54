"""S21: where next leads."""

import pytest
from django.test import Client
from django.urls import reverse

from lms.users.models import User
from tests.factories import PASSWORD
from tests.lms.users.signing_in.entering import LOGIN, is_signed_in

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
