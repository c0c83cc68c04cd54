"""Withdrawing, opening and closing."""

import pytest
from django.utils import timezone

from live.actions import close_room, open_room, withdraw
from live.models import Room
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.factories import make_membership, make_user
from tests.live.actions.log.saying import speak

BOTH = ["default", "keys"]
pytestmark = pytest.mark.django_db(databases=BOTH)


def test_withdraw_takes_the_words_out_of_the_row_and_of_every_quotation(room: Room, owner: User, teammate: User) -> None:
    event = speak(owner, room, "Words taken back")
    answer = speak(teammate, room, "I heard that", answers=1, quote="taken back")

    withdraw(actor=owner, room_id=room.pk, seq=event.seq)

    event.refresh_from_db()
    answer.refresh_from_db()
    assert (event.text, event.seq, event.withdrawn_at is not None) == ("", 1, True)
    assert (answer.text, answer.quote, answer.answers) == ("I heard that", "", 1)
    assert list(room.events.values_list("seq", "kind", "data")) == [
        (1, "message.posted", {}),
        (2, "message.posted", {}),
        (3, "message.withdrawn", {"of": 1}),
    ]


def test_withdraw_twice_is_once(room: Room, owner: User) -> None:
    event = speak(owner, room)

    for _ in range(2):
        withdraw(actor=owner, room_id=room.pk, seq=event.seq)

    assert room.events.count() == 2


@pytest.mark.parametrize("who", ["teammate", "trainer", "outsider", "removed author"])
def test_withdraw_is_for_the_author_while_they_belong_here(room: Room, owner: User, teammate: User, outsider: User, who: str) -> None:
    speak(owner, room, "Mine")
    trainer = make_user()
    make_membership(cohort=room.seminar.cohort, person=trainer, part=Part.TRAINER)
    if who == "removed author":
        owner.memberships.update(ended_at=timezone.now())
    actor = {"teammate": teammate, "trainer": trainer, "outsider": outsider, "removed author": owner}[who]

    with pytest.raises(Refused):
        withdraw(actor=actor, room_id=room.pk, seq=1)

    assert room.events.get().text == "Mine"


@pytest.mark.parametrize(
    ("part", "allowed"), [(Part.TRAINER, True), (Part.GUEST_TRAINER, True), (Part.TRAINEE, False), (Part.COORDINATOR, False), (None, False)]
)
@pytest.mark.parametrize("act", [close_room, open_room])
def test_open_and_close_room_are_for_facilitators(room: Room, part: Part | None, allowed: bool, act) -> None:
    person = make_user()
    if part:
        make_membership(cohort=room.seminar.cohort, person=person, part=part)

    if allowed:
        act(actor=person, room_id=room.pk)
    else:
        with pytest.raises(Refused):
            act(actor=person, room_id=room.pk)


def test_close_room_twice_and_open_it_again(room: Room, owner: User) -> None:
    trainer = make_user()
    make_membership(cohort=room.seminar.cohort, person=trainer, part=Part.TRAINER)

    for act in (close_room, close_room, open_room, open_room):
        act(actor=trainer, room_id=room.pk)

    assert list(room.events.values_list("kind", "data__phase")) == [
        ("phase.moved", "closed"),
        ("phase.moved", "conversation"),
    ]
    assert speak(owner, room).seq == 3
