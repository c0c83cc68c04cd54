"""The files that go with the words: every one copied with its hash, and every one compared when it comes back."""

import hashlib
import shutil
from pathlib import Path

from django.conf import settings

from lms.management.backups import PART, sha256


def copy_out(target: Path) -> dict[str, str]:
    """Copies what is in the storage. Returns name -> SHA-256. What was deleted meanwhile is left out, as its row will be."""
    root = Path(settings.MEDIA_ROOT)
    hashes = {}
    for path in sorted(root.rglob("*")):
        if path.is_file():
            name = str(path.relative_to(root))
            try:
                hashes[name] = _copy(path, target / name)
            except FileNotFoundError:
                (target / name).unlink(missing_ok=True)
    return hashes


def copy_in(source: Path, hashes: dict[str, str]) -> list[str]:
    """Puts back what is missing or differs. Returns the names of what the backup should have had, and has not or has damaged."""
    root = Path(settings.MEDIA_ROOT)
    wrong = []
    for name, expected in hashes.items():
        kept, here = source / name, root / name
        if here.exists() and sha256(here) == expected:
            continue
        if not kept.exists() or sha256(kept) != expected:
            wrong.append(name)
            continue
        here.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept, here)
    return wrong


def _copy(source: Path, target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as file, target.open("wb") as copy:
        while part := file.read(PART):
            digest.update(part)
            copy.write(part)
    return digest.hexdigest()
