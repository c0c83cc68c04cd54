"""Keeping how long people were there."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from courses.models import Attendance, Sitting

MINUTE = datetime.timedelta(minutes=1)


@transaction.atomic
def record_minutes(*, sitting: Sitting, minutes_by_person: Mapping[int, int], of_minutes: int | None = None) -> int:
    """Keeps for each person (their id) how many minutes they were there; counted again, the newer count stands. Returns how many.

    `of_minutes` is how long the sitting went on, if not as long as planned. Nobody is ever taken away, so that a count which no
    longer knows of somebody costs them nothing. Asks nobody: whoever holds the rooms (`live.actions.attendance`) is what calls it.
    """
    went_on = of_minutes if of_minutes is not None else round((sitting.ends_at - sitting.starts_at) / MINUTE)
    now = timezone.now()
    rows = [
        Attendance(sitting=sitting, person_id=person, minutes=min(minutes, went_on), of_minutes=went_on, counted_at=now)
        for person, minutes in sorted(minutes_by_person.items())
    ]
    fields = ["minutes", "of_minutes", "counted_at"]
    Attendance.objects.bulk_create(rows, update_conflicts=True, unique_fields=["sitting", "person"], update_fields=fields)
    return len(rows)
