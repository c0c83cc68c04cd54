"""Make the key by which browsers know that it is this site that rings them."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms.notifications import pushing


class Command(BaseCommand):
    help = "Write a new key for web push into a new file that only its owner can read."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where to write it; must not exist yet")

    def handle(self, *args: object, file: Path, **options: object) -> None:
        try:
            pushing.write_key(file)
        except FileExistsError:
            raise CommandError(
                f"{file} is there already and was left alone: with another key every browser has to be asked again."
            ) from None
        except OSError as error:
            raise CommandError(f"{file} could not be written: {error.strerror}.") from None
        self.stdout.write(f"Wrote a new key for web push to {file}.")
