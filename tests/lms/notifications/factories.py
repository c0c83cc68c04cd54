"""Notices and browsers for tests."""

import base64
import os
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lms.notifications.actions.notices import notify
from lms.notifications.models import Notice, PushSubscription
from lms.users.models import User

ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc:def-123"


def make_notice(person: User, *, kind: Notice.Kind = Notice.Kind.ANSWER, key: str = "", url: str = "/journal/", **more: Any) -> Notice:
    """One that `notify` made now."""
    key = key or f"test:{os.urandom(8).hex()}"
    notify(people=[person.pk], kind=kind, key=key, url=url, **more)
    return Notice.objects.get(person=person, key=key)


class BrowserOf:
    """A browser's own half of web push: it alone opens what is sent to it."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)

    @property
    def keys(self) -> dict[str, str]:
        point = self.private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        return {"p256dh": text(point), "auth": text(self.secret)}


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def make_subscription(person: User, endpoint: str = ENDPOINT, **more: Any) -> PushSubscription:
    keys = BrowserOf().keys
    return PushSubscription.objects.create(person=person, **{"endpoint": endpoint, "endpoint_hash": endpoint[-64:], **keys, **more})
