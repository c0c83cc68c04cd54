"""Sign-ins as Django keeps them, except that a full disk does not keep anybody from reading."""

import logging

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as Kept

from lms.full_disk import is_full

log = logging.getLogger(__name__)


class SessionStore(Kept):
    def save(self, must_create: bool = False) -> None:
        """What a page notes in a sign-in that is there already may be lost with no room for it. A new one is kept or refused."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if not is_full(error):
                raise
            log.warning("The disk is full: what a page noted in a sign-in was not kept.")
