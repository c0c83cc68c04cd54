"""What worker and scheduler say when the database goes away: whoever started them starts them again until it is back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import DatabaseError


@contextmanager
def ends_in_a_sentence() -> Iterator[None]:
    """Raises CommandError for a database that does not answer. Python's own telling of the trouble might quote a row."""
    try:
        yield
    except DatabaseError as trouble:
        raise CommandError(f"The database does not answer ({type(trouble).__name__}). Starting again is safe.") from None
