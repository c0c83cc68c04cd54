"""How tests sign in."""

import time

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from lms.users.models import User
from tests.factories import PASSWORD

LOGIN = "/accounts/login/"


def sign_in(client: Client, person: User, password: str = PASSWORD, **extra: str):
    return client.post(LOGIN, {"login": person.email, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def make_totp(person: User) -> str:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
