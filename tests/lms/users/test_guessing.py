"""S16: many guesses at one moment are no way around the limit."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from django.db import connections
from django.test import Client
from django.urls import reverse

from tests.factories import make_user

ALLOWED, OVERRUN = 5, 3


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
def test_fifty_guesses_at_once_overrun_the_limit_by_three_at_most(monkeypatch):
    person, looked, lock = make_user(), [], threading.Lock()
    authenticate = AuthenticationBackend.authenticate

    def slow(self, request, **given):
        with lock:
            looked.append(given)
        time.sleep(0.05)  # as long as a password takes
        return authenticate(self, request, **given)

    monkeypatch.setattr(AuthenticationBackend, "authenticate", slow)

    def guess(number: int) -> int:
        try:
            sent = {"login": person.email, "password": f"wrong-password-{number}"}
            return Client().post(reverse("account_login"), sent, REMOTE_ADDR=f"198.51.100.{number}").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        answers = set(pool.map(guess, range(50)))

    assert answers <= {200, 429}
    assert 1 <= len(looked) <= ALLOWED + OVERRUN
