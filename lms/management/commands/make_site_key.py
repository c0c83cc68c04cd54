"""Make a key for the site: what wraps the key of each person."""

import base64
import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms import crypto


class Command(BaseCommand):
    help = "Print a new site key, or write it into a new file that only its owner can read."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="where to write it; must not exist yet")

    def handle(self, *args: object, file: Path | None, **options: object) -> None:
        line = base64.urlsafe_b64encode(crypto.new_key()).decode() + "\n"
        if file is None:
            self.stdout.write(line, ending="")
            return
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise CommandError(
                f"{file} is there already and was left alone: without its keys nothing written so far could be read. "
                "To begin using a new key, print one and put it on a line above the others."
            ) from None
        except OSError as error:
            raise CommandError(f"{file} could not be written: {error.strerror}.") from None
        with os.fdopen(handle, "w") as out:
            out.write(line)
        self.stdout.write(f"Wrote a new site key to {file}. Keep a copy in a safe place, apart from the backups.")
