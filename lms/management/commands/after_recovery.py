"""After PostgreSQL has gone back to a moment by its own log: what `restore` does by itself."""

import contextlib
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from lms.management import anew
from lms.management.backups import databases


class Command(BaseCommand):
    help = "After PostgreSQL went back to a moment by its log: rooms get new numbers, all sign-ins end. Before anybody comes back."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if still_reading():
                raise CommandError(
                    "PostgreSQL is still reading its log. Look at what it says, and run this again when it has come to the end."
                )
            for alias in ("default", "keys"):
                if others := databases.others_in(alias):
                    raise CommandError(
                        f"{others} connections to the database {alias!r} are open. Stop web, live, worker and scheduler first."
                    )
            anew.begin(self.stdout)
        except DatabaseError as trouble:
            raise CommandError(f"The database did not answer: {trouble}") from None
        self.stdout.write("Start the site.")


def still_reading() -> bool:
    """Whether the database takes no words yet. SQLite has no log to read."""
    if connection.vendor != "postgresql":
        return False
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        return bool(cursor.fetchone()[0])
