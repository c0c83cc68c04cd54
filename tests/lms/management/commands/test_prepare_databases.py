import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from lms.management.commands import prepare_databases

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


def test_prepare_databases_brings_both_up_to_date(capsys):
    call_command("prepare_databases")

    assert capsys.readouterr().out.splitlines() == ["The database 'default' is up to date.", "The database 'keys' is up to date."]


@pytest.mark.parametrize(("times_busy", "good"), [(2, True), (prepare_databases.TRIES, False)])
def test_prepare_databases_tries_again_what_was_busy_and_ends_with_a_sentence(times_busy, good, monkeypatch):
    tried = []

    def busy(alias):
        tried.append(alias)
        if len(tried) <= times_busy:
            raise OperationalError("canceling statement due to lock timeout") from psycopg.errors.LockNotAvailable()

    monkeypatch.setattr(prepare_databases, "migrate", busy)
    monkeypatch.setattr(prepare_databases, "PAUSE", 0.0)

    if good:
        call_command("prepare_databases")
        assert tried == ["default"] * 3 + ["keys"]
    else:
        with pytest.raises(CommandError, match="was busy all the time"):
            call_command("prepare_databases")


def test_prepare_databases_does_not_try_again_what_is_broken(monkeypatch):
    def broken(alias):
        raise OperationalError("no such server")

    monkeypatch.setattr(prepare_databases, "migrate", broken)

    with pytest.raises(CommandError, match="does not answer: no such server"):
        call_command("prepare_databases")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no locks of tables")
def test_migrate_gives_up_a_lock_after_two_seconds_and_leaves_nothing_behind():
    """Somebody reads the table all the time; a change of it must not make everybody else wait behind it."""
    other = psycopg.connect(**_place())
    try:
        other.execute("BEGIN")
        other.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(OperationalError) as refusal:
            prepare_databases.migrate("default")
    finally:
        other.close()

    assert prepare_databases.was_busy(refusal.value) is True
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone()[0] == "0"
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", [prepare_databases.NUMBER])
        assert cursor.fetchone()[0] == 0


def _place() -> dict[str, str]:
    """Where the test's own database is."""
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return {name: str(connection.settings_dict[key]) for name, key in names.items() if connection.settings_dict[key]}
