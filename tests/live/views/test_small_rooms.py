"""Pages of small rooms."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from live.models import Room
from lms.permissions import Part
from lms.users.models import User
from tests.factories import make_cohort, make_membership
from tests.live.factories import make_room, make_seminar, make_small_room

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def room(owner: User, teammate: User) -> Room:
    return make_room(seminar=make_seminar(cohort=make_cohort(members=[owner, teammate], slug="spring")))


@pytest.fixture
def trainer(room: Room) -> User:
    return make_membership(cohort=room.seminar.cohort, part=Part.TRAINER).person


def test_small_rooms_shows_each_their_own_and_who_facilitates_all(room: Room, owner: User, teammate: User, trainer: User) -> None:
    make_small_room(main=room, people=[owner], title="Alder")
    make_small_room(main=room, people=[], title="Birch", number=2)
    pages = [signed_in(person).get(reverse("live:small-rooms", args=[room.pk])) for person in (owner, teammate, trainer)]

    assert [[small.name for small in page.context["smalls"]] for page in pages] == [["Alder"], [], ["Alder", "Birch"]]
    assert "You are in no small room just now." in pages[1].content.decode()
    assert "Birch" not in pages[0].content.decode()


def test_room_leads_to_ones_small_room_and_back(room: Room, owner: User, teammate: User) -> None:
    small = make_small_room(main=room, people=[owner], title="Alder")
    way = reverse("live:small-rooms", args=[room.pk])
    own, others = (signed_in(person).get(reverse("live:room", args=[room.pk])).context["in_small"] for person in (owner, teammate))
    inside = signed_in(owner).get(reverse("live:room", args=[small.pk])).content.decode()

    assert (own, others) == (True, False)
    assert (reverse("live:room", args=[room.pk]) in inside, "Bring something back" in inside, way in inside) == (True, True, False)


def test_small_rooms_are_opened_called_back_and_filled_by_pages(room: Room, owner: User, trainer: User) -> None:
    client = signed_in(trainer)
    act = {"client_id": uuid.uuid4(), "way": "hand", "places": [f"{owner.pk}:3", f"{trainer.pk}:"]}
    nothing = client.post(reverse("live:small-rooms-open", args=[room.pk]), {**act, "places": []})
    opened = client.post(reverse("live:small-rooms-open", args=[room.pk]), act)
    small = Room.objects.small_of(room).get()
    placed = client.post(reverse("live:small-room-place", args=[small.pk]), {"person": trainer.pk})
    called = client.post(reverse("live:small-rooms-call-back", args=[room.pk]), {"client_id": uuid.uuid4()})

    assert [answer.status_code for answer in (nothing, opened, placed, called)] == [422, 302, 302, 302]
    small.refresh_from_db()
    assert (small.participants.filter(placed=True).count(), small.closes_at is None) == (2, False)


def test_room_bring_back_keeps_what_was_typed(room: Room, owner: User) -> None:
    small = make_small_room(main=room, people=[owner], title="Alder")
    address = reverse("live:room-bring-back", args=[small.pk])

    brought = signed_in(owner).post(address, {"client_id": uuid.uuid4(), "text": "We found a word"})
    Room.objects.filter(pk=small.pk).update(closed_at=timezone.now())
    late = signed_in(owner).post(address, {"client_id": uuid.uuid4(), "text": "One more"})
    page = signed_in(owner).get(reverse("live:room", args=[room.pk])).content.decode()

    assert (brought.status_code, late.status_code, late.context["form"]["text"].value()) == (302, 422, "One more")
    assert "We found a word" in page and "Alder" in page


def test_small_rooms_ask_the_same_few_questions(room: Room, trainer: User, django_assert_max_num_queries) -> None:
    client = signed_in(trainer)
    client.get("/healthz")
    counts = []
    for number in range(2):
        make_small_room(main=room, people=[make_membership(cohort=room.seminar.cohort).person], number=number)
        for address in (reverse("live:small-rooms", args=[room.pk]), reverse("live:room", args=[Room.objects.small_of(room)[0].pk])):
            with django_assert_max_num_queries(12) as questions:
                client.get(address)
            counts.append(len(questions))

    assert counts[:2] == counts[2:]
