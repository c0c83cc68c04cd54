"""Small rooms: who is in them, how they end, what they bring with them."""

import datetime
import re
import uuid
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from courses.models import Group, Membership
from live.actions import bring_back, call_back, close_room, close_what_is_over, open_room, open_small_rooms, place_person, say, withdraw
from live.events import drawn
from live.models import PresenceSpan, Revocation, Room, RoomEvent
from live.permissions import can_enter
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.factories import make_cohort, make_membership, make_user
from tests.live.factories import make_room, make_seminar, make_small_room

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def room(owner: User, teammate: User) -> Room:
    return make_room(seminar=make_seminar(cohort=make_cohort(members=[owner, teammate])))


@pytest.fixture
def trainer(room: Room) -> User:
    return make_membership(cohort=room.seminar.cohort, part=Part.TRAINER).person


def opened(actor: User, room: Room, way: str, **fields: Any) -> list[set[int]]:
    """The people of each small room that is open afterwards."""
    open_small_rooms(actor=actor, room_id=room.pk, client_id=uuid.uuid4(), way=way, **fields)
    return [set(small.participants.filter(placed=True).values_list("person", flat=True)) for small in Room.objects.small_of(room)]


def is_here(room: Room, *people: User, seat: str = "speaker") -> None:
    now = timezone.now()
    for person in people:
        span = {"started_at": now, "seen_until": now + datetime.timedelta(minutes=1), "process": uuid.uuid4()}
        PresenceSpan.objects.create(room=room, person=person, seat=seat, **span)


def refused(action: Any, **fields: Any) -> str:
    with pytest.raises(Refused) as refusal:
        action(**fields)
    return refusal.value.code


# --- opening


def test_open_by_group_makes_a_room_for_each_group_with_who_is_in_it(room: Room, owner: User, teammate: User, trainer: User) -> None:
    cohort = room.seminar.cohort
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR)
    for title, people in (("Birch", [owner]), ("Alder", [owner, teammate]), ("Empty", [])):
        group = Group.objects.create(cohort=cohort, kind=Group.Kind.PEER_GROUP, title=title)
        group.members.set([*Membership.objects.filter(cohort=cohort, person__in=people), *([coordinator] if people else [])])
    Group.objects.create(cohort=cohort, kind=Group.Kind.TRIAD, title="Another kind").members.add(coordinator)

    rooms = opened(trainer, room, "groups", kind="peer_group")

    assert rooms == [{owner.pk, teammate.pk}]  # nobody in two rooms, no coordinator, no empty room
    assert [small.name for small in Room.objects.small_of(room)] == ["Alder"]


@pytest.mark.parametrize(("count", "size", "sizes"), [(7, 3, [3, 4]), (8, 3, [2, 3, 3]), (2, 4, [2]), (1, 3, [1]), (9, 2, [2, 2, 2, 3])])
def test_open_at_random_divides_who_is_here(room: Room, trainer: User, count: int, size: int, sizes: list[int]) -> None:
    people = [make_membership(cohort=room.seminar.cohort).person for _ in range(count)]
    others = [make_membership(cohort=room.seminar.cohort, part=part).person for part in (Part.COORDINATOR, Part.GUEST_TRAINER)]
    is_here(room, *people, *others)
    is_here(room, make_membership(cohort=room.seminar.cohort, part=Part.INTERPRETER).person, seat="interpreter")

    rooms = opened(trainer, room, "random", size=size)

    assert sorted(map(len, rooms)) == sizes
    assert set().union(*rooms) == {person.pk for person in people}


def test_open_by_hand_puts_everybody_where_they_were_put_once(room: Room, owner: User, teammate: User, trainer: User) -> None:
    client_id = uuid.uuid4()
    act = {"actor": trainer, "room_id": room.pk, "client_id": client_id, "way": "hand", "places": {owner.pk: 2, teammate.pk: 5}}

    fresh = [open_small_rooms(**act)[1] for _ in range(2)]  # type: ignore[arg-type]

    assert fresh == [True, False]
    assert [small.name for small in Room.objects.small_of(room)] == ["Small room 1", "Small room 2"]
    assert list(room.events.values_list("kind", "text", "data")) == [("rooms.opened", "", {})]  # not who is where


def test_open_is_refused(room: Room, owner: User, trainer: User, outsider: User) -> None:
    coordinator = make_membership(cohort=room.seminar.cohort, part=Part.COORDINATOR).person
    act = {"room_id": room.pk, "client_id": uuid.uuid4(), "way": "hand"}
    small = make_small_room(main=make_room(seminar=make_seminar(cohort=room.seminar.cohort)), people=[owner])

    codes = [
        refused(open_small_rooms, actor=actor, **{**act, "places": places})
        for actor, places in [
            (owner, {owner.pk: 1}),
            (coordinator, {owner.pk: 1}),
            (trainer, {}),
            (trainer, {coordinator.pk: 1}),
            (trainer, {outsider.pk: 1}),
        ]
    ]
    inside = refused(open_small_rooms, actor=trainer, **{**act, "room_id": small.pk, "places": {owner.pk: 1}})
    opened(trainer, room, "hand", places={owner.pk: 1})
    twice = refused(open_small_rooms, actor=trainer, **{**act, "places": {owner.pk: 1}})

    assert (codes, inside, twice) == (["not_a_participant"] * 2 + ["bad_frame"] * 3, "not_a_participant", "bad_frame")


