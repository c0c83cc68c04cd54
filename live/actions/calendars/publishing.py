"""Dates as calendar programs know them follow the dates of a cohort: one more in `sequence` for whatever moved, cancelled what is gone."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from courses.models import Cohort
from live import occasions
from live.models import CalendarEvent
from lms.queue import enqueue

STATE = ("group_id", "kind", "title", "starts_at", "ends_at", "first_on", "last_on", "zone", "path")
LOOKED_AFTER = datetime.timedelta(days=60)  # so long after its end a cohort's dates are still looked at


@transaction.atomic
def publish(*, cohort: Cohort) -> int:
    """Brings the rows of a cohort up to its dates; again it changes nothing. Returns how many dates changed. Eight queries at most.

    Asks nobody: whatever moved a date has asked already; called in its transaction, and by the clock for what came otherwise.
    """
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)  # one at a time, so that no number is given twice
    now = timezone.now()
    there = {one.key: _state(one) for one in occasions.of_cohort(cohort)}
    rows = {row.key: row for row in CalendarEvent.objects.filter(cohort=cohort)}
    fresh = [
        CalendarEvent(cohort=cohort, key=key, uid=_uid(key), changed_at=now, **state) for key, state in there.items() if key not in rows
    ]
    changed = [row for row in rows.values() if _follow(row, there.get(row.key), now)]
    CalendarEvent.objects.bulk_create(fresh)
    CalendarEvent.objects.bulk_update(changed, ["sequence", "changed_at", "cancelled_at", *STATE], batch_size=100)
    if changed or fresh:
        enqueue("live.invite")
    return len(fresh) + len(changed)


def publish_all() -> int:
    """By the clock: whatever changed without anybody saying so. Returns how many dates changed."""
    since = timezone.now().date() - LOOKED_AFTER
    return sum(publish(cohort=cohort) for cohort in Cohort.objects.filter(ends_on__gte=since))


def _state(one: occasions.Occasion) -> dict[str, Any]:
    state = {name: getattr(one, name) for name in STATE}
    return {**state, "title": state["title"][:200]}


def _follow(row: CalendarEvent, state: dict[str, Any] | None, now: datetime.datetime) -> bool:
    """Whether the row is another one now."""
    if state is None:
        if row.cancelled_at is not None:
            return False
        row.cancelled_at = now
    elif row.cancelled_at is None and all(getattr(row, name) == value for name, value in state.items()):
        return False
    else:
        row.cancelled_at = None
        for name, value in state.items():
            setattr(row, name, value)
    row.sequence, row.changed_at = row.sequence + 1, now
    return True


def _uid(key: str) -> uuid.UUID:
    """Made from the site's address and the thing's own name, so that a row that was lost is found again by programs."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.SITE_URL}/{key}")
