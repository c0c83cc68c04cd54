"""Sealed files in the default storage: written whole, deleted after what names them, and what was left behind is swept.

For actions that have asked for permission. Neither a file's name nor its row says whose it is or what is in it.
"""

import datetime
import uuid
from collections.abc import Iterable
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from courses.models import StoredFile
from lms.files.disk import have_on_disk

FOLDER = "sealed"
LEFT_BEHIND = datetime.timedelta(hours=1)  # longer than any upload waits between its file and the row that names it
BATCH = 500


def store(sealed: bytes) -> StoredFile:
    """Writes the file, and has it on the disk before it answers. Not inside a transaction: a row that is rolled back finds nothing."""
    fresh = uuid.uuid4().hex
    row = StoredFile.objects.create(name=f"{FOLDER}/{fresh[:2]}/{fresh}")
    saved = default_storage.save(row.name, ContentFile(sealed))
    if saved != row.name:  # a storage may choose another name; ours is one of 2^122
        default_storage.delete(saved)
        raise FileExistsError(row.name)
    have_on_disk(row.name)
    return row


def opened(row: StoredFile) -> BinaryIO:
    """The sealed file. Raises OSError if it is not there."""
    return default_storage.open(row.name)  # type: ignore[return-value]


def discard(rows: Iterable[StoredFile]) -> None:
    """Deletes files and then their rows, once what named them is gone for certain. A sweep finds those that could not be deleted now."""
    rows = list(rows)
    transaction.on_commit(lambda: _delete(rows), robust=True)


def sweep_files() -> str:
    """By the clock: deletes files that nothing names: an upload that broke off, a deletion that was cut short."""
    left = StoredFile.objects.filter(attachment=None, face=None, begun_at__lt=timezone.now() - LEFT_BEHIND)
    rows = list(left.order_by("begun_at")[:BATCH])
    _delete(rows)
    return f"{len(rows)} files deleted that nothing named"


# --- inside ---------------------------------------------------------------------------------------------------------


def _delete(rows: Iterable[StoredFile]) -> None:
    for row in rows:
        default_storage.delete(row.name)
        StoredFile.objects.filter(pk=row.pk).delete()
