"""Brings the databases, the static files and the course up to date. Harmless when they are: `make run` does it every time."""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from lms.full_disk import is_full
from lms.keys.router import apps_in
from lms.run.bootstrap import FULL, ROOT, say

COURSE = ROOT / "courses" / "content" / "foundation"


def state_of(folders: list[Path], extra: Path) -> str:
    """A short name for what these folders hold just now; differs when a file or the lock of packages does."""
    digest = hashlib.sha256(extra.read_bytes())
    for folder in folders:
        for path in sorted(file for file in folder.rglob("*") if file.is_file()):
            facts = path.stat()
            digest.update(f"{path.relative_to(folder)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static() -> bool:
    """Hashed names and compressed copies of css/, js/ and the rest; skipped if nothing changed. True if it was done."""
    target = Path(settings.STATIC_ROOT)
    mark = target.with_name("static.state")
    state = state_of([Path(folder) for folder in settings.STATICFILES_DIRS], ROOT / "requirements.txt")
    if target.exists() and mark.exists() and mark.read_text() == state:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(state)
    return True


def prepare() -> None:
    say("Preparing the databases, the pages and the course …")
    for alias in settings.DATABASES:
        call_command("migrate", *apps_in(alias), database=alias, interactive=False, verbosity=0)
    call_command("rotate_keys", check=True, verbosity=0)  # says in one sentence if the site's key is another one
    collect_static()
    call_command("load_course", COURSE, verbosity=0)
    call_command("load_demo", verbosity=0)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.embedded")
    try:
        django.setup()
        prepare()
    except (CommandError, OSError, DatabaseError) as error:
        sys.exit(FULL if is_full(error) else f"The site could not be prepared: {error}")


if __name__ == "__main__":
    main()
