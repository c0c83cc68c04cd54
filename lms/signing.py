"""Signing what people take away, so that others can check it: JSON Web Tokens under the site's Ed25519 keys.

The file of keys has one key a line (32 bytes in base64, RFC 8032's private key). The first line signs; all of them are published, so
that what an older key signed can still be checked: a new key goes above the others, and no line is ever taken away unless it was lost
to somebody. RFC 7515 (JWS), RFC 8037 (EdDSA), RFC 7638 (the name of a key).
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SigningKey:
    name: str  # RFC 7638, so that it is the same wherever it is worked out
    private: Ed25519PrivateKey

    @property
    def public(self) -> dict[str, str]:
        """As a JSON Web Key (RFC 8037, section 2)."""
        return _public(self.private) | {"kid": self.name, "use": "sig", "alg": "EdDSA"}


def signing_keys() -> list[SigningKey]:
    """The one that signs first. None on a server that was given none: then nothing is signed here, and all else works."""
    return list(_read(Path(settings.SIGNING_KEYS_FILE))) if settings.SIGNING_KEYS_FILE else []


def sign_token(claims: Mapping[str, Any], *, key: SigningKey, header: Mapping[str, Any]) -> str:
    """A compact JWS of these claims; `header` is added to alg and typ."""
    head = {"alg": "EdDSA", "typ": "JWT", **header}
    said = f"{_encoded(_json(head))}.{_encoded(_json(claims))}"
    return f"{said}.{_encoded(key.private.sign(said.encode()))}"


def new_key_line() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode() + "\n"


def write_new_keys(path: Path) -> None:
    """One key, into a new file that only its owner can read. Raises OSError, and changes nothing, if it is there already."""
    fresh = path.with_suffix(f".{os.getpid()}-{os.urandom(4).hex()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(new_key_line())
    try:
        os.link(fresh, path)  # never replaces what stands there, and is there whole or not at all
    finally:
        fresh.unlink()


# --- inside ---------------------------------------------------------------------------------------------------------


@lru_cache
def _read(path: Path) -> tuple[SigningKey, ...]:
    """Embedded mode and tests make their own; a server is given a file, or signs nothing."""
    if not path.exists() and (settings.EMBEDDED or getattr(settings, "TESTING", False)):
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):  # another process was quicker
            write_new_keys(path)
    try:
        lines = path.read_bytes().split() if path.exists() else []
        return tuple(_key(base64.b64decode(line, altchars=b"-_", validate=True)) for line in lines)
    except (OSError, ValueError):
        log.warning("%s holds something else than keys for signing, so nothing is signed.", path)
        return ()


def _key(seed: bytes) -> SigningKey:
    """Raises ValueError for anything but 32 bytes."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return SigningKey(_encoded(hashlib.sha256(_json(_public(private), sort_keys=True)).digest()), private)


def _public(private: Ed25519PrivateKey) -> dict[str, str]:
    point = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"crv": "Ed25519", "kty": "OKP", "x": _encoded(point)}


def _json(value: Any, *, sort_keys: bool = False) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=sort_keys).encode()


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
