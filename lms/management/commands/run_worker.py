"""Do the background work: the queue's own worker, which ends when the process that started it ends."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection

from lms.management.away import ends_in_a_sentence
from lms.management.site_keys import require_site_keys
from lms.run import alive
from lms.run.children import stop_with_parent


class Command(BaseCommand):
    help = "Do background work until stopped. Any number may run; each task is taken by one of them."

    def handle(self, *args: Any, **options: Any) -> None:
        stop_with_parent()
        require_site_keys()
        close_old_connections()  # asked once; what begins now has connections of its own
        with ends_in_a_sentence(), connection.execute_wrapper(alive.while_asking):
            call_command("db_worker", queue_name="*", interval=0.5, verbosity=0)
