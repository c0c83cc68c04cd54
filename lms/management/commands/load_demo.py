"""manage.py load_demo"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.demo import load_demo
from lms.permissions import Refused


class Command(BaseCommand):
    help = "Makes a demo cohort with made-up people. Embedded settings only; running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            fresh = load_demo()
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write("The demo cohort is ready." if fresh else "The demo cohort is there already.")
