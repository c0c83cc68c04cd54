import re

import pytest
from django.test import Client
from django.urls import reverse

from lms.mail.models import Letter
from lms.users.models import User
from tests.factories import PASSWORD
from tests.lms.users.signing_in.entering import sign_in


@pytest.mark.parametrize("host", ["testserver:9999", "localhost"])
def test_get_reset_password_from_key_url_leads_to_our_address_whatever_a_browser_calls_it(owner: User, host: str) -> None:
    """Whoever asks for somebody else's letter must not choose where its link leads."""
    Client().post(reverse("account_reset_password"), {"email": owner.email}, headers={"host": host})

    assert re.findall(r"https?://[^/\s]+", Letter.objects.get().body) == ["http://testserver"] * 2


def test_get_email_confirmation_url_leads_to_our_address_whatever_a_browser_calls_it(owner: User) -> None:
    client = Client(headers={"host": "testserver:9999"})
    sign_in(client, owner)
    asked = client.post(reverse("account_email"), {"action_add": "", "email": "new@example.org"})
    client.post(asked["Location"], {"password": PASSWORD})

    assert set(re.findall(r"https?://[^/\s]+", Letter.objects.get(to="new@example.org").body)) == {"http://testserver"}
