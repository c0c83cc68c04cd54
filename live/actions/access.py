"""Ways in that end."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils import timezone

from live.models import Revocation
from live.tickets import session_hash
from lms.users.models import User

REVOCATIONS_KEPT = datetime.timedelta(days=1)


def end_access(*, person: User | None = None, session_keys: Iterable[str] | None = None) -> None:
    """Closes sockets within a second, in every process: those of these sign-ins, or all of the person's."""
    if session_keys is not None:
        Revocation.objects.bulk_create(Revocation(session=session_hash(key)) for key in session_keys)
    elif person is not None:
        Revocation.objects.create(person=person)


def sweep_revocations() -> int:
    """Forgets those that no ticket can outlive. Returns how many."""
    count, _kinds = Revocation.objects.filter(at__lt=timezone.now() - REVOCATIONS_KEPT).delete()
    return count
