"""Bring the databases up to date while the release before this one still runs."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from lms.keys.router import apps_in

LOCK_TIMEOUT = "2s"  # a change of a table that waits longer would make everybody behind it wait too
TRIES = 30
PAUSE = 2.0  # seconds between two
NUMBER = 0x6F646C64  # ours among the advisory locks: of two that start at once, one waits
NOT_AVAILABLE = "55P03"  # PostgreSQL's name for a lock that was waited for too long


class Command(BaseCommand):
    help = "Migrate both databases, never waiting more than two seconds for a lock; what is busy is tried again."

    def handle(self, *args: Any, **options: Any) -> None:
        for alias in connections:
            self.prepare(alias)
            self.stdout.write(f"The database {alias!r} is up to date.")

    def prepare(self, alias: str) -> None:
        """Each migration is a transaction: one that got no lock changed nothing and comes again."""
        for _ in range(TRIES):
            try:
                migrate(alias)
            except OperationalError as busy:
                connections[alias].close()
                if not was_busy(busy):
                    raise CommandError(f"The database {alias!r} does not answer: {busy}") from None
                time.sleep(PAUSE)
            except DatabaseError as trouble:
                raise CommandError(f"The database {alias!r} could not be brought up to date: {trouble}") from None
            else:
                return
        raise CommandError(f"The database {alias!r} was busy all the time. Nothing is half done; try again when fewer people are here.")


def migrate(alias: str) -> None:
    connection = connections[alias]
    with one_at_a_time(connection) if connection.vendor == "postgresql" else contextlib.nullcontext():
        call_command("migrate", *apps_in(alias), database=alias, interactive=False, verbosity=0)


@contextlib.contextmanager
def one_at_a_time(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Nobody else prepares this database meanwhile, and no lock is waited for longer than we said."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute("SELECT pg_advisory_lock(%s)", [NUMBER])
    try:
        yield
    finally:
        with contextlib.suppress(DatabaseError), connection.cursor() as cursor:  # a connection that broke holds nothing
            cursor.execute("RESET lock_timeout")
            cursor.execute("SELECT pg_advisory_unlock(%s)", [NUMBER])


def was_busy(trouble: OperationalError) -> bool:
    return getattr(trouble.__cause__, "sqlstate", None) == NOT_AVAILABLE