def test_open_waits_for_small_rooms_that_are_called_back_and_says_how_long(room: Room, owner: User, trainer: User) -> None:
    opened(trainer, room, "hand", places={owner.pk: 1})
    call_back(actor=trainer, room_id=room.pk, client_id=uuid.uuid4())
    first = Room.objects.small_of(room).get()

    with pytest.raises(Refused) as refusal:
        opened(trainer, room, "hand", places={owner.pk: 1})
    Room.objects.filter(pk=first.pk).update(closes_at=timezone.now())  # its time is over, and the clock has not come round yet
    again = opened(trainer, room, "hand", places={owner.pk: 1})

    sentence = r"The small rooms come back at \d\d:\d\d:\d\d\. Then new ones can be opened\."
    assert re.fullmatch(sentence, refusal.value.sentence)
    first.refresh_from_db()
    assert (again, first.phase, Room.objects.small_of(room).get().pk == first.pk) == ([{owner.pk}], "closed", False)


# --- who enters


@pytest.mark.parametrize(
    ("part", "placed", "may"),
    [
        (Part.TRAINEE, True, True),
        (Part.TRAINEE, False, False),
        (Part.TRAINER, False, True),
        (Part.GUEST_TRAINER, False, True),
        (Part.INTERPRETER, True, True),
        (Part.INTERPRETER, False, False),
        (Part.AFTERCARE, False, False),
        (Part.COORDINATOR, True, False),
        (Part.COORDINATOR, False, False),
        (Part.ALUMNUS, True, False),
        (None, True, False),
    ],
)
def test_small_rooms_are_entered_by_who_is_placed_and_by_who_teaches(room: Room, part: Part | None, placed: bool, may: bool) -> None:
    person = make_user()
    if part:
        make_membership(cohort=room.seminar.cohort, person=person, part=part)
    small = make_small_room(main=room, people=[person] if placed else [])

    visible = Room.objects.visible_to(person).filter(pk=small.pk).exists()

    assert (visible, can_enter(person, small)) == (may, may)


def test_small_rooms_are_closed_to_who_coordinates_the_site(room: Room) -> None:
    person = make_user(coordinates=True)
    small = make_small_room(main=room, people=[person])

    assert (Room.objects.visible_to(person).filter(pk=small.pk).exists(), can_enter(person, small)) == (False, False)


def test_place_person_moves_them_and_closes_the_way_into_the_other(room: Room, owner: User, trainer: User) -> None:
    one, two = make_small_room(main=room, people=[owner]), make_small_room(main=room, number=2)

    place_person(actor=trainer, room_id=two.pk, person=owner.pk)

    assert [can_enter(owner, small) for small in (one, two)] == [False, True]
    assert list(Revocation.objects.values_list("person", "room")) == [(owner.pk, one.pk)]
    assert refused(place_person, actor=owner, room_id=one.pk, person=owner.pk) == "not_a_participant"


# --- the end


def test_call_back_tells_every_small_room_and_ends_it_in_two_minutes(room: Room, owner: User, trainer: User) -> None:
    smalls = [make_small_room(main=room, people=[owner]), make_small_room(main=room, number=2)]

    call_back(actor=trainer, room_id=room.pk, client_id=uuid.uuid4())

    for small in smalls:
        small.refresh_from_db()
        assert small.closes_at is not None
        assert small.closes_at - timezone.now() == pytest.approx(datetime.timedelta(minutes=2), abs=datetime.timedelta(seconds=5))
        assert list(small.events.values_list("kind", flat=True)) == ["rooms.called_back"]
    assert DBTaskResult.objects.filter(task_path__endswith="close_what_is_over", run_after=smalls[0].closes_at).exists()
    assert refused(call_back, actor=trainer, room_id=room.pk, client_id=uuid.uuid4()) == "bad_frame"


def test_small_room_takes_no_words_once_its_time_is_over_whoever_is_late(room: Room, owner: User) -> None:
    small = make_small_room(main=room, people=[owner], closes_at=timezone.now())

    assert refused(say, actor=owner, room_id=small.pk, text="Late", client_id=uuid.uuid4()) == "room_closed"


def test_small_room_called_back_closes_by_the_clock_with_one_event(room: Room, owner: User) -> None:
    small = make_small_room(main=room, people=[owner], closes_at=timezone.now())
    waiting = make_small_room(main=room, number=2, closes_at=timezone.now() + datetime.timedelta(minutes=1))

    counts = [close_what_is_over(), close_what_is_over()]

    assert (counts, small.events.filter(kind="phase.moved").count()) == ([1, 0], 1)
    assert [Room.objects.get(pk=place.pk).closed_at is None for place in (small, waiting, room)] == [False, True, True]


