"""What reminders of seminars are called: each person is told once of what a key names."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from live.models import Seminar

SOON_KEY = "live.soon:"
AHEAD = {"week": datetime.timedelta(days=7), "day": datetime.timedelta(days=1)}


def soon_key(seminar: Seminar) -> str:
    return f"{SOON_KEY}{seminar.pk}"


def day_key(seminar: Seminar, near: str) -> str:
    """Names the cohort's day, by the cohort's clock, and which of the two reminders (AHEAD) it is."""
    assert seminar.starts_at is not None  # noqa: S101 (for the type checker: what is always open is of no day)
    day = seminar.starts_at.astimezone(ZoneInfo(seminar.time_zone)).date()
    return f"live.day:{seminar.cohort_id}:{day}:{near}"


def reminders_of(seminar: Seminar) -> list[str]:
    """All that may have told somebody of this seminar's hour."""
    return [*(day_key(seminar, near) for near in AHEAD), soon_key(seminar)]
