"""Who is here."""

import datetime
import uuid

import pytest
from django.utils import timezone

from courses.models import Progress
from live.actions import count_attendance, keep_stays, plan_seminars, time_here
from live.events import Stay
from live.models import PresenceSpan, Room, Seminar
from lms.permissions import Part
from lms.users.models import User
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_sitting

BOTH = ["default", "keys"]
pytestmark = pytest.mark.django_db(databases=BOTH)


def span(room: Room, person: User, start: int, end: int) -> None:
    """Somebody was here from so many minutes ago until so many minutes ago."""
    now = timezone.now()
    times = {"started_at": now - datetime.timedelta(minutes=start), "seen_until": now - datetime.timedelta(minutes=end)}
    PresenceSpan.objects.create(room=room, person=person, seat="speaker", process=uuid.uuid4(), **times)


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [([], 0), ([(20, 15)], 5), ([(20, 15), (10, 4)], 11), ([(20, 10), (15, 5)], 15), ([(20, 5), (15, 10)], 15), ([(5, -1)], 5)],
)
def test_time_here_counts_every_minute_once(room: Room, owner: User, spans: list[tuple[int, int]], minutes: int) -> None:
    for start, end in spans:
        span(room, owner, start, end)

    assert round(time_here(room, owner).total_seconds() / 60) == minutes


def test_keep_stays_opens_extends_and_ends(room: Room, owner: User) -> None:
    process, began = uuid.uuid4(), timezone.now() - datetime.timedelta(minutes=3)
    stay = Stay(room.pk, owner.pk, "speaker", began)
    counts = []

    for left_at in (None, None, began + datetime.timedelta(minutes=2)):
        keep_stays(process=process, stays=[Stay(room.pk, owner.pk, stay.seat, began, left_at)])
        counts.append((PresenceSpan.objects.count(), PresenceSpan.objects.now().count()))

    assert counts == [(1, 1), (1, 1), (1, 0)]
    assert room.participants.count() == 1


def test_count_attendance_after_ten_minutes_in_a_sitting(owner: User, teammate: User) -> None:
    cohort = make_cohort(members=[owner, teammate])
    block = make_block(cohort=cohort)
    live, reading = make_activity(module=block.module, type="live"), make_activity(module=block.module)
    make_sitting(block=block, activities=[live, reading])
    plan_seminars(cohort=cohort)
    room = Room.objects.get(seminar__kind=Seminar.Kind.COHORT_SITTING)
    practice = Room.objects.get(seminar__kind=Seminar.Kind.PRACTICE)
    for place, person, minutes in ((room, owner, 11), (room, teammate, 9), (practice, teammate, 30)):
        span(place, person, minutes, 0)
        place.participants.create(person=person)

    counted = [count_attendance(rooms=[room.pk, practice.pk]) for _ in range(2)]

    assert counted == [1, 0]
    assert list(Progress.objects.filter(done_at__isnull=False).values_list("person", "activity", "how")) == [(owner.pk, live.pk, "present")]


def test_count_attendance_of_somebody_who_does_not_work_through_the_course(owner: User) -> None:
    cohort = make_cohort()
    make_membership(cohort=cohort, person=owner, part=Part.INTERPRETER)
    block = make_block(cohort=cohort)
    make_sitting(block=block, activities=[make_activity(module=block.module, type="live")])
    plan_seminars(cohort=cohort)
    room = Room.objects.get(seminar__kind=Seminar.Kind.COHORT_SITTING)
    span(room, owner, 30, 0)
    room.participants.create(person=owner)

    assert (count_attendance(rooms=[room.pk]), Progress.objects.count()) == (1, 0)
