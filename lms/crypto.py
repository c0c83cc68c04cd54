"""The only door to encryption.

Three layers, each AES-256-GCM: the site's key (a file outside the database) wraps a key per person (in the database
`keys`), which wraps a key per thing (an entry, a request), which seals its words. What is sealed is bound to its place by
the associated data, so a row copied to another person, entry or field does not open. Secrets of the second step of signing
in are sealed directly under the site's key (see lms.users.second_factor).

A sealed value is: version (1 byte) | key id (4 bytes) | nonce (12 bytes) | ciphertext and tag. The key id is that of the
site's key for what is sealed under that and zero otherwise; it says which of several site keys opens it. The newest is the
first of the file; what the others sealed is sealed again under it by `manage.py rotate_keys`.
Format and reasons: NIST SP 800-38D for GCM with random 96-bit nonces, far below its limit of 2^32 messages per key.
"""

import base64
import contextlib
import hashlib
import os
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction
from django.db.models import BinaryField, Count
from django.db.models.functions import Substr

from lms.keys.models import PersonKey

VERSION = b"\x01"
NO_KEY_ID = b"\x00" * 4
HEAD = 1 + 4 + 12

Sealed = bytes | memoryview  # PostgreSQL gives a memoryview


class Unreadable(Exception):
    """These bytes do not open here: another place, another key, or damage. Carries no words."""


def new_key() -> bytes:
    return AESGCM.generate_key(bit_length=256)


def seal(plain: bytes, *, key: bytes, place: str, key_id: bytes = NO_KEY_ID) -> bytes:
    """Encrypts, bound to its place ("courses.entry:<id>:body")."""
    nonce = os.urandom(12)
    head = VERSION + key_id + nonce
    return head + AESGCM(key).encrypt(nonce, plain, VERSION + key_id + place.encode())


def unseal(sealed: Sealed, *, key: bytes, place: str) -> bytes:
    """Decrypts, or raises Unreadable."""
    sealed = bytes(sealed)
    if sealed[:1] != VERSION or len(sealed) < HEAD + 16:
        raise Unreadable("unknown form")
    try:
        return AESGCM(key).decrypt(sealed[5:HEAD], sealed[HEAD:], sealed[:5] + place.encode())
    except InvalidTag:
        raise Unreadable("wrong key or place") from None


def seal_text(text: str, *, key: bytes, place: str) -> bytes:
    return seal(text.encode(), key=key, place=place)


def unseal_text(sealed: Sealed, *, key: bytes, place: str) -> str:
    return unseal(sealed, key=key, place=place).decode()


# --- a key per thing, wrapped by its owner's ------------------------------------------------------------------------


def wrap_new_key(person_id: int, *, place: str) -> tuple[bytes, bytes]:
    """A fresh key for one thing: (the key, the key wrapped by the person's key). Call inside both atomics: see `person_key`."""
    key = new_key()
    return key, seal(key, key=person_key(person_id, make=True), place=place)


def unwrap_key(wrapped: Sealed, person_id: int, *, place: str) -> bytes:
    """The key of one thing. Raises Unreadable if the person's key is gone."""
    return unseal(wrapped, key=person_key(person_id), place=place)


# --- a key per person, wrapped by the site's ------------------------------------------------------------------------


def person_key(person_id: int, *, make: bool = False) -> bytes:
    """The person's key; made on first use if asked.

    It is committed in its own database before the words that need it (words without a key would be lost; a key without
    words is only an orphan).
    """
    row = PersonKey.objects.filter(person_id=person_id).first()
    if row is None and make:
        with transaction.atomic(using="keys"):
            row, _ = PersonKey.objects.get_or_create(person_id=person_id, defaults={"wrapped": _wrap_for(person_id, new_key())})
    if row is None:
        raise Unreadable("no key")
    return _unwrap_for(person_id, bytes(row.wrapped))


def person_keys(person_ids: Iterable[int]) -> dict[int, bytes]:
    """The keys of several people, in one query. Whoever's is gone or does not open here is missing."""
    keys = {}
    for row in PersonKey.objects.filter(person_id__in=set(person_ids)):
        with contextlib.suppress(Unreadable):
            keys[row.person_id] = _unwrap_for(row.person_id, bytes(row.wrapped))
    return keys


def derived_key(person_id: int, *, purpose: str, length: int = 32) -> bytes:
    """A key made from the person's (HKDF-SHA256, RFC 5869) for one purpose; it tells nothing of the person's key itself.

    The person's key is made if there is none. With that key gone, nobody can make this one again.
    """
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=purpose.encode()).derive(person_key(person_id, make=True))


def destroy_person_key(person_id: int) -> None:
    """Makes everything this person ever sealed unreadable, in every copy, at once."""
    PersonKey.objects.filter(person_id=person_id).delete()


def _wrap_for(person_id: int, key: bytes) -> bytes:
    return seal_under_site_key(key, place=f"person:{person_id}")


def _unwrap_for(person_id: int, wrapped: Sealed) -> bytes:
    return unseal_under_site_key(wrapped, place=f"person:{person_id}")


# --- changing the site's key ----------------------------------------------------------------------------------------

