"""Put a backup in the place of what is here, and say whether all of it came back."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections

from lms import crypto
from lms.management import anew, backups
from lms.management.backups import databases, files
from lms.management.backups.databases import Rows
from lms.run import lock


class Command(BaseCommand):
    help = "Restore words and files from a backup. The keys that are here stay, so that whoever was erased stays erased."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("words", type=Path, help="folder of one backup of words, such as backups/words/2027-02-04T03-00-00Z")
        parser.add_argument("--keys", type=Path, help="folder of one backup of keys; only where the keys themselves were lost")
        parser.add_argument("--yes", action="store_true", help="yes, replace what is here")

    def handle(self, *args: Any, words: Path, keys: Path | None, yes: bool, **options: Any) -> None:
        manifest, manifest_of_keys = look_at(words, "words"), look_at(keys, "keys") if keys else None
        if not yes:
            raise CommandError("This replaces all words that are here by those of the backup. Say --yes if that is meant.")
        try:
            with site_stopped():
                if keys and manifest_of_keys:
                    self.restore_keys(keys, manifest_of_keys)
                self.restore_words(words, manifest)
                anew.begin(self.stdout)
                self.stdout.write("Restored. Start the site.")
        except DatabaseError as trouble:
            raise CommandError(f"The database did not answer: {trouble}") from None

    def restore_keys(self, folder: Path, manifest: backups.Manifest) -> None:
        if backups.age_of(manifest) > backups.KEYS_GOOD_FOR:
            raise CommandError("This backup of keys is older than seven days: it would bring back people who were erased since.")
        with contextlib.suppress(DatabaseError):  # a database without tables has no keys
            if crypto.person_keys_by_site_key():
                raise CommandError(
                    "There are keys here, and they stay: leave out --keys. An older key store would bring back who was erased."
                )
        databases.load("keys", folder / manifest.dump)
        self.compare("keys", manifest.rows)

    def restore_words(self, folder: Path, manifest: backups.Manifest) -> None:
        databases.load("default", folder / manifest.dump)
        self.compare("default", manifest.rows)
        if wrong := files.copy_in(folder / "files", manifest.files):
            raise CommandError(f"{len(wrong)} of {len(manifest.files)} files are not in the backup as they were, such as {wrong[0]}.")
        self.stdout.write(f"{len(manifest.files)} files are as they were.")

    def compare(self, alias: str, expected: Rows) -> None:
        now = databases.rows(alias)
        if differing := sorted(name for name in expected.keys() | now.keys() if expected.get(name) != now.get(name)):
            raise CommandError(f"Not everything came back into {alias!r}: these tables differ from the backup: {', '.join(differing)}.")
        self.stdout.write(f"{sum(now.values())} rows in {len(now)} tables of {alias!r} are as they were.")


def look_at(folder: Path, what: str) -> backups.Manifest:
    manifest = backups.read(folder)
    if manifest.what != what:
        raise CommandError(f"{folder} is a backup of {manifest.what}, not of {what}.")
    if manifest.vendor != connections["default"].vendor:
        raise CommandError(f"{folder} comes from {manifest.vendor}, and this site keeps its words in {connections['default'].vendor}.")
    return manifest


@contextlib.contextmanager
def site_stopped() -> Iterator[None]:
    """Raises CommandError if the site runs: what somebody says meanwhile would be lost."""
    with contextlib.ExitStack() as ends:
        if settings.EMBEDDED:
            for name in ("run.lock", "web.lock"):
                try:
                    ends.callback(lock.hold(settings.VAR_DIR / name).release)
                except lock.Held:
                    raise CommandError("The site is running. Stop it first (Ctrl-C where it runs).") from None
        for alias in connections:
            if others := databases.others_in(alias):
                raise CommandError(f"{others} connections to the database {alias!r} are open. Stop web, live, worker and scheduler first.")
        yield
