"""Ways in that end."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils import timezone

from courses.models import Cohort, Membership
from live.models import Revocation, Room
from live.permissions import AFTER, BEFORE_FACILITATORS, is_experiential
from live.tickets import session_hash
from lms.users.models import User

REVOCATIONS_KEPT = datetime.timedelta(days=1)


def end_access(*, person: User | None = None, session_keys: Iterable[str] | None = None) -> None:
    """Closes sockets within a second, in every process: those of these sign-ins, or all of the person's."""
    if session_keys is not None:
        Revocation.objects.bulk_create(Revocation(session=session_hash(key)) for key in session_keys)
    elif person is not None:
        Revocation.objects.create(person=person)


def end_unsigned(*, cohort: Cohort) -> None:
    """Another version of the agreement holds: rooms where something experiential is done are left within a second, also by who has only
    just got a ticket, and come back to by each once they have signed."""
    now = timezone.now()
    near = Room.objects.filter(seminar__cohort=cohort, seminar__sitting__isnull=False, closed_at=None)
    around = near.filter(seminar__starts_at__lt=now + BEFORE_FACILITATORS, seminar__ends_at__gt=now - AFTER)
    rooms = [room for room in around.select_related("seminar__cohort") if is_experiential(room.seminar)]
    if rooms:
        people = Membership.objects.current().filter(cohort=cohort).values_list("person_id", flat=True)
        Revocation.objects.bulk_create(Revocation(person_id=person, room=room) for room in rooms for person in people)


def sweep_revocations() -> int:
    """Forgets those that no ticket can outlive. Returns how many."""
    count, _kinds = Revocation.objects.filter(at__lt=timezone.now() - REVOCATIONS_KEPT).delete()
    return count
