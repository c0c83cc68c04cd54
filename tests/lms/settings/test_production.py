"""S15, S16, S26: a server's settings, loaded as a server loads them."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as test_settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from lms.users.models import User
from tests.factories import PASSWORD

NAMES = ["DEBUG", "ALLOWED_HOSTS", "ORIGINS", "CACHES", "SESSION_ENGINE", "STAFF_NEEDS_SECOND_FACTOR", "EMBEDDED", "KEEP_SENT_LETTERS"]
NAMES += [f"SESSION_COOKIE_{name}" for name in ("NAME", "SECURE", "HTTPONLY", "SAMESITE", "PATH", "DOMAIN")]
NAMES += [f"CSRF_COOKIE_{name}" for name in ("NAME", "SECURE", "HTTPONLY", "SAMESITE", "PATH", "DOMAIN")]
NAMES += ["SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "ALLAUTH_TRUSTED_PROXY_COUNT", "USE_X_FORWARDED_HOST", "PASSWORD_HASHERS", "ADMINS"]

GIVEN = {
    "DJANGO_SETTINGS_MODULE": "lms.settings.production",
    "SECRET_KEY": "k9" * 12 + "-abcdefghijklmnopqrstuvwxyz-0123456789",
    "SITE_KEYS_FILE": "/nowhere/site.keys",
    "DATABASE_URL": "postgresql://nobody@localhost/none",
    "KEYS_DATABASE_URL": "postgresql://nobody@localhost/keys",
    "REDIS_URL": "redis://localhost",
    "ALLOWED_HOSTS": "training.example.org",
}

LOAD = f"""
import json, django
django.setup()
from django.conf import settings
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
print(json.dumps({{name: getattr(settings, name) for name in {NAMES!r}}}, default=repr))
"""


def load(**changes: str) -> subprocess.CompletedProcess[str]:
    given = GIVEN | {"PATH": os.environ["PATH"]}
    command = [sys.executable, "-W", "ignore", "-c", LOAD]
    return subprocess.run(command, env=given | changes, cwd=test_settings.BASE_DIR, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def production() -> dict[str, Any]:
    loaded = load()
    assert loaded.returncode == 0, loaded.stderr
    values: dict[str, Any] = json.loads(loaded.stdout.splitlines()[-1])
    return values


def test_production_passes_the_check_for_deployment_and_is_no_workshop(production):
    """`production` itself ran `check --deploy`, where a warning is a failure."""
    quiet = {name: production[name] for name in ("DEBUG", "EMBEDDED", "KEEP_SENT_LETTERS", "USE_X_FORWARDED_HOST", "ADMINS")}

    assert quiet == {"DEBUG": False, "EMBEDDED": False, "KEEP_SENT_LETTERS": False, "USE_X_FORWARDED_HOST": False, "ADMINS": []}
    assert (production["STAFF_NEEDS_SECOND_FACTOR"], production["SECURE_SSL_REDIRECT"]) == (True, True)
    assert production["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert production["ORIGINS"] == ["https://training.example.org"]
    assert not any("MD5" in hasher for hasher in production["PASSWORD_HASHERS"])


def test_production_limits_guesses_in_a_cache_all_processes_share(production):
    assert production["CACHES"]["default"]["BACKEND"] == "django.core.cache.backends.redis.RedisCache"
    assert production["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1


@pytest.mark.django_db
def test_production_cookies_are_bound_to_the_host(production, settings, owner: User):
    for name in NAMES:
        if "COOKIE" in name:
            setattr(settings, name, production[name])
    client = Client()

    client.get(reverse("account_login"), secure=True)
    client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD}, secure=True)

    assert set(client.cookies) == {"__Host-session", "__Host-csrf"}
    for cookie in client.cookies.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, True, "Lax", "/", "")


SENTENCES = [
    ({"SECRET_KEY": ""}, "SECRET_KEY is easy to guess"),
    ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is easy to guess"),
    ({"SECRET_KEY": "django-insecure-" + "0123456789abcdef" * 3}, "SECRET_KEY is easy to guess"),
    ({"SECRET_KEY_FILE": "/nowhere/secret", "SECRET_KEY": None}, "SECRET_KEY_FILE names /nowhere/secret, which cannot be read"),
    ({"SECRET_KEY": None}, "Set SECRET_KEY, or SECRET_KEY_FILE to a file that holds it"),
    ({"METRICS_TOKEN": "watching"}, "METRICS_TOKEN is easy to guess"),
    ({"DEBUG": "1"}, "DEBUG is on"),
    ({"ALLOWED_HOSTS": ""}, "Set ALLOWED_HOSTS"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name hosts"),
    ({"ALLOWED_HOSTS": ".example.org"}, "ALLOWED_HOSTS must name hosts"),
    ({"SITE_URL": "http://training.example.org"}, "SITE_URL must be an address such as https://training.example.org"),
    ({"SITE_URL": "https://elsewhere.example.org"}, "which is not among ALLOWED_HOSTS"),
    ({"ORIGINS": "http://training.example.org"}, "ORIGINS must be an address such as https://training.example.org"),
    ({"REDIS_URL": None}, "Set REDIS_URL"),
    ({"REDIS_URL": "memory://"}, "REDIS_URL must begin with redis://"),
    ({"DATABASE_URL": "sqlite:////tmp/words"}, "DATABASE_URL must begin with postgresql://"),
    ({"DATABASE_URL": "mysql://localhost/words"}, "A database address begins with postgresql://"),
    ({"KEYS_DATABASE_URL": "postgresql://other@localhost/none"}, "KEYS_DATABASE_URL is the same as DATABASE_URL"),
    ({"SITE_KEYS_FILE": None}, "Set SITE_KEYS_FILE"),
    ({"EMAIL_PORT": "smtp"}, "EMAIL_PORT must be a number"),
    ({"TRUSTED_PROXY_COUNT": "-1"}, "TRUSTED_PROXY_COUNT must be a number"),
]


@pytest.fixture
def production_again(monkeypatch) -> Iterator[Callable[[dict[str, str | None]], None]]:
    """Reads the settings as if with these variables; what stood in the module before stands there afterwards."""

    def read(changes: dict[str, str | None]) -> None:
        for name, value in (GIVEN | changes).items():
            monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
        sys.modules.pop("lms.settings.production", None)
        importlib.import_module("lms.settings.production")

    yield read
    sys.modules.pop("lms.settings.production", None)


@pytest.mark.parametrize(("changes", "sentence"), SENTENCES, ids=[" ".join(map(str, changes)) for changes, _ in SENTENCES])
def test_production_does_not_start_with_what_is_not_safe_and_says_so_in_one_sentence(changes, sentence, production_again):
    with pytest.raises(ImproperlyConfigured) as refusal:
        production_again(changes)

    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_production_starts_with_what_the_tests_above_change(production_again):
    production_again({})


def test_manage_says_the_sentence_and_nothing_else():
    given = GIVEN | {"PATH": os.environ["PATH"], "ALLOWED_HOSTS": "*"}
    command = [sys.executable, "manage.py", "run_web"]

    done = subprocess.run(command, env=given, cwd=test_settings.BASE_DIR, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (1, "ALLOWED_HOSTS must name hosts, such as training.example.org; * is none.\n")
