import os
import subprocess
import sys
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from lms import crypto, schedule
from lms.keys.models import PersonKey
from lms.management.commands import run_scheduler, run_worker


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)  # the command closes what it opened
def test_run_worker_does_not_begin_with_another_site_key(tmp_path, settings, monkeypatch):
    began = []
    monkeypatch.setattr(run_worker, "call_command", lambda *args, **options: began.append(args))
    settings.SITE_KEYS_FILE = tmp_path / "site.keys"
    call_command("run_worker")  # nobody has a key yet
    PersonKey.objects.create(person_id=1, wrapped=crypto.seal(b"k" * 32, key=crypto.new_key(), place="person:1", key_id=b"gone"))

    with pytest.raises(CommandError, match="put back the file that this site had before"):
        call_command("run_worker")

    assert began == [("db_worker",)]


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)  # as above
@pytest.mark.parametrize("command", ["run_worker", "run_scheduler"])
def test_without_its_database_it_ends_with_one_sentence_that_quotes_nothing(command, monkeypatch):
    def lost(*_args: object, **_options: object) -> None:
        raise OperationalError("DETAIL: Key (email)=(ana@example.org)")

    monkeypatch.setattr(run_worker, "require_site_keys", lambda: None)
    monkeypatch.setattr(run_worker, "connection", SimpleNamespace(execute_wrapper=lambda _wrapper: nullcontext()))
    monkeypatch.setattr(run_worker, "call_command", lost)
    monkeypatch.setattr(schedule, "run", lost)
    monkeypatch.setattr(run_scheduler.signal, "signal", lost_nothing)

    with pytest.raises(CommandError) as end:
        call_command(command)

    assert str(end.value) == "The database does not answer (OperationalError). Starting again is safe."


def lost_nothing(*_args: object) -> None:
    """Signals stay as they are in the process of the tests."""


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("site.keys", "CommandError: The file with the site's key, {file}, is not there. Make one with: manage.py make_site_key"),
        (None, "Set SITE_KEYS_FILE to the file with the site's keys. Make one with: manage.py make_site_key secrets/site_keys"),
    ],
)
def test_a_server_without_its_key_says_so_in_one_sentence(tmp_path, file, sentence):
    surroundings = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}} | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.production",
        "SECRET_KEY": "only-for-this-test-" + "0123456789abcdef" * 2,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "KEYS_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/no-keys",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "ALLOWED_HOSTS": "training.example.org",
        "LMS_VAR": str(tmp_path),
    }
    if file:
        surroundings["SITE_KEYS_FILE"] = str(tmp_path / file)

    done = subprocess.run(
        [sys.executable, "manage.py", "run_worker"], cwd=settings.BASE_DIR, env=surroundings, capture_output=True, text=True, timeout=60
    )

    assert (done.returncode, done.stdout, done.stderr.strip()) == (1, "", sentence.format(file=tmp_path / str(file)))
