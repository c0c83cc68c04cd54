"""What remains of a room of which nothing is kept."""

import datetime
import uuid

import pytest
from django.utils import timezone

from live.actions import close_room, close_what_is_over, open_room, react, say
from live.models import Reaction, Room, RoomEvent
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.factories import make_cohort, make_membership
from tests.live.factories import make_event, make_room, make_seminar

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def room(owner: User, teammate: User) -> Room:
    room = make_room(seminar=make_seminar(cohort=make_cohort(members=[owner, teammate]), keeps_text=False))
    make_event(room=room, author=teammate, text="Words of the evening")
    make_event(room=room, author=owner, text="More of them", answers=1, quote="of the evening", lang="en")
    react(actor=owner, room_id=room.pk, seq=1, kind="moved", on=True)
    return room


@pytest.fixture
def trainer(room: Room) -> User:
    return make_membership(cohort=room.seminar.cohort, part=Part.TRAINER).person


def left(room: Room) -> list[tuple[str, str, str, dict[str, object]]]:
    return list(room.events.values_list("kind", "text", "quote", "data"))


GONE = [("message.posted", "", "", {})] * 2 + [("message.reacted", "", "", {}), ("words.purged", "", "", {})]


def test_closing_takes_the_words_away_in_the_same_transaction(room: Room, trainer: User) -> None:
    close_room(actor=trainer, room_id=room.pk)

    room.refresh_from_db()
    closed = [(kind, data.get("phase")) for kind, _text, _quote, data in left(room)[4:]]
    assert (left(room)[:4], closed) == (GONE, [("phase.moved", "closed")])
    assert (room.last_seq, room.epoch, room.purged_at is None, Reaction.objects.count()) == (5, 1, False, 0)
    assert list(room.events.values_list("seq", flat=True)) == [1, 2, 3, 4, 5]


def test_closing_keeps_the_words_where_that_was_announced(room: Room, trainer: User) -> None:
    room.seminar.keeps_text = True
    room.seminar.save()

    close_room(actor=trainer, room_id=room.pk)

    room.refresh_from_db()
    assert (room.events.get(seq=1).text, room.purged_at) == ("Words of the evening", None)


def test_closing_again_after_opening_again_takes_the_new_words_away(room: Room, owner: User, trainer: User) -> None:
    close_room(actor=trainer, room_id=room.pk)
    open_room(actor=trainer, room_id=room.pk)
    make_event(room=Room.objects.get(pk=room.pk), author=owner, text="Said afterwards")

    close_room(actor=trainer, room_id=room.pk)

    assert not RoomEvent.objects.exclude(text="").exists()


def test_closing_by_the_clock_finds_rooms_that_nobody_closed_once(room: Room) -> None:
    still = make_room(seminar=make_seminar(keeps_text=False))
    past = {"starts_at": timezone.now() - 3 * HOUR, "ends_at": timezone.now() - HOUR}
    kept = make_room(seminar=make_seminar(**past))
    type(room.seminar).objects.filter(pk=room.seminar.pk).update(**past)

    counts = [close_what_is_over(), close_what_is_over()]

    assert (counts, left(room)[:4]) == ([1, 0], GONE)
    assert [Room.objects.get(pk=place.pk).closed_at for place in (still, kept)] == [None, None]
    assert room.events.filter(kind="phase.moved").count() == 1


def test_words_that_are_gone_are_neither_taken_up_nor_answered(room: Room, owner: User, trainer: User) -> None:
    close_room(actor=trainer, room_id=room.pk)
    open_room(actor=trainer, room_id=room.pk)

    with pytest.raises(Refused):
        say(actor=owner, room_id=room.pk, text="?", client_id=uuid.uuid4(), answers=1)
    with pytest.raises(Refused):
        react(actor=owner, room_id=room.pk, seq=1, kind="heard", on=True)
