"""Seminars and their rooms, planned with the cohort."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import Cohort, Sitting
from live.actions.log import locked
from live.models import Room, Seminar
from live.permissions import can_announce_record, standing
from lms.floor import Phase
from lms.permissions import require
from lms.users.models import User


@transaction.atomic
def plan_seminars(*, cohort: Cohort) -> None:
    """A seminar with its main room for every sitting, and one practice room that is always open. Again: times and titles follow.

    In a sitting people bring themselves: nothing that is written is kept, unless a facilitator announces it (`announce_record`).

    Asks nobody: planning a cohort (`live.receivers`) is what calls it.
    """
    sittings = Sitting.objects.filter(block__cohort=cohort).prefetch_related("activities")
    for sitting in sittings:
        before: dict[str, str] = next((activity.before for activity in sitting.activities.all() if activity.before), {})
        times = {"title": sitting.title, "starts_at": sitting.starts_at, "ends_at": sitting.ends_at, "before": before}
        own = {"cohort": cohort, "kind": Seminar.Kind.COHORT_SITTING, "time_zone": cohort.time_zone, "keeps_text": False}
        seminar, _fresh = Seminar.objects.update_or_create(sitting=sitting, defaults=times, create_defaults={**own, **times})
        _with_room(seminar, Phase.ARRIVING)
    own = {"title": _("Practice room"), "time_zone": cohort.time_zone}
    practice, _fresh = Seminar.objects.get_or_create(cohort=cohort, kind=Seminar.Kind.PRACTICE, defaults=own)
    _with_room(practice, Phase.CONVERSATION)


@transaction.atomic
def follow_sittings(*, cohort: Cohort) -> int:
    """Seminars of sittings that moved, or are called otherwise, are at their sitting's time again. Returns how many. Two queries.

    Asks nobody: whoever moved a sitting has asked (`live.receivers`).
    """
    behind = []
    for seminar in Seminar.objects.filter(sitting__block__cohort=cohort).select_related("sitting"):
        sitting = seminar.sitting
        assert sitting is not None  # noqa: S101 (for the type checker: it was asked for)
        if (seminar.title, seminar.starts_at, seminar.ends_at) != (sitting.title, sitting.starts_at, sitting.ends_at):
            seminar.title, seminar.starts_at, seminar.ends_at = sitting.title, sitting.starts_at, sitting.ends_at
            behind.append(seminar)
    return Seminar.objects.bulk_update(behind, ["title", "starts_at", "ends_at"], batch_size=100)


@transaction.atomic
def announce_record(*, actor: User, room_id: uuid.UUID, keeps: bool) -> Seminar:
    """Whether what is written in a seminar's rooms can be read afterwards. Said beforehand or not at all: once somebody has spoken,
    it stays as it was announced."""
    room = locked(room_id, actor=actor)
    sentence = _("This can be said by a facilitator, before anybody has spoken here.")
    require(can_announce_record(standing(actor, room)), sentence, "not_a_participant")
    seminar = room.seminar
    seminar.keeps_text = keeps
    seminar.save(update_fields=["keeps_text"])
    return seminar


def _with_room(seminar: Seminar, phase: Phase) -> None:
    """Its main room, which begins in this phase."""
    Room.objects.get_or_create(seminar=seminar, kind=Room.Kind.MAIN, defaults={"phase": phase.value})
