"""manage.py check_audit: whether what was noted of who opened and changed what is still what was noted."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms.audit.chain import add_links, check


class Command(BaseCommand):
    help = "Goes along the chain of what was noted (who opened, changed or took what). Fails if any of it was changed or taken away."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--knows", default="", metavar="HASH", help="the end that an earlier check or the log told; it has to be in it")

    def handle(self, *args: Any, knows: str, **options: Any) -> None:
        while add_links():
            pass
        found = check(knows)
        if found.broken_at is not None:
            raise CommandError(
                f"Link {found.broken_at} is wrong: something was changed, taken out or put in. {found.links} before it are right."
            )
        if not found.knows:
            raise CommandError(f"The chain is whole, but does not hold {knows}: it is another chain, or its end was cut off.")
        self.stdout.write(f"{found.links} links are right. The last is {found.end}")
