"""When there is no room left: how to tell, and what goes on all the same."""

import contextlib
import errno
import logging
import sqlite3
from collections.abc import Iterator

from django.db import DatabaseError

log = logging.getLogger(__name__)

DISK_FULL = "53100"  # PostgreSQL's name for it


def is_full(error: BaseException | None) -> bool:
    """Whether a full disk is behind this error, directly or further down."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return True
        if isinstance(error, DatabaseError | sqlite3.Error) and "disk is full" in str(error):
            return True
        if getattr(error, "sqlstate", None) == DISK_FULL:
            return True
        error = error.__cause__ or error.__context__
    return False


@contextlib.contextmanager
def trace() -> Iterator[None]:
    """Around what is noted because somebody looked. With no room left for it, they are shown what they asked for all the same."""
    try:
        yield
    except DatabaseError as error:
        if not is_full(error):
            raise
        log.warning("The disk is full: what somebody looked at was not noted.")