def test_small_room_opened_again_while_it_is_called_back_stays_open(room: Room, owner: User, trainer: User) -> None:
    kept, ending = make_small_room(main=room, people=[owner]), make_small_room(main=room, number=2)
    call_back(actor=trainer, room_id=room.pk, client_id=uuid.uuid4())

    open_room(actor=trainer, room_id=kept.pk)
    Room.objects.filter(pk=ending.pk).update(closes_at=timezone.now())
    close_what_is_over()

    assert [Room.objects.get(pk=small.pk).closed_at is None for small in (kept, ending)] == [True, False]
    assert say(actor=owner, room_id=kept.pk, text="We go on a little", client_id=uuid.uuid4())[1] is True
    assert "This room stays open." in drawn(kept.events.get(kind="rooms.opened")).json  # to whoever was told that it ends
    assert ending.events.filter(kind="rooms.opened").count() == 0
    call_back(actor=trainer, room_id=room.pk, client_id=uuid.uuid4())  # and it can be called back once more
    kept.refresh_from_db()
    assert kept.closes_at is not None


def test_small_room_opened_again_after_it_closed_takes_its_people_back(room: Room, owner: User, trainer: User) -> None:
    small = make_small_room(main=room, people=[owner], closes_at=timezone.now())
    close_what_is_over()
    before = can_enter(owner, Room.objects.with_seminar().get(pk=small.pk))

    open_room(actor=trainer, room_id=small.pk)

    small = Room.objects.with_seminar().get(pk=small.pk)
    assert (before, can_enter(owner, small), small.closes_at, small.phase) == (False, True, None, "conversation")
    assert close_what_is_over() == 0


def test_closing_the_main_room_closes_the_small_ones(room: Room, owner: User, trainer: User) -> None:
    small = make_small_room(main=room, people=[owner])
    other = make_small_room(main=make_room(seminar=make_seminar(cohort=room.seminar.cohort)))

    close_room(actor=trainer, room_id=room.pk)

    assert [Room.objects.get(pk=place.pk).closed_at is None for place in (small, other)] == [False, True]


def test_small_room_of_which_nothing_is_kept_is_purged(room: Room, owner: User) -> None:
    type(room.seminar).objects.update(keeps_text=False)
    small = make_small_room(main=room, people=[owner])
    say(actor=owner, room_id=small.pk, text="Between us", client_id=uuid.uuid4())
    Room.objects.filter(pk=small.pk).update(closes_at=timezone.now())

    close_what_is_over()

    assert not RoomEvent.objects.exclude(text="").exists()


# --- what comes back


def test_bring_back_stands_in_the_main_room_as_from_the_room(room: Room, owner: User) -> None:
    small = make_small_room(main=room, people=[owner], title="Alder")
    client_id = uuid.uuid4()

    results = [bring_back(actor=owner, room_id=small.pk, client_id=client_id, text="We found a word")[1] for _ in range(2)]

    brought = room.events.get()
    assert (results, brought.text, brought.voice) == ([True, False], "We found a word", "Alder")
    assert list(small.events.values_list("kind", "text")) == [("words.brought_back", "")]


def test_bring_back_is_for_who_is_in_the_room_while_it_is_open(room: Room, owner: User, teammate: User, trainer: User) -> None:
    small = make_small_room(main=room, people=[owner])
    act = {"room_id": small.pk, "client_id": uuid.uuid4(), "text": "Words"}

    codes = [refused(bring_back, actor=actor, **act) for actor in (teammate, trainer)]
    codes.append(refused(bring_back, actor=owner, **{**act, "room_id": room.pk}))
    Room.objects.filter(pk=small.pk).update(closed_at=timezone.now())
    codes.append(refused(bring_back, actor=owner, **act))

    assert (codes, RoomEvent.objects.count()) == (["not_a_participant"] * 3 + ["room_closed"], 0)


@pytest.mark.parametrize("phase", ["silence", "reflecting"])
def test_bring_back_waits_while_the_main_room_listens(room: Room, owner: User, phase: str) -> None:
    small = make_small_room(main=room, people=[owner])
    act = {"actor": owner, "room_id": small.pk, "client_id": uuid.uuid4(), "text": "We found a word"}
    Room.objects.filter(pk=room.pk).update(phase=phase)
    assert (refused(bring_back, **act), RoomEvent.objects.count()) == ("not_your_turn", 0)

    Room.objects.filter(pk=room.pk).update(phase="conversation")

    assert bring_back(**act)[1] is True


def test_bring_back_is_taken_back_by_who_wrote_it_down(room: Room, owner: User, teammate: User) -> None:
    small = make_small_room(main=room, people=[owner])
    bring_back(actor=owner, room_id=small.pk, client_id=uuid.uuid4(), text="We found a word")
    assert refused(withdraw, actor=teammate, room_id=room.pk, seq=1) == "not_a_participant"

    withdraw(actor=owner, room_id=room.pk, seq=1)

    assert room.events.get(seq=1).text == ""
