"""What reminded somebody of an hour that is another now, or none."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from live.models import Seminar
from live.reminders import reminders_of
from lms.notifications.actions.notices import take_back
from lms.notifications.models import Notice


def take_back_reminders(*, seminars: Collection[Seminar]) -> None:
    """What reminded somebody of these hours, as the rows hold them: before they move, or when they are called off. A reminder of their
    day that leads to another hour of it stays.

    Asks nobody: whoever moves an hour has asked.
    """
    keys = [key for seminar in seminars for key in reminders_of(seminar)]
    lobbies = [reverse("live:lobby", args=[seminar.cohort.slug, seminar.pk]) for seminar in seminars]
    take_back(keys=set(Notice.objects.filter(key__in=keys, path__in=lobbies).values_list("key", flat=True)))
