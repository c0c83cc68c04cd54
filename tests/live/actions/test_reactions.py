"""Answers without words."""

import uuid

import pytest

from live.actions import react, withdraw
from live.events import drawn
from live.models import Reaction, Room
from lms.permissions import Refused
from lms.users.models import User
from tests.live.factories import make_event, make_room

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def room(owner: User, teammate: User) -> Room:
    room = make_room(members=[owner, teammate])
    make_event(room=room, author=teammate, text="Something that moves")
    return room


def refused(actor: User, room: Room, seq: int = 1) -> str:
    with pytest.raises(Refused) as refusal:
        react(actor=actor, room_id=room.pk, seq=seq, kind="heard", on=True)
    return refusal.value.code


def test_react_takes_a_number_and_stands_under_the_name(room: Room, owner: User) -> None:
    event = react(actor=owner, room_id=room.pk, seq=1, kind="with_you", on=True)

    assert event is not None
    assert (event.seq, event.kind, event.data) == (2, "message.reacted", {"of": 1, "quiet": "with_you", "on": True})
    assert list(Reaction.objects.values_list("event__seq", "person", "kind")) == [(1, owner.pk, "with_you")]
    assert "Owner" in drawn(event).json


def test_react_again_changes_nothing_and_takes_no_number(room: Room, owner: User) -> None:
    events = [react(actor=owner, room_id=room.pk, seq=1, kind="heard", on=on) for on in (True, True, False, False)]

    assert [event and event.seq for event in events] == [2, None, 3, None]
    assert (Reaction.objects.count(), room.events.count()) == (0, 3)


def test_react_is_not_for_ones_own_words_nor_for_words_that_are_not_there(room: Room, owner: User, teammate: User) -> None:
    gone = make_event(room=room, author=teammate)
    withdraw(actor=teammate, room_id=room.pk, seq=gone.seq)

    assert [refused(teammate, room), refused(owner, room, gone.seq), refused(owner, room, 99)] == ["bad_frame"] * 3


@pytest.mark.parametrize("phase", ["reflecting", "silence"])
def test_react_waits_while_others_reflect_and_in_silence(room: Room, owner: User, phase: str) -> None:
    Room.objects.filter(pk=room.pk).update(phase=phase)

    assert refused(owner, room) == "not_your_turn"


def test_react_is_for_who_is_part_of_the_room(room: Room, outsider: User) -> None:
    assert (refused(outsider, room), refused(outsider, Room(pk=uuid.uuid4()))) == ("not_a_participant",) * 2


def test_withdraw_takes_answers_without_words_along(room: Room, owner: User, teammate: User) -> None:
    react(actor=owner, room_id=room.pk, seq=1, kind="heard", on=True)

    withdraw(actor=teammate, room_id=room.pk, seq=1)

    assert Reaction.objects.count() == 0
