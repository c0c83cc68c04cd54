import datetime

import pytest
from django.utils import timezone

from live.actions import choose_way
from live.models import Participant, PresenceSpan, Revocation, Room
from live.permissions import standing
from lms.floor import Seat
from lms.permissions import Part, Refused
from tests.factories import make_membership, make_user
from tests.live.factories import make_room

pytestmark = pytest.mark.django_db
CARD = {"asked": "Bring a moment.", "opt_out": "You may stay out."}


@pytest.fixture
def room(owner) -> Room:
    room = make_room(members=[owner])
    room.seminar.before = CARD
    room.seminar.save()
    return room


@pytest.mark.parametrize(
    ("ways", "seat"),
    [
        (["takes_part"], Seat.SPEAKER),
        (["watches"], Seat.LISTENER),
        (["stays_out"], Seat.SPEAKER),
        (["watches", "takes_part"], Seat.SPEAKER),
        (["watches", "stays_out"], Seat.SPEAKER),
    ],
)
def test_choose_way_gives_the_seat_that_goes_with_it(room, owner, ways, seat):
    for way in ways:
        choose_way(actor=owner, room_id=room.pk, way=way)

    assert (Participant.objects.get(room=room, person=owner).way, standing(owner, room).seat) == (ways[-1], seat)


@pytest.mark.parametrize("way", ["watches", "takes_part"])
def test_choose_way_leaves_a_seat_that_was_given(room, owner, way):
    room.participants.create(person=owner, part=Seat.REFLECTOR)

    choose_way(actor=owner, room_id=room.pk, way=way)

    assert standing(owner, room).seat == Seat.REFLECTOR


def test_choose_way_brings_who_is_in_the_room_back_with_the_new_seat(room, owner):
    now = timezone.now()
    times = {"started_at": now, "seen_until": now + datetime.timedelta(seconds=30)}
    PresenceSpan.objects.create(room=room, person=owner, seat="speaker", process=room.pk, **times)

    choose_way(actor=owner, room_id=room.pk, way="takes_part")
    stays = Revocation.objects.count()
    choose_way(actor=owner, room_id=room.pk, way="watches")

    assert (stays, [(row.person, row.room) for row in Revocation.objects.all()]) == (0, [(owner, room)])


@pytest.mark.parametrize("part", [Part.TRAINER, Part.GUEST_TRAINER, Part.INTERPRETER])
def test_choose_way_is_not_for_who_facilitates_or_interprets(room, part):
    person = make_membership(cohort=room.seminar.cohort, part=part).person

    with pytest.raises(Refused):
        choose_way(actor=person, room_id=room.pk, way="watches")


def test_choose_way_refuses_outsiders_and_after_the_end(room, owner):
    with pytest.raises(Refused):
        choose_way(actor=make_user(), room_id=room.pk, way="watches")
    Room.objects.filter(pk=room.pk).update(closed_at=timezone.now())
    with pytest.raises(Refused):
        choose_way(actor=owner, room_id=room.pk, way="watches")

    assert not Participant.objects.exists()
