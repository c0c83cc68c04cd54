"""Sealed files in the storage: whole or not there; what nothing names is swept."""

import datetime

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from courses.actions import stored_files
from courses.actions.stored_files import discard, opened, store, sweep_files
from courses.models import StoredFile
from tests.courses.factories import make_attachment, make_entry

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def old(row: StoredFile) -> None:
    StoredFile.objects.filter(pk=row.pk).update(begun_at=timezone.now() - datetime.timedelta(hours=2))


def test_store_writes_it_under_a_name_that_says_nothing():
    row = store(b"sealed")

    with opened(row) as file:
        assert file.read() == b"sealed"
    assert row.name.startswith("sealed/") and len(row.name) == len("sealed/ab/") + 32


def test_store_that_breaks_leaves_a_row_for_the_sweep_to_find(monkeypatch):
    def breaks(name, content):
        raise OSError("disk full")

    monkeypatch.setattr(stored_files.default_storage, "save", breaks)
    with pytest.raises(OSError, match="disk full"):
        store(b"sealed")

    assert StoredFile.objects.count() == 1
    old(StoredFile.objects.get())
    assert sweep_files() == "1 files deleted that nothing named"
    assert StoredFile.objects.count() == 0


def test_discard_waits_for_the_transaction(django_capture_on_commit_callbacks):
    row = store(b"sealed")

    with django_capture_on_commit_callbacks() as waiting:
        discard([row])
    assert default_storage.exists(row.name)

    waiting[0]()

    assert not default_storage.exists(row.name)
    assert StoredFile.objects.count() == 0


def test_sweep_files_leaves_what_is_named_or_young(owner):
    named = make_attachment(make_entry(owner)).file
    young, left = store(b"young"), store(b"left")
    old(named)
    old(left)

    sweep_files()

    assert [default_storage.exists(row.name) for row in (named, young, left)] == [True, True, False]
    assert set(StoredFile.objects.all()) == {named, young}
