"""What a server must be told before it may start. Each refusal is one sentence that says what to do."""

import os
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from lms.settings import env

SHORTEST = 40  # letters of a secret
FEWEST = 10  # different ones


def no_debug() -> bool:
    """Debugging shows code and words to whoever meets an error."""
    if env.flag("DEBUG"):
        raise ImproperlyConfigured("DEBUG is on. Take it out: a server never shows its insides.")
    return False


def secret(name: str) -> str:
    """A secret nobody guesses."""
    value = env.text(name)
    if len(value) < SHORTEST or len(set(value)) < FEWEST or value.startswith("django-insecure-"):
        raise ImproperlyConfigured(f"{name} is easy to guess. Make another one with: openssl rand -base64 48")
    return value


def token(name: str) -> str:
    """A secret nobody guesses, or none at all."""
    return secret(name) if env.text(name, "") else ""


def hosts(name: str) -> list[str]:
    """The names this server answers to, each spelled out."""
    named = env.words(name)
    if not named:
        raise ImproperlyConfigured(f"Set {name} to the names people type, separated by commas, such as training.example.org")
    if wide := [host for host in named if "*" in host or host.startswith(".") or "/" in host]:
        raise ImproperlyConfigured(f"{name} must name hosts, such as training.example.org; {wide[0]} is none.")
    return named


def https(name: str, addresses: list[str], known: list[str]) -> list[str]:
    """Addresses of this site, all encrypted."""
    for address in addresses:
        parts = urlsplit(address)
        if parts.scheme != "https" or not parts.hostname or parts.path.strip("/"):
            raise ImproperlyConfigured(f"{name} must be an address such as https://{known[0]}, with nothing after it; {address} is not.")
        if parts.hostname not in {host.rsplit(":", 1)[0] for host in known}:
            raise ImproperlyConfigured(f"{name} names {parts.hostname}, which is not among ALLOWED_HOSTS.")
    return addresses


def databases(words: str, keys: str) -> dict[str, Any]:
    """PostgreSQL for words and another database for people's keys."""
    named = {name: env.database(env.text(name)) for name in (words, keys)}
    for name, found in named.items():
        if not found["ENGINE"].endswith("postgresql"):
            raise ImproperlyConfigured(f"{name} must begin with postgresql:// on a server; SQLite carries one machine and one process.")
    places = [tuple(found[part] for part in ("HOST", "PORT", "NAME")) for found in named.values()]
    if places[0] == places[1]:
        raise ImproperlyConfigured(
            f"{keys} is the same as {words}. Keys need a database of their own: a backup of words must not hold them."
        )
    return dict(zip(("default", "keys"), named.values(), strict=True))


def redis(name: str) -> str:
    """Without Redis each process would keep its news to itself."""
    if not os.environ.get(name) and not os.environ.get(f"{name}_FILE"):
        raise ImproperlyConfigured(
            f"Set {name}, such as redis://redis:6379/0: without Redis rooms hear of each other late, and limits not at all."
        )
    address = env.text(name)
    if urlsplit(address).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(f"{name} must begin with redis://, rediss:// or unix://")
    return address


def key_file(name: str) -> str:
    """The path of the site's keys. What stands in it is looked at by whoever begins to work with it."""
    path = os.environ.get(name, "")
    if not path:
        raise ImproperlyConfigured(f"Set {name} to the file with the site's keys. Make one with: manage.py make_site_key secrets/site_keys")
    return path
