from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from lms.files import disk


def test_have_on_disk_waits_for_the_file_and_its_folder(monkeypatch):
    synced = []
    monkeypatch.setattr(disk.os, "fsync", lambda handle: synced.append(str(Path(f"/proc/self/fd/{handle}").readlink())))
    name = default_storage.save("kept/one", ContentFile(b"One"))

    disk.have_on_disk(name)

    path = default_storage.path(name)
    assert synced == [path, path.rpartition("/")[0]]


def test_have_on_disk_leaves_a_storage_elsewhere_alone(monkeypatch):
    class Elsewhere:
        def path(self, name):
            raise NotImplementedError

    monkeypatch.setattr(disk, "default_storage", Elsewhere())

    assert disk.have_on_disk("kept/one") is None
