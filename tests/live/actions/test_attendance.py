import datetime
import uuid

import pytest
from django.utils import timezone

from courses.models import Attendance
from live.actions import close_room, count_minutes, sweep_minutes
from live.models import PresenceSpan, Room, RoomEvent, Seminar
from lms.permissions import Part
from tests.factories import make_block, make_cohort, make_membership, make_sitting
from tests.live.factories import make_room, make_seminar

pytestmark = pytest.mark.django_db
TEN = datetime.datetime(2027, 3, 4, 10, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def clock(monkeypatch):
    """Sets the time by hand."""

    def at(minute: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: TEN + minute * MINUTE)

    at(120)
    return at


@pytest.fixture
def room(owner, clock) -> Room:
    """Of a sitting from ten to eleven; it is noon."""
    cohort = make_cohort(members=[owner])
    sitting = make_sitting(block=make_block(cohort=cohort), starts_at=TEN, ends_at=TEN + 60 * MINUTE)
    return make_room(seminar=make_seminar(cohort=cohort, sitting=sitting, starts_at=TEN, ends_at=TEN + 60 * MINUTE))


def was_here(room: Room, person, start: float, until: float) -> None:
    times = {"started_at": TEN + start * MINUTE, "seen_until": TEN + until * MINUTE}
    PresenceSpan.objects.create(room=room, person=person, seat="speaker", process=uuid.uuid4(), **times)


def stepped(room: Room, person, kind: str, minute: float) -> None:
    room.last_seq += 1
    RoomEvent.objects.create(room=room, seq=room.last_seq, kind=kind, author=person, at=TEN + minute * MINUTE)


def minutes_of(person) -> tuple[int, int]:
    row = Attendance.objects.get(person=person)
    return row.minutes, row.of_minutes


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [
        ([(0, 60)], 60),
        ([(-15, 90)], 60),  # coming early and staying on add nothing
        ([(10, 30)], 20),
        ([(0, 30), (10, 40)], 40),  # two tabs
        ([(0, 30), (0, 60), (20, 25)], 60),
        ([(0, 20), (21.5, 60)], 60),  # the line dropped
        ([(0, 20), (25, 60)], 55),
        ([(-10, -5), (70, 80)], 0),
        ([(0, 0.4)], 0),
    ],
)
def test_count_minutes_is_the_time_in_the_sitting_once(room, owner, spans, minutes):
    for start, until in spans:
        was_here(room, owner, start, until)

    counts = [count_minutes(seminar_id=room.seminar_id) for _ in range(2)]

    assert (counts, minutes_of(owner)) == ([1, 1], (minutes, 60))


def test_count_minutes_is_of_all_rooms_of_the_seminar(room, owner):
    small = Room.objects.create(seminar=room.seminar, kind=Room.Kind.SMALL)
    elsewhere = make_room(seminar=make_seminar(cohort=room.seminar.cohort))
    was_here(room, owner, 0, 20)
    was_here(small, owner, 20, 50)
    was_here(elsewhere, owner, 50, 60)

    count_minutes(seminar_id=room.seminar_id)

    assert minutes_of(owner) == (50, 60)


def test_count_minutes_counts_stepping_out_of_who_came_back(room, owner, teammate):
    for person in (owner, teammate):
        was_here(room, person, 0, 20)
        stepped(room, person, "person.stepped_out", 19)
    stepped(room, owner, "person.stepped_in", 40)
    was_here(room, owner, 40, 60)

    count_minutes(seminar_id=room.seminar_id)

    assert (minutes_of(owner), minutes_of(teammate)) == ((60, 60), (20, 60))


def test_count_minutes_ends_where_the_room_was_closed(room, owner, clock):
    was_here(room, owner, 5, 45.5)
    clock(45)
    trainer = make_membership(cohort=room.seminar.cohort, part=Part.TRAINER).person
    close_room(actor=trainer, room_id=room.pk)  # which has it counted

    count_minutes(seminar_id=room.seminar_id)

    assert minutes_of(owner) == (40, 45)


def test_count_minutes_leaves_what_has_no_sitting(owner, clock):
    seminar = make_seminar(cohort=make_cohort(members=[owner]), kind=Seminar.Kind.OPEN_SEMINAR, starts_at=TEN, ends_at=TEN + 60 * MINUTE)
    was_here(make_room(seminar=seminar), owner, 0, 60)

    assert (count_minutes(seminar_id=seminar.pk), count_minutes(seminar_id=uuid.uuid4()), Attendance.objects.count()) == (0, 0, 0)


def test_sweep_minutes_counts_what_a_killed_process_left(room, owner, clock):
    """Its last span reaches a lease ahead and is extended no more."""
    was_here(room, owner, 0, 30.75)
    counted = []
    for minute in (50, 64, 66, 70):
        clock(minute)
        counted.append(sweep_minutes())

    assert (counted, minutes_of(owner)) == ([0, 0, 1, 0], (31, 60))


def test_sweep_minutes_counts_anew_what_was_counted_before_its_end(room, owner, clock):
    was_here(room, owner, 0, 30)
    clock(30)
    count_minutes(seminar_id=room.seminar_id)
    was_here(room, owner, 40, 60)
    clock(66)

    assert (sweep_minutes(), minutes_of(owner)) == (1, (50, 60))


def test_sweep_minutes_leaves_the_long_past(room, owner, clock):
    was_here(room, owner, 0, 30)
    clock(60 * 24 * 15)

    assert (sweep_minutes(), Attendance.objects.count()) == (0, 0)


def test_count_minutes_of_what_was_called_off_counts_nobody(room, owner):
    was_here(room, owner, 0, 30)
    Seminar.objects.update(called_off_at=TEN)

    assert (count_minutes(seminar_id=room.seminar_id), sweep_minutes(), Attendance.objects.count()) == (0, 0, 0)