_KEY_ID = Substr("wrapped", 2, 4, output_field=BinaryField())  # as the database sees it: see `key_id_of`


def person_keys_by_site_key() -> Counter[bytes]:
    """How many people's keys are wrapped by which site key, by its id."""
    counts = PersonKey.objects.annotate(key_id=_KEY_ID).order_by().values_list("key_id").annotate(Count("pk"))
    return Counter({bytes(key_id): count for key_id, count in counts})


def people_with_older_keys(*, after: int | None = None, limit: int) -> list[int]:
    """The next people whose keys another than the newest site key wraps, in the order of their numbers."""
    older = PersonKey.objects.annotate(key_id=_KEY_ID).exclude(key_id=newest_key_id())
    if after is not None:
        older = older.filter(person_id__gt=after)
    return list(older.order_by("person_id").values_list("person_id", flat=True)[:limit])


@transaction.atomic(using="keys")
def rewrap_person_key(person_id: int) -> bool:
    """Wraps the same key of this person by the newest site key; nothing under it changes. False if there was nothing to do.

    One row, locked for a moment: a running site only ever finds the old wrapping or the new one, and an erased person stays
    erased. Raises Unreadable, and changes nothing, if no site key that is here opens it.
    """
    row = PersonKey.objects.select_for_update().filter(person_id=person_id).first()
    if row is None or key_id_of(row.wrapped) == newest_key_id():
        return False
    row.wrapped = _wrap_for(person_id, _unwrap_for(person_id, row.wrapped))
    row.save(update_fields=["wrapped"])
    return True


def check_site_keys() -> None:
    """Raises ImproperlyConfigured with one clear sentence if the file with the site's keys is missing, damaged or another one.

    Another one is a file of which no key opens the key that was made last. A database that does not answer yet is not the
    file's fault; the health page speaks of that.
    """
    site_keys()
    try:
        newest = PersonKey.objects.order_by("-made_at", "-pk").first()
    except DatabaseError:
        return
    try:
        if newest is not None:
            _unwrap_for(newest.person_id, newest.wrapped)
    except Unreadable:
        raise ImproperlyConfigured(
            f"None of the keys in {settings.SITE_KEYS_FILE} opens what is kept here: put back the file that this site had before."
        ) from None


# --- the site's keys ------------------------------------------------------------------------------------------------


def seal_under_site_key(plain: bytes, *, place: str) -> bytes:
    """Encrypts directly under the newest site key and says so in the sealed value."""
    key_id = newest_key_id()
    return seal(plain, key=site_keys()[key_id], place=place, key_id=key_id)


def unseal_under_site_key(sealed: Sealed, *, place: str) -> bytes:
    """Decrypts with the site key it names, or raises Unreadable."""
    return unseal(sealed, key=_site_key(key_id_of(sealed)), place=place)


def key_id_of(sealed: Sealed) -> bytes:
    """Which site key sealed this."""
    return bytes(sealed[1:5])


def newest_key_id() -> bytes:
    return next(iter(site_keys()))


def site_keys() -> dict[bytes, bytes]:
    """Key id -> key, newest first. Raises ImproperlyConfigured with one clear sentence if the file is missing or wrong."""
    return _read_site_keys(Path(settings.SITE_KEYS_FILE))


def site_key_lines() -> dict[bytes, int]:
    """Key id -> the line of the file on which it stands, from 1."""
    return {key_id: number for number, key_id, _key in _lines(Path(settings.SITE_KEYS_FILE))}


def _site_key(key_id: bytes) -> bytes:
    """One key. If it is unknown the file is read again: it may have got a new line since this process began."""
    key = site_keys().get(key_id)
    if key is None and key_id in site_key_lines():
        _read_site_keys.cache_clear()
        key = site_keys().get(key_id)
    if key is None:
        raise Unreadable("the site's key for this is not here")
    return key


@lru_cache
def _read_site_keys(path: Path) -> dict[bytes, bytes]:
    if not path.exists():
        _make_site_keys(path)
    keys = {key_id: key for _number, key_id, key in _lines(path)}
    if not keys:
        raise ImproperlyConfigured(f"{path} holds no site key.")
    return keys


def _lines(path: Path) -> list[tuple[int, bytes, bytes]]:
    """(number from 1, key id, key) of each line that is not empty. What goes wrong names the line, never what stands in it."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise ImproperlyConfigured(f"The file with the site's keys, {path}, cannot be read: {error.strerror}.") from None
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            key = base64.b64decode(line.strip(), altchars=b"-_", validate=True)
        except ValueError:
            key = b""
        if len(key) != 32:
            raise ImproperlyConfigured(f"{path}, line {number}: a site key is 32 bytes in base64.")
        found.append((number, hashlib.sha256(key).digest()[:4], key))
    return found


def _make_site_keys(path: Path) -> None:
    """Embedded mode and tests make their own key; a server must be given one, or journals would silently split."""
    if not settings.EMBEDDED and not getattr(settings, "TESTING", False):
        raise ImproperlyConfigured(f"The file with the site's key, {path}, is not there. Make one with: manage.py make_site_key")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}-{os.urandom(4).hex()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(base64.urlsafe_b64encode(new_key()) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    # A link never replaces what stands there: of two processes that begin together both read the key of the first.
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
