"""Enqueue what is due by the clock."""

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from lms import schedule
from lms.management.away import ends_in_a_sentence
from lms.run.children import stop_with_parent


def stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


class Command(BaseCommand):
    help = "Enqueue what is due by the clock until stopped. More than one may run: all but one wait."

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        stop_with_parent()
        with ends_in_a_sentence():
            schedule.run(self.stderr.write)
