"""Bring everything that older site keys sealed under the newest one: people's keys and the secrets of the second step."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lms import crypto
from lms.management.site_keys import require_site_keys
from lms.users.actions import reseal_second_factor
from lms.users.second_factor import older_second_factors, secrets_by_site_key

BATCH = 200


class Command(BaseCommand):
    help = (
        "Wrap people's keys and sealed secrets by the newest site key, the first line of the site's keys file. No words are touched. "
        "The site may go on meanwhile; stopped in the middle, it goes on where it was when it is run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only count what stands under which key")

    def handle(self, *args: object, check: bool, verbosity: int, **options: object) -> None:
        require_site_keys()
        self.speaks = verbosity > 0
        closed = 0 if check else self.rotate()
        missing = self.report()
        if closed or missing:
            raise CommandError(
                f"Some of this does not open with the keys in {settings.SITE_KEYS_FILE} and was left as it is. "
                "If a line was taken out of that file too early, put it back at its end and run this again."
            )

    def rotate(self) -> int:
        """Returns how many did not open."""
        closed = self.rewrap_people()
        for authenticator_id in older_second_factors():
            try:
                reseal_second_factor(authenticator_id=authenticator_id)
            except crypto.Unreadable:
                closed += 1
        return closed

    def rewrap_people(self) -> int:
        counts = crypto.person_keys_by_site_key()
        older = counts.total() - counts[crypto.newest_key_id()]
        done = closed = 0
        for batch in batches():
            for person_id in batch:
                try:
                    done += crypto.rewrap_person_key(person_id)
                except crypto.Unreadable:
                    closed += 1
            self.say(f"{done} of {max(older, done)} people's keys are wrapped anew.")
        return closed

    def report(self) -> int:
        """Says what stands under which key; returns how much stands under keys that are not in the file."""
        people, secrets, lines = crypto.person_keys_by_site_key(), secrets_by_site_key(), crypto.site_key_lines()
        for key_id, number in lines.items():
            self.say(f"Line {number} ({key_id.hex()}): {amounts(people, secrets, key_id)}")
        unknown = {*people, *secrets} - {*lines}
        for key_id in sorted(unknown):
            self.say(f"Not in the file ({key_id.hex()}): {amounts(people, secrets, key_id)}")
        self.say(advice(lines, used={key_id for key_id in lines if people[key_id] or secrets[key_id]}))
        return len(unknown)

    def say(self, sentence: str) -> None:
        if self.speaks:
            self.stdout.write(sentence)


def batches() -> Iterator[list[int]]:
    """People whose keys are not under the newest site key, by the hundreds."""
    last = None
    while batch := crypto.people_with_older_keys(after=last, limit=BATCH):
        yield batch
        last = batch[-1]


def amounts(people: Counter[bytes], secrets: Counter[bytes], key_id: bytes) -> str:
    return f"{people[key_id]} people's keys, {secrets[key_id]} secrets of second steps."


def advice(lines: dict[bytes, int], used: set[bytes]) -> str:
    """Which lines may go. The first stays whether or not anything stands under it yet."""
    newest = min(lines.values())
    free = sorted(number for key_id, number in lines.items() if key_id not in used and number != newest)
    if free:
        named = ", ".join(map(str, free))
        return (
            f"Nothing needs these lines of {settings.SITE_KEYS_FILE} any more: {named}. "
            "Take them out when the last backup of keys from before today has expired."
        )
    if used - {key_id for key_id, number in lines.items() if number == newest}:
        return "Every line is needed. Run rotate_keys to bring everything under the first."
    return "Everything stands under the first line, and there is no other."
