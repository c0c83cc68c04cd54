"""S15: another session key at each step."""

from django.test import Client
from django.urls import reverse

from lms.users.models import User
from tests.lms.users.signing_in.entering import code_now, is_signed_in, make_totp, sign_in


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
