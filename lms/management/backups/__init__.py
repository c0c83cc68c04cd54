"""Backups: of the words with the files that go with them, and of people's keys, which are never in one place with the words.

A backup is a folder named after its moment. What it holds, and how much, stands in its manifest.json, so that a restore can say
whether all of it came back.
"""

import datetime
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.core.management.base import CommandError

PART = 1_048_576  # bytes that are read at once
# An older backup of keys would bring back who was erased. With one a day, none is ever older than seven days.
KEYS_KEPT = datetime.timedelta(days=6)
KEYS_GOOD_FOR = datetime.timedelta(days=7)
FORM = "%Y-%m-%dT%H-%M-%SZ"


@dataclass
class Manifest:
    """What stands in a backup. Numbers and hashes, never words."""

    what: str  # words or keys
    vendor: str
    made_at: str
    dump: str  # the file with the database
    dump_sha256: str = ""
    rows: dict[str, int] = field(default_factory=dict)  # of each table
    files: dict[str, str] = field(default_factory=dict)  # name in the storage -> SHA-256


def moment_of(manifest: Manifest) -> datetime.datetime:
    return datetime.datetime.strptime(manifest.made_at, FORM).replace(tzinfo=datetime.UTC)


def age_of(manifest: Manifest) -> datetime.timedelta:
    return datetime.datetime.now(datetime.UTC) - moment_of(manifest)


@contextmanager
def fresh(place: Path, made_at: str) -> Iterator[Path]:
    """A folder that gets its name only when all of it is on the disk; half a backup must not pass for one."""
    unfinished = place / f"{made_at}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True, mode=0o700)
    try:
        yield unfinished
        for path in [*unfinished.rglob("*"), unfinished]:
            sync(path)
        unfinished.rename(place / made_at)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    sync(place)


def sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(folder: Path, manifest: Manifest) -> None:
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1))


def read(folder: Path) -> Manifest:
    """Raises CommandError with a sentence if this is no backup, or not whole."""
    try:
        manifest = Manifest(**json.loads((folder / "manifest.json").read_text()))
        whole = sha256(folder / manifest.dump) == manifest.dump_sha256
    except (OSError, ValueError, TypeError):
        raise CommandError(f"{folder} is no backup: its manifest.json cannot be read.") from None
    if not whole:
        raise CommandError(f"The backup {folder} is damaged: {manifest.dump} is not what was written then. Take another one.")
    return manifest


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def expire_keys(place: Path) -> list[str]:
    """Deletes backups of keys that are too old. Returns their names."""
    old = []
    for folder in sorted(place.glob("*/")):
        if (folder / "manifest.json").exists() and age_of(read_lightly(folder)) > KEYS_KEPT:
            shutil.rmtree(folder)
            old.append(folder.name)
    return old


def read_lightly(folder: Path) -> Manifest:
    """Without looking whether it is whole."""
    return Manifest(**json.loads((folder / "manifest.json").read_text()))
