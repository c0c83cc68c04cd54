"""The only door to web push: the site's key (VAPID, RFC 8292), sealing for one browser (RFC 8291), and handing over.

The server calls addresses that browsers gave it, so only the services of those who make browsers are called, by https, without
following anybody elsewhere. Without a key file there is no web push, and nothing else is missing.
"""

import contextlib
import json
import logging
import os
import re
from enum import Enum
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from py_vapid import Vapid
from py_vapid.utils import b64urldecode, b64urlencode

from lms.notifications.models import PushSubscription

log = logging.getLogger(__name__)

SERVICES = re.compile(
    r"https://(?:fcm\.googleapis\.com|updates\.push\.services\.mozilla\.com|(?:[a-z0-9-]+\.)+push\.apple\.com|(?:[a-z0-9-]+\.)+notify\.windows\.com)"
    r"/[\x21-\x7e]*"
)
CONNECTIONS: dict[str, type[HTTPConnection]] = {"https": HTTPSConnection}
PATIENCE = 10.0  # seconds
KEPT_FOR = 24 * 60 * 60  # seconds that the service keeps it for a browser that is switched off
GONE = {404, 410}


class Outcome(Enum):
    TAKEN = "taken"
    GONE = "gone"  # the browser does not want it any more
    FAILED = "failed"


def is_service(endpoint: str) -> bool:
    """Whether this is an address of a browser maker's own service."""
    return SERVICES.fullmatch(endpoint) is not None


def is_browser_key(p256dh: str, auth: str) -> bool:
    """Whether a message can be sealed with these: a point of the curve and sixteen bytes, in base64."""
    try:
        if len(b64urldecode(p256dh.encode())) != 65 or len(b64urldecode(auth.encode())) != 16:
            return False
        _seal(b"-", p256dh, auth)
    except ValueError:
        return False
    return True


def public_key() -> str:
    """What a browser needs to let us ring it; empty where this site has no key, and so no web push."""
    key = _key()
    return "" if key is None else _public(key)


def send(subscription: PushSubscription, said: dict[str, str]) -> Outcome:
    """Hands one message to the browser's service. The log says what kind of trouble there was, never where to."""
    key = _key()
    if key is None or not is_service(subscription.endpoint):
        return Outcome.FAILED
    try:
        status = _post(subscription.endpoint, *_sealed(subscription, said, key))
    except (OSError, HTTPException, ValueError) as trouble:
        log.warning("Push subscription %s could not be rung (%s).", subscription.pk, type(trouble).__name__)
        return Outcome.FAILED
    if status in GONE:
        return Outcome.GONE
    if not 200 <= status < 300:
        log.warning("Push subscription %s could not be rung (status %s).", subscription.pk, status)
        return Outcome.FAILED
    return Outcome.TAKEN


def new_key() -> str:
    """A private key for this site, as one line of text."""
    vapid = Vapid()
    vapid.generate_keys()
    text: str = b64urlencode(vapid.private_key.private_numbers().private_value.to_bytes(32, "big"))
    return text


def write_key(path: Path) -> None:
    """Into a new file that only its owner can read. Raises OSError, and changes nothing, if it is there already."""
    fresh = path.with_suffix(f".{os.getpid()}-{os.urandom(4).hex()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(new_key() + "\n")
    try:
        os.link(fresh, path)  # never replaces what stands there, and is there whole or not at all
    finally:
        fresh.unlink()


# --- inside ---------------------------------------------------------------------------------------------------------


def _key() -> Vapid | None:
    return _read_key(Path(settings.PUSH_KEY_FILE)) if settings.PUSH_KEY_FILE else None


@lru_cache
def _read_key(path: Path) -> Vapid | None:
    """Embedded mode and tests make their own key; a server is given one, or has no web push."""
    if not path.exists() and (settings.EMBEDDED or getattr(settings, "TESTING", False)):
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):  # another process was quicker
            write_key(path)
    try:
        line = path.read_bytes().strip() if path.exists() else b""
        if not line:  # an empty file is how one says that there is none
            return None
        if len(b64urldecode(line)) == 32:
            return Vapid.from_raw(line)
    except (OSError, ValueError):
        pass
    log.warning("%s holds no key for web push, so browsers are not rung.", path)
    return None


def _public(key: Vapid) -> str:
    """The uncompressed point, as browsers want it."""
    numbers = key.private_key.public_key().public_numbers()
    text: str = b64urlencode(b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big"))
    return text


def _sealed(subscription: PushSubscription, said: dict[str, str], key: Vapid) -> tuple[bytes, dict[str, str]]:
    """The message as only that browser can open it, and what its service wants to know."""
    body = _seal(json.dumps(said).encode(), subscription.p256dh, subscription.auth)
    parts = urlsplit(subscription.endpoint)
    claims: dict[str, Any] = {"aud": f"{parts.scheme}://{parts.netloc}", "sub": f"mailto:{settings.CONTACT_EMAIL}"}
    headers = {"TTL": str(KEPT_FOR), "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream"}
    return body, {**headers, "Urgency": "low", **key.sign(claims)}


def _seal(plain: bytes, p256dh: str, auth: str) -> bytes:
    from pywebpush import WebPusher  # brings a client for the web along, which pages never need

    body: bytes = WebPusher({"endpoint": "", "keys": {"p256dh": p256dh, "auth": auth}}).encode(plain)["body"]
    return body


def _post(endpoint: str, body: bytes, headers: dict[str, str]) -> int:
    """The status that came back. No redirect is followed, no proxy of the surroundings is used."""
    parts = urlsplit(endpoint)
    line = CONNECTIONS[parts.scheme](parts.netloc, timeout=PATIENCE)
    try:
        line.request("POST", f"{parts.path}?{parts.query}" if parts.query else parts.path, body, headers)
        return line.getresponse().status
    finally:
        line.close()
