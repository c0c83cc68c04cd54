"""The test databases are made of the migrations once and copied after that: making them takes longer than most tests.

A copy is known by what it was made of, so that it is never used for anything else. CREATE_DATABASES=1 makes them anew. What a test
with transactions of its own leaves is removed where something is, instead of making every table empty.
"""

import fcntl
import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import django
import django.core.management
import django.test.testcases
from django.db import connections, transaction
from django.db.backends.base.creation import BaseDatabaseCreation

from lms.audit import guard

ROOT = Path(__file__).resolve().parents[1]
# What the tables, and what stands in them from the beginning, are made of.
MADE_OF = ("*/migrations/*.py", "*/*/migrations/*.py", "*/apps.py", "*/models.py", "*/models/*.py", "*/*/models.py", "*/*/apps.py")
MADE_OF += ("forums/finding/*.py", "lms/audit/guard.py", "lms/settings/*.py", "lms/permissions.py", "requirements.txt")
FOLDER = Path(tempfile.gettempdir()) / f"lms-databases-{os.getuid()}"
KEPT = 8
STAYS = {"django_migrations", "django_content_type", "auth_permission"}  # what stands in the tables from the beginning


@contextmanager
def quick() -> Iterator[None]:
    """While this lasts, databases that Django makes for tests are copied where that is possible, and emptied with little."""
    create, run = BaseDatabaseCreation.create_test_db, django.core.management.call_command

    def make(creation: Any, *args: Any, **kwargs: Any) -> str:
        def call(name: str, *given: Any, **options: Any) -> Any:
            if name != "migrate":
                return run(name, *given, **options)
            return _fill(options["database"], lambda: run(name, *given, **options))

        with mock.patch("django.core.management.call_command", call):
            return create(creation, *args, **kwargs)

    def clear(name: str, *given: Any, **options: Any) -> Any:
        return remove_rows(options["database"]) if name == "flush" else run(name, *given, **options)

    with mock.patch.object(BaseDatabaseCreation, "create_test_db", make), mock.patch.object(django.test.testcases, "call_command", clear):
        yield


@contextmanager
def kept() -> Iterator[None]:
    """What is made at the beginning of this stands for all tests within it, and is taken back at its end. Each of them has a savepoint of
    its own inside, so that none meets what another left. Not for tests with transactions of their own."""
    with ExitStack() as all_of_them:
        for alias in connections:
            all_of_them.enter_context(transaction.atomic(using=alias))
        try:
            yield
        finally:
            for alias in connections:
                transaction.set_rollback(True, using=alias)


def remove_rows(alias: str) -> None:
    """Of every table that holds some. References are looked at when the transaction ends, so that the order is all the same."""
    connection = connections[alias]
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - STAYS)
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables))
        full = [table for (table,) in cursor.fetchall()]
        guarded = not set(full).isdisjoint(guard.TABLES)
        if guarded:
            guard.drop_guard(connection)
        for table in full:
            cursor.execute(f'DELETE FROM "{table}"')
        if guarded:
            guard.make_guard(connection)


def fingerprint() -> str:
    """Of everything that the databases are made of."""
    found = hashlib.sha256(django.__version__.encode())
    for path in sorted({path for pattern in MADE_OF for path in ROOT.glob(pattern) if ".venv" not in path.parts}):
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def _fill(alias: str, migrate: Any) -> None:
    """Copies what was made before; or makes it, and keeps a copy. Who comes second waits for who came first."""
    if os.environ.get("CREATE_DATABASES") or connections[alias].vendor not in COPYING:
        return migrate()
    exists, copy, keep = COPYING[connections[alias].vendor]
    made = f"{alias}-{fingerprint()}"
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    with (FOLDER / f"{alias}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if exists(alias, made):
            return copy(alias, made)
        migrate()
        keep(alias, made)
    return None


# --- SQLite ---------------------------------------------------------------------------------------------------------


def _file(made: str) -> Path:
    return FOLDER / f"{made}.sqlite3"


def _sqlite_exists(alias: str, made: str) -> bool:
    return _file(made).exists()


def _sqlite_copy(alias: str, made: str) -> None:
    connections[alias].ensure_connection()
    with closing(sqlite3.connect(_file(made))) as source:
        source.backup(connections[alias].connection)


def _sqlite_keep(alias: str, made: str) -> None:
    for old in sorted(FOLDER.glob(f"{alias}-*.sqlite3"), key=lambda path: path.stat().st_mtime)[: -KEPT + 1]:
        old.unlink()
    half = _file(made).with_suffix(".half")
    with closing(sqlite3.connect(half)) as target:
        connections[alias].connection.backup(target)
    half.rename(_file(made))


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


def _named(alias: str, made: str) -> str:
    """Of this database's own, so that two checkouts on one server do not meet."""
    return f"{connections[alias].settings_dict['NAME'].split('_gw')[0]}_of_{made.rpartition('-')[2]}"


def _postgres_exists(alias: str, made: str) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_named(alias, made)])
        return cursor.fetchone() is not None


def _postgres_copy(alias: str, made: str) -> None:
    connection = connections[alias]
    here = connection.ops.quote_name(connection.settings_dict["NAME"])
    _postgres_let_go(connection)
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {here}")
        cursor.execute(f"CREATE DATABASE {here} TEMPLATE {connection.ops.quote_name(_named(alias, made))}")


def _postgres_keep(alias: str, made: str) -> None:
    connection = connections[alias]
    kept, here = _named(alias, made), connection.settings_dict["NAME"]
    _postgres_let_go(connection)
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{kept.rpartition('_of_')[0]}\\_of\\_%"])
        for (old,) in cursor.fetchall():
            cursor.execute(f"DROP DATABASE {connection.ops.quote_name(old)}")
        cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(kept)} TEMPLATE {connection.ops.quote_name(here)}")


def _postgres_let_go(connection: Any) -> None:
    """Nobody may be connected with a database that is copied."""
    connection.close()
    connection.close_pool()


COPYING: dict[str, Any] = {
    "sqlite": (_sqlite_exists, _sqlite_copy, _sqlite_keep),
    "postgresql": (_postgres_exists, _postgres_copy, _postgres_keep),
}
