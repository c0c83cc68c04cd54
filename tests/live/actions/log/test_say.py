"""Saying something in a room."""

import datetime
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from django.db import connections
from django.utils import timezone

from courses.actions.members import change_part, remove_member
from live.actions import log, say, withdraw
from live.models import Room, RoomEvent
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.factories import make_user
from tests.live.actions.log.saying import speak
from tests.live.factories import make_room

BOTH = ["default", "keys"]
pytestmark = pytest.mark.django_db(databases=BOTH)


def test_say_takes_the_rooms_next_number(room: Room, owner: User, teammate: User) -> None:
    other = make_room(members=[owner])

    events = [speak(owner, room), speak(teammate, room), speak(owner, other)]

    assert [event.seq for event in events] == [1, 2, 1]
    room.refresh_from_db()
    assert room.last_seq == 2


def test_say_again_is_the_same_message_even_after_the_phase_moved(room: Room, owner: User) -> None:
    client_id = uuid.uuid4()
    first = say(actor=owner, room_id=room.pk, text="Once", client_id=client_id)
    Room.objects.filter(pk=room.pk).update(phase="closed", closed_at=timezone.now())

    again = say(actor=owner, room_id=room.pk, text="Once, changed", client_id=client_id)

    assert (first[1], again) == (True, (first[0], False))
    assert list(room.events.values_list("text", flat=True)) == ["Once"]


def test_say_keeps_client_ids_of_different_people_apart(room: Room, owner: User, teammate: User) -> None:
    client_id = uuid.uuid4()

    events = [speak(person, room, client_id=client_id) for person in (owner, teammate)]

    assert [event.seq for event in events] == [1, 2]


def test_say_refused_takes_no_number(room: Room, owner: User, outsider: User) -> None:
    room.participants.create(person=owner, part="listener")
    codes = []

    for person in (owner, outsider):
        with pytest.raises(Refused) as refusal:
            speak(person, room)
        codes.append(refusal.value.code)

    room.refresh_from_db()
    assert (codes, room.last_seq, room.events.count()) == (["not_your_turn", "not_a_participant"], 0, 0)


def test_say_in_a_room_that_is_closed_or_not_there(room: Room, owner: User) -> None:
    Room.objects.filter(pk=room.pk).update(phase="closed", closed_at=timezone.now())
    absent = Room(pk=uuid.uuid4())
    codes = []

    for place in (room, absent):
        with pytest.raises(Refused) as refusal:
            speak(owner, place)
        codes.append(refusal.value.code)

    assert codes == ["room_closed", "not_a_participant"]


def test_say_too_much_at_once_waits_and_then_goes(room: Room, owner: User, teammate: User) -> None:
    for _ in range(20):
        speak(owner, room)
    with pytest.raises(Refused) as refusal:
        speak(owner, room)
    speak(teammate, room)
    room.events.update(at=timezone.now() - datetime.timedelta(seconds=11))

    assert (refusal.value.code, speak(owner, room).seq) == ("too_fast", 22)


def test_say_does_not_wait_for_a_clock_that_was_set_back(room: Room, owner: User) -> None:
    """R15: what was said while it was an hour ahead is no haste of now."""
    for _ in range(20):
        speak(owner, room)
    room.events.update(at=timezone.now() + datetime.timedelta(hours=1))

    assert speak(owner, room).seq == 21
    log.require_pace(owner, room)
    room.events.filter(seq=21).update(at=timezone.now() + datetime.timedelta(hours=1))
    Room.objects.filter(pk=room.pk).update(slow_seconds=60)
    assert speak(owner, room).seq == 22


def test_say_takes_up_only_words_that_stand_there(room: Room, owner: User, teammate: User) -> None:
    speak(owner, room, "I was counting\nthe seconds")
    withdrawn = speak(owner, room, "gone")
    withdraw(actor=owner, room_id=room.pk, seq=withdrawn.seq)
    refused = []

    for answers, quote in ((1, "never said"), (2, "gone"), (2, ""), (99, "")):
        with pytest.raises(Refused) as refusal:
            speak(teammate, room, answers=answers, quote=quote)
        refused.append(refusal.value.code)
    event = speak(teammate, room, answers=1, quote="counting the")

    assert (refused, event.answers, event.quote) == (["bad_frame"] * 4, 1, "counting the")


@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_say_by_many_at_once_is_numbered_without_gaps_in_commit_order() -> None:
    """A reader that asks "after n" while eight people write never misses one."""
    people = [make_user() for _ in range(8)]
    room = make_room(members=people)
    writing = threading.Event()
    seen: list[int] = []
    writing.set()

    def write(person: User) -> None:
        try:
            for _ in range(10):
                speak(person, room)
        finally:
            connections.close_all()

    def read() -> None:
        try:
            while True:
                last_round = not writing.is_set()
                after = seen[-1] if seen else 0
                seen.extend(RoomEvent.objects.filter(room=room, seq__gt=after).order_by("seq").values_list("seq", flat=True))
                if last_round:
                    return
        finally:
            connections.close_all()

    with ThreadPoolExecutor(9) as pool:
        reader = pool.submit(read)
        try:
            for writer in [pool.submit(write, person) for person in people]:
                writer.result()
        finally:
            writing.clear()
        reader.result()

    assert seen == list(range(1, 81))


@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_say_the_same_many_times_at_once_is_one_message() -> None:
    person = make_user()
    room, client_id = make_room(members=[person]), uuid.uuid4()

    def write(_: int) -> tuple[int, bool]:
        try:
            event, fresh = say(actor=person, room_id=room.pk, text="Once", client_id=client_id)
            return event.seq, fresh
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(write, range(50)))

    assert answers == [(1, False)] * 49 + [(1, True)]
    assert room.events.count() == 1


@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_say_pace_holds_when_many_come_at_once() -> None:
    person = make_user()
    room = make_room(members=[person])

    def write(_: int) -> bool:
        try:
            speak(person, room)
        except Refused:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        kept = sum(pool.map(write, range(30)))

    assert (kept, room.events.count()) == (20, 20)


@pytest.mark.django_db(transaction=True, databases=BOTH)
@pytest.mark.parametrize("part", [None, Part.ALUMNUS])
def test_say_never_follows_a_removal_or_another_part(part: Part | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """S35: eight who speak and one who takes the part away, at once; what was said when that had been done is all there is."""
    person, coordinator = make_user(), make_user(coordinates=True)
    room = make_room(members=[person])
    membership = room.seminar.cohort.memberships.get()
    monkeypatch.setattr(log, "require_pace", lambda actor, room: time.sleep(0.1))  # between the question and the answer

    def work(number: int) -> int:
        try:
            if number != 3:
                return speak(person, room).seq and -1
            time.sleep(0.05)
            if part:
                change_part(actor=coordinator, membership=membership, part=part)
            else:
                remove_member(actor=coordinator, membership=membership)
            return room.events.count()
        except Refused:
            return -2
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(work, range(8)))

    assert room.events.count() == answers[3]
    with pytest.raises(Refused):
        speak(person, room)


def test_say_is_told_after_commit_only(room: Room, owner: User, django_capture_on_commit_callbacks) -> None:
    with mock.patch("lms.realtime.publish") as publish:
        with django_capture_on_commit_callbacks() as waiting:
            speak(owner, room)
        before = publish.call_count
        for callback in waiting:
            callback()

    assert (before, publish.call_count, publish.call_args.args[1]["seq"]) == (0, 1, 1)
