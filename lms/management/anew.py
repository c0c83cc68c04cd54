"""What has to be done once an earlier state of the words stands in the place of a later one, however it came there."""

from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError, OutputWrapper

from live.actions import renumber_rooms
from lms import crypto
from lms.users.actions import end_all_sign_ins


def begin(stdout: OutputWrapper) -> None:
    """From the release of then to ours; and what was true then and is not now."""
    call_command("prepare_databases", stdout=stdout)
    stdout.write(f"{renumber_rooms()} rooms have new numbers: browsers read them anew.")
    stdout.write(f"{end_all_sign_ins()} sign-ins of then have ended.")
    for cache in caches.all():
        cache.clear()
    try:
        crypto.check_site_keys()
    except ImproperlyConfigured as wrong:
        raise CommandError(f"The words are back, but journals do not open: {wrong}") from None
    if not crypto.person_keys_by_site_key():
        stdout.write("There are no keys here: journals stay closed unless a backup of keys is restored with --keys.")
