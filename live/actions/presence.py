"""Who is here, and for how long."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from courses.actions.progress import mark_present
from courses.models import Sitting
from live.events import Stay
from live.models import BY_PAGE, LEASE, Participant, PresenceSpan, Room
from live.permissions import Standing
from lms.floor import Seat
from lms.full_disk import trace
from lms.users.models import User

READS_FOR = datetime.timedelta(minutes=5)  # so long somebody is taken to be here who read the page without scripts
READS_ON = datetime.timedelta(seconds=30)  # so long what was noted of that is left as it is, where it is known until when it holds
PRESENT_AFTER = datetime.timedelta(minutes=10)  # in a sitting's room: having been there


def keep_stays(*, process: uuid.UUID, stays: Sequence[Stay]) -> None:
    """Opens, extends and ends spans of presence; doing it twice changes nothing. Three statements however many they are.

    Whoever has a socket has scripts: what their page noted before it came ends here, so that it outlives nobody's leaving.
    """
    now = timezone.now()
    ahead = now + LEASE
    spans = [
        PresenceSpan(
            room_id=stay.room_id,
            person_id=stay.person_id,
            seat=stay.seat,
            process=process,
            started_at=stay.started_at,
            seen_until=stay.left_at or ahead,
            vouched_at=stay.left_at or now,
        )
        for stay in stays
    ]
    key, told = ["room", "person", "process", "started_at"], ["seen_until", "vouched_at", "seat"]
    with transaction.atomic():
        PresenceSpan.objects.bulk_create(spans, update_conflicts=True, unique_fields=key, update_fields=told)
        by_page = PresenceSpan.objects.filter(process=BY_PAGE, seen_until__gt=now, room__in={stay.room_id for stay in stays})
        by_page.filter(person__in={stay.person_id for stay in stays}).update(seen_until=now)
        here = {(stay.room_id, stay.person_id) for stay in stays}
        Participant.objects.bulk_create([Participant(room_id=room, person_id=person) for room, person in here], ignore_conflicts=True)


def vouch_for_facilitators(*, process: uuid.UUID, rooms: Iterable[uuid.UUID]) -> None:
    """Says of those who facilitate these rooms by this process that they are here. A process that is killed can not say when; so how long a
    room has been without them is counted from this, and not from when its word ends. One statement."""
    here = PresenceSpan.objects.now().filter(process=process, room__in=list(rooms), seat=Seat.FACILITATOR)
    here.update(vouched_at=timezone.now())


def note_reader(*, who: Standing) -> None:
    """Somebody read the room's page, or posted to it: without scripts that is all there is to tell that they are here. It says so for
    five minutes, and again with each page; with scripts their socket takes over (`keep_stays`). One statement, for a room that was
    fetched `for_page`; none where this was noted a moment ago (`read_until`). A trace: lost when the disk is full."""
    if not who.may_enter() or who.person is None:
        return
    now = timezone.now()
    until = now + READS_FOR
    if getattr(who.room, "read_until", now) > until - READS_ON:
        return
    with trace():
        if span := getattr(who.room, "read_in", None):
            PresenceSpan.objects.filter(pk=span).update(seen_until=until)
        else:
            own = {"person_id": who.person, "seat": who.own_seat}
            PresenceSpan.objects.create(room=who.room, process=BY_PAGE, started_at=now, seen_until=until, **own)


def count_attendance(*, rooms: Iterable[uuid.UUID]) -> int:
    """Marks who has been long enough in these rooms of sittings as having been there, once. Returns how many."""
    waiting = Participant.objects.filter(room__in=list(rooms), counted_at=None, room__seminar__sitting__isnull=False)
    counted = 0
    for participant in waiting.select_related("person", "room__seminar__sitting__block__cohort"):
        sitting = participant.room.seminar.sitting
        if sitting is not None and time_here(participant.room, participant.person) >= PRESENT_AFTER:
            _count(participant, sitting)
            counted += 1
    return counted


def time_here(room: Room, person: User) -> datetime.timedelta:
    """How long somebody has been in a room, by whatever process; two tabs at once count once."""
    now = timezone.now()
    total, reached = datetime.timedelta(), None
    for start, until in room.spans.filter(person=person).order_by("started_at").values_list("started_at", "seen_until"):
        start, until = max(start, reached or start), min(until, now)
        total += max(until - start, datetime.timedelta())
        reached = max(until, reached or until)
    return total


@transaction.atomic
def _count(participant: Participant, sitting: Sitting) -> None:
    if Participant.objects.filter(pk=participant.pk, counted_at=None).update(counted_at=timezone.now()):
        mark_present(actor=participant.person, sitting=sitting)
