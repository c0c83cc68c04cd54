"""What commands ask before they begin to work with what is sealed."""

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError

from lms import crypto


def require_site_keys() -> None:
    """Raises CommandError with one clear sentence if the file with the site's keys is missing, damaged or another one."""
    try:
        crypto.check_site_keys()
    except ImproperlyConfigured as wrong:
        raise CommandError(str(wrong)) from None
