"""One database to a file and back: by PostgreSQL's own programs, or by SQLite's own way of copying."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.core.management.base import CommandError
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"

Rows = dict[str, int]


def file_name(alias: str) -> str:
    return "database.dump" if connections[alias].vendor == "postgresql" else "database.sqlite3"


def dump(alias: str, target: Path) -> Rows:
    """Writes the database as it is at one moment, while others go on writing. Returns how many rows each table had then."""
    if connections[alias].vendor == "postgresql":
        return _dump_postgresql(connections[alias], target)
    with closing(sqlite3.connect(connections[alias].settings_dict["NAME"])) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        return _rows_of_sqlite(copy)


def load(alias: str, source: Path) -> None:
    """Puts the file in the place of what is there. If that does not work, what was there is there again."""
    connections[alias].close()
    if connections[alias].vendor == "postgresql":
        return _load_postgresql(connections[alias], source)
    with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(connections[alias].settings_dict["NAME"])) as target:
        copy.backup(target)
    return None


def rows(alias: str) -> Rows:
    """How many rows each table has now."""
    if connections[alias].vendor == "postgresql":
        return _rows_of_postgresql(connections[alias])
    with closing(sqlite3.connect(connections[alias].settings_dict["NAME"])) as database:
        return _rows_of_sqlite(database)


def others_in(alias: str) -> int:
    """How many connections of others a PostgreSQL database has; of SQLite only the locks of lms.run tell."""
    connection = connections[alias]
    if connection.vendor != "postgresql":
        return 0
    with _alone(connection) as own, own.cursor() as cursor:
        cursor.execute(OTHERS)
        return int(cursor.fetchone()[0])


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


@contextmanager
def _alone(connection: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    """A connection outside the pool, closed at the end; the pool's are closed first, so that only this one is ours."""
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    own = connection.copy()
    own.settings_dict["OPTIONS"] = {name: value for name, value in own.settings_dict["OPTIONS"].items() if name != "pool"}
    try:
        yield own
    finally:
        own.close()


def _dump_postgresql(connection: BaseDatabaseWrapper, target: Path) -> Rows:
    with _alone(connection) as own, own.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _run(connection, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}")
        counted = _count(cursor)
        cursor.execute("COMMIT")
    return counted


def _rows_of_postgresql(connection: BaseDatabaseWrapper) -> Rows:
    with _alone(connection) as own, own.cursor() as cursor:
        return _count(cursor)


def _count(cursor: object) -> Rows:
    cursor.execute(TABLES)  # type: ignore[attr-defined]
    names = [name for (name,) in cursor.fetchall()]  # type: ignore[attr-defined]
    counted = {}
    for name in names:
        cursor.execute(f'SELECT count(*) FROM "{name}"')  # type: ignore[attr-defined]  # noqa: S608 (its own name)
        counted[name] = int(cursor.fetchone()[0])  # type: ignore[attr-defined]
    return counted


def _load_postgresql(connection: BaseDatabaseWrapper, source: Path) -> None:
    """What is there steps aside until the other has come whole."""
    with _alone(connection) as own, own.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS before_restore CASCADE")
        cursor.execute("ALTER SCHEMA public RENAME TO before_restore")
        cursor.execute("CREATE SCHEMA public")
        try:
            _run(
                connection, "pg_restore", "--no-owner", "--no-privileges", "--schema=public", "--single-transaction", "--exit-on-error",
                f"--dbname={connection.settings_dict['NAME']}", str(source),
            )  # fmt: skip
        except CommandError:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("ALTER SCHEMA before_restore RENAME TO public")
            raise
        cursor.execute("DROP SCHEMA before_restore CASCADE")


def _run(connection: BaseDatabaseWrapper, program: str, *arguments: str) -> None:
    settings = connection.settings_dict
    places = {"PGHOST": settings["HOST"], "PGPORT": settings["PORT"], "PGUSER": settings["USER"], "PGPASSWORD": settings["PASSWORD"]}
    surroundings = os.environ | {name: str(value) for name, value in places.items() if value} | {"PGDATABASE": str(settings["NAME"])}
    try:
        done = subprocess.run([program, *arguments], env=surroundings, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise CommandError(f"{program} is not here. Install PostgreSQL's client programs (on Debian: postgresql-client).") from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise CommandError(f"{program} did not succeed: {last}")


# --- SQLite ---------------------------------------------------------------------------------------------------------


def _rows_of_sqlite(database: sqlite3.Connection) -> Rows:
    names = [name for (name,) in database.execute(SQLITE_TABLES)]
    return {name: int(database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in names}  # noqa: S608 (its own name)
