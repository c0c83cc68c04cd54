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

    What a person noted (`Attendance.Source`) stands against the count. `of_minutes` is how long the sitting went on, if not as long as
    planned. Nobody is ever taken away, so that a count which no longer knows of somebody costs them nothing. Asks nobody: whoever holds
    the rooms (`live.actions.attendance`) is what calls it.
    """
    went_on = of_minutes if of_minutes is not None else planned_minutes(sitting)
    Sitting.objects.select_for_update(of=("self",)).get(pk=sitting.pk)  # whoever notes somebody meanwhile waits, and stands
    noted = set(Attendance.objects.filter(sitting=sitting).exclude(source=Attendance.Source.ROOM).values_list("person", flat=True))
    now = timezone.now()
    rows = [
        Attendance(sitting=sitting, person_id=person, of_minutes=went_on, counted_at=now, minutes=counted, room_minutes=counted)
        for person, counted in sorted((person, min(minutes, went_on)) for person, minutes in minutes_by_person.items())
    ]
    _keep([row for row in rows if row.person_id not in noted], ["minutes", "of_minutes"])
    _keep([row for row in rows if row.person_id in noted], [])
    return len(rows)


def planned_minutes(sitting: Sitting) -> int:
    return round((sitting.ends_at - sitting.starts_at) / MINUTE)


def _keep(rows: list[Attendance], fields: list[str]) -> None:
    """What people noted keeps its minutes; what the room counted stands beside it."""
    counted = [*fields, "room_minutes", "counted_at"]
    Attendance.objects.bulk_create(rows, update_conflicts=True, unique_fields=["sitting", "person"], update_fields=counted)
