"""Seminars and their rooms, planned with the cohort."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Cohort, Group, Sitting
from live.actions.calling_off import call_off_seminars
from live.actions.log import locked
from live.actions.phases import begin
from live.actions.reminded import take_back_reminders
from live.actions.rooms import shut
from live.models import Revocation, Room, Seminar
from live.permissions import can_announce_record, standing
from lms.floor import Phase
from lms.permissions import require
from lms.users.models import User


@transaction.atomic
def plan_seminars(*, cohort: Cohort, sittings: Collection[int] | None = None) -> None:
    """A seminar with its main room for every sitting (or for these), and one practice room that is always open. Again: times and titles
    follow. New ones have the lanes of the cohort's languages.

    In a sitting people bring themselves: nothing that is written is kept, unless a facilitator announces it beforehand
    (`announce_record`).

    Asks nobody: planning a cohort (`live.receivers`) is what calls it.
    """
    planned = Sitting.objects.filter(block__cohort=cohort).prefetch_related("activities")
    for sitting in planned if sittings is None else planned.filter(pk__in=sittings):
        before: dict[str, str] = next((activity.before for activity in sitting.activities.all() if activity.before), {})
        times = {"title": sitting.title, "starts_at": sitting.starts_at, "ends_at": sitting.ends_at, "before": before}
        own = {"cohort": cohort, "kind": Seminar.Kind.COHORT_SITTING, "time_zone": cohort.time_zone, "keeps_text": False}
        own |= {"languages": cohort.languages}
        seminar, _fresh = Seminar.objects.update_or_create(sitting=sitting, defaults=times, create_defaults={**own, **times})
        _with_room(seminar, Phase.ARRIVING)
    own = {"title": _("Practice room"), "time_zone": cohort.time_zone, "languages": cohort.languages}
    practice, _fresh = Seminar.objects.get_or_create(cohort=cohort, kind=Seminar.Kind.PRACTICE, defaults=own)
    _with_room(practice, Phase.CONVERSATION)


@transaction.atomic
def move_seminars(*, sittings: Collection[int]) -> int:
    """Brings the seminars of these sittings to their new hours, and takes back what reminded of the old ones. A room that was opened
    before its time closes again until it comes; what was called off takes place at its new hour. Returns how many seminars moved.

    Asks nobody: moving a cohort's dates (`live.receivers`) is what calls it.
    """
    seminars = list(Seminar.objects.filter(sitting__in=sittings).select_related("cohort", "sitting"))
    take_back_reminders(seminars=seminars)
    _wait_again([seminar for seminar in seminars if seminar.called_off_at is not None])
    for seminar in seminars:
        assert seminar.sitting is not None  # noqa: S101 (for the type checker: it was asked for)
        seminar.starts_at, seminar.ends_at = seminar.sitting.starts_at, seminar.sitting.ends_at
        seminar.called_off_at, seminar.called_off_because = None, ""
    Seminar.objects.bulk_update(seminars, ["starts_at", "ends_at", "called_off_at", "called_off_because"])
    Room.objects.filter(seminar__in=seminars, closed_at=None).update(opened_at=None)
    return len(seminars)


@transaction.atomic
def call_off_sittings(*, cohort: Cohort, actor: User | None, sittings: Collection[int], why: str) -> None:
    """These go out of the plan, so their seminars are called off, except where somebody did before. Everybody is told with the other
    dates of the same change.

    Asks nobody: taking sittings out of a cohort's plan (`live.receivers`) is what calls it.
    """
    main = Room.objects.filter(seminar__sitting__in=sittings, seminar__cohort=cohort, kind=Room.Kind.MAIN).order_by("pk")
    call_off_seminars(actor=actor, rooms=[locked(pk) for pk in list(main.values_list("pk", flat=True))], why=why)


@transaction.atomic
def follow_zone(*, cohort: Cohort) -> None:
    """The rooms of sittings to come, of practice and of groups go by the clock of the course. Asks nobody (see above)."""
    by_the_course = Seminar.objects.filter(cohort=cohort, kind__in=[Seminar.Kind.COHORT_SITTING, Seminar.Kind.PRACTICE, Seminar.Kind.GROUP])
    to_come = by_the_course.filter(Q(starts_at=None) | Q(starts_at__gt=timezone.now()))
    to_come.exclude(time_zone=cohort.time_zone).update(time_zone=cohort.time_zone)


def _wait_again(seminars: Collection[Seminar]) -> None:
    """Rooms that closed because their sitting was called off wait for their time, as rooms do that were never opened."""
    rooms = Room.objects.filter(seminar__in=seminars, kind=Room.Kind.MAIN).order_by("pk").values_list("pk", flat=True)
    for pk in list(rooms):
        room = locked(pk)
        Room.objects.filter(pk=pk).update(closed_at=None, purged_at=None)
        begin(room, Phase.ARRIVING, None)


@transaction.atomic
def open_group_room(*, group: Group) -> Room:
    """The room that a group has for itself: closed until one of its members opens it, and nothing of it is kept. Again: its name follows.

    Asks nobody: forming a group (`live.receivers`) is what calls it.
    """
    names = {"title": group.title}
    own = {"cohort_id": group.cohort_id, "kind": Seminar.Kind.GROUP, "time_zone": group.cohort.time_zone, "keeps_text": False}
    own |= {"languages": group.cohort.languages}
    seminar, _fresh = Seminar.objects.update_or_create(group=group, defaults=names, create_defaults={**own, **names})
    now = timezone.now()
    closed = {"phase": Phase.CLOSED.value, "closed_at": now, "purged_at": now}
    return Room.objects.get_or_create(seminar=seminar, kind=Room.Kind.MAIN, defaults=closed)[0]


@transaction.atomic
def leave_group_room(*, group: Group, people: Iterable[User]) -> None:
    """Their way into the group's room has ended; one that was ended with the group closes. Asks nobody (see above)."""
    room = open_group_room(group=group)
    Revocation.objects.bulk_create(Revocation(person=person, room=room) for person in people)
    if group.ended_at is not None:
        shut(locked(room.pk), None)


@transaction.atomic
def announce_record(*, actor: User, room_id: uuid.UUID, keeps: bool) -> Seminar:
    """Whether what is written in a seminar's rooms can be read afterwards. Said beforehand or not at all: once somebody has spoken,
    it stays as it was announced, and nothing of what is experiential is ever kept."""
    room = locked(room_id, actor=actor)
    sentence = _("This can be said by a facilitator, before anybody has spoken here.")
    if keeps:
        sentence = _("That it can be read afterwards is said before anybody came in, by a facilitator, and never of what is experiential.")
    require(can_announce_record(standing(actor, room), keeps=keeps), sentence, "not_a_participant")
    Seminar.objects.filter(pk=room.seminar_id).update(keeps_text=keeps, version=F("version") + 1)
    return Seminar.objects.get(pk=room.seminar_id)


def _with_room(seminar: Seminar, phase: Phase) -> None:
    """Its main room, which begins in this phase."""
    Room.objects.get_or_create(seminar=seminar, kind=Room.Kind.MAIN, defaults={"phase": phase.value})
