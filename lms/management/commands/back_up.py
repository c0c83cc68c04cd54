"""Back up the words and their files to one place, and people's keys to another, while the site runs."""

import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections

from lms.management import backups
from lms.management.backups import databases, files

ALIASES = {"words": "default", "keys": "keys"}


class Command(BaseCommand):
    help = "Back up words with their files, and keys apart from them; deletes backups of keys that are too old."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--words", type=Path, help="folder for backups of words and files")
        parser.add_argument("--keys", type=Path, help="folder for backups of keys; another disk is better")

    def handle(self, *args: Any, words: Path | None, keys: Path | None, **options: Any) -> None:
        words, keys = words or settings.VAR_DIR / "backups" / "words", keys or settings.VAR_DIR / "backups" / "keys"
        made_at = datetime.datetime.now(datetime.UTC).strftime(backups.FORM)
        try:
            # Words first: whoever's key was made in between has it in the backup of keys.
            folder = back_up("words", words, made_at)
            self.stdout.write(f"Words and files are in {folder}.")
            folder = back_up("keys", keys, made_at)
            self.stdout.write(f"Keys are in {folder}. Keep them apart from the words, and no longer than seven days.")
            for name in backups.expire_keys(keys):
                self.stdout.write(f"Deleted the backup of keys from {name}.")
        except OSError as trouble:
            raise CommandError(f"The backup could not be written, and nothing half is left: {trouble.strerror}.") from None
        except DatabaseError as trouble:
            raise CommandError(f"The database did not answer: {trouble}") from None
        self.stdout.write("The site's key is in neither: it has a place of its own.")


def back_up(what: str, place: Path, made_at: str) -> Path:
    alias = ALIASES[what]
    if (place / made_at).exists():
        raise CommandError(f"There is a backup of this second already: {place / made_at}.")
    with backups.fresh(place, made_at) as folder:
        manifest = backups.Manifest(what, connections[alias].vendor, made_at, databases.file_name(alias))
        manifest.rows = databases.dump(alias, folder / manifest.dump)
        manifest.dump_sha256 = backups.sha256(folder / manifest.dump)
        if what == "words":
            manifest.files = files.copy_out(folder / "files")
        backups.write(folder, manifest)
    return place / made_at
