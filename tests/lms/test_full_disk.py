import errno
import sqlite3

import pytest
from django.core.management import CommandError
from django.db import OperationalError
from psycopg.errors import DiskFull

from lms.full_disk import is_full, trace


def chained(cause: Exception) -> Exception:
    outer = CommandError("The course could not be loaded.")
    outer.__cause__ = cause
    return outer


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OperationalError("database or disk is full"), True),
        (chained(sqlite3.OperationalError("database or disk is full")), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (OperationalError("database is locked"), False),
        (CommandError("disk is full of mistakes"), False),
        (chained(DiskFull("could not extend file")), True),
    ],
)
def test_is_full_tells_a_full_disk_from_other_trouble(error, full):
    assert is_full(error) is full


def test_trace_lets_a_page_come_when_there_is_no_room_to_note_that_it_came():
    with trace():
        raise OperationalError("database or disk is full")

    with pytest.raises(OperationalError), trace():
        raise OperationalError("database is locked")
