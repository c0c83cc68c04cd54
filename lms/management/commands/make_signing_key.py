"""Make a key by which certificates are signed as Open Badges."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms import signing


class Command(BaseCommand):
    help = "Print a new key for signing credentials, or write it into a new file that only its owner can read."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="where to write it; must not exist yet")

    def handle(self, *args: object, file: Path | None, **options: object) -> None:
        if file is None:
            self.stdout.write(signing.new_key_line(), ending="")
            return
        try:
            signing.write_new_keys(file)
        except FileExistsError:
            raise CommandError(
                f"{file} is there already and was left alone: what its keys signed could not be checked without them. "
                "To begin using a new key, print one and put it on a line above the others."
            ) from None
        except OSError as error:
            raise CommandError(f"{file} could not be written: {error.strerror}.") from None
        self.stdout.write(f"Wrote a new key for signing to {file}.")
