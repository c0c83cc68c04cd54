import datetime
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from courses.models import Membership
from live.actions import come_in, has_place, places_taken
from live.models import Participant, PresenceSpan, Room, Seminar
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.factories import make_cohort, make_membership, make_user
from tests.live.factories import make_room, make_seminar, make_small_room

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def room(db) -> Room:
    """It holds two."""
    return make_room(seminar=make_seminar(cohort=make_cohort(), kind="talk", capacity=2))


def guest(room: Room):
    return make_membership(cohort=room.seminar.cohort).person


def is_here(room: Room, person, ago: float = 0, tabs: int = 1) -> None:
    """In so many tabs, the last sign of them so many minutes ago."""
    until = timezone.now() - ago * MINUTE
    for _ in range(tabs):
        times = {"started_at": until - 20 * MINUTE, "seen_until": until}
        PresenceSpan.objects.create(room=room, person=person, seat="speaker", process=uuid.uuid4(), **times)
    room.participants.get_or_create(person=person)


def test_come_in_counts_people_not_browsers(room):
    first, second, third = (guest(room) for _ in range(3))
    is_here(room, first, ago=-1, tabs=5)

    assert [come_in(actor=person, room_id=room.pk) for person in (first, second, second, third)] == [True, True, True, False]
    assert places_taken(room).count() == 2


@pytest.mark.parametrize(("away", "keeps"), [(1, True), (9, True), (11, False)])
def test_come_in_keeps_the_place_of_who_lost_their_line(room, away, keeps):
    first, second, third = (guest(room) for _ in range(3))
    is_here(room, first, ago=away)
    is_here(room, second, ago=-1)

    assert (has_place(first, room), come_in(actor=third, room_id=room.pk)) == (keeps, not keeps)
    assert come_in(actor=first, room_id=room.pk) is keeps


def test_come_in_keeps_the_place_of_who_is_in_a_small_room(room):
    first, second, third = (guest(room) for _ in range(3))
    for person in (first, second):
        room.participants.create(person=person)
        is_here(make_small_room(main=room), person, ago=-1)

    assert [come_in(actor=person, room_id=room.pk) for person in (third, first)] == [False, True]


@pytest.mark.parametrize("part", [Part.TRAINER, Part.GUEST_TRAINER, Part.INTERPRETER])
def test_come_in_always_lets_in_who_facilitates_or_interprets(room, part):
    for _ in range(2):
        assert come_in(actor=guest(room), room_id=room.pk)
    needed = make_membership(cohort=room.seminar.cohort, part=part).person

    assert (come_in(actor=needed, room_id=room.pk), places_taken(room).count()) == (True, 2)


def test_come_in_refuses_outsiders_and_a_closed_room(room):
    with pytest.raises(Refused):
        come_in(actor=make_user(), room_id=room.pk)
    Room.objects.update(closed_at=timezone.now())
    with pytest.raises(Refused):
        come_in(actor=guest(room), room_id=room.pk)


def test_come_in_asks_the_same_few_questions_when_six_hundred_are_there(room, django_assert_num_queries):
    people = [guest(room) for _ in range(30)]
    room.seminar.capacity = 600
    room.seminar.save()
    with django_assert_num_queries(9, exact=False) as first:
        come_in(actor=people[0], room_id=room.pk)
    for person in people[1:29]:
        is_here(room, person, ago=-1)

    with django_assert_num_queries(len(first)):
        come_in(actor=people[29], room_id=room.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite lets one write at a time anyway")
def test_come_in_gives_no_place_away_twice(room):
    people = [guest(room) for _ in range(8)]

    def arrive(person) -> bool:
        try:
            return come_in(actor=person, room_id=room.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        came = list(pool.map(arrive, people))

    assert (sum(came), places_taken(room).count()) == (2, 2)


def test_come_in_of_a_hall_of_six_hundred_gives_the_last_place_once(room, django_assert_max_num_queries):
    Seminar.objects.update(capacity=600)
    people = User.objects.bulk_create(User(email=f"{number}@example.org", display_name=f"Person {number}") for number in range(599))
    Participant.objects.bulk_create(Participant(room=room, person=person, came_at=timezone.now()) for person in people)
    last, late, trainer = guest(room), guest(room), make_membership(cohort=room.seminar.cohort, part=Part.TRAINER).person
    Membership.objects.create(cohort=room.seminar.cohort, person=people[0], part=Part.TRAINEE)

    with django_assert_max_num_queries(9):  # however many are there: everybody else waits meanwhile
        came = come_in(actor=last, room_id=room.pk)

    assert [came, *(come_in(actor=person, room_id=room.pk) for person in (late, people[0], trainer, last))] == [
        True,
        False,
        True,
        True,
        True,
    ]
    assert places_taken(room).count() == 600
