"""Reads what the surroundings say: variables, secrets from files, database addresses."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent.parent

# A host whose line breaks without a word is given up by both ends within a quarter of a minute. The system's own patience is two
# hours, in which a host that is gone would hold a room's row, or the scheduler's place, against everybody else.
NOTICES_SILENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3 -c tcp_user_timeout=15000",
}


def text(name: str, default: str | None = None) -> str:
    """The variable NAME, or what stands in the file that NAME_FILE names, or the default."""
    if name in os.environ:
        return os.environ[name]
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from None
    if default is None:
        raise ImproperlyConfigured(f"Set {name}, or {name}_FILE to a file that holds it.")
    return default


def flag(name: str, default: bool = False) -> bool:
    return text(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a number, not {value}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def kept_secret(path: Path) -> str:
    """A random secret made on first use and kept in a file only its owner can read (embedded mode)."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        fresh.rename(path)
    return path.read_text().strip()


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite that survives a pulled plug and waits its turn instead of failing."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
        "TEST": {"NAME": str(path.with_name(f"test_{path.name}"))},
    }


def database(url: str, *, name_suffix: str = "") -> dict[str, Any]:
    """Django's settings for postgresql://person:secret@host:port/name or sqlite:///path."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = Path("/" + parts.path.lstrip("/"))
        return sqlite(path.with_name(path.stem + name_suffix + path.suffix))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"A database address begins with postgresql:// or sqlite:///, not {parts.scheme}://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) + name_suffix,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        # Under ASGI a connection kept by age is never given back; the pool does give back.
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        # Only for what `lms.prepared.together` asks; everything else Django puts as whole texts.
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 20, "timeout": 10}, "prepare_threshold": 2, **NOTICES_SILENCE},
    }
