"""The page of one message."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from live.models import Reaction, Room
from lms.users.models import User
from tests.live.factories import make_event, make_room

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def room(owner: User, teammate: User) -> Room:
    room = make_room(members=[owner, teammate])
    make_event(room=room, author=teammate, text="Something that moves")
    return room


def act(person: User, room: Room, act: str, seq: int = 1, **data: Any) -> Any:
    return signed_in(person).post(reverse("live:said-act", args=[room.pk, seq, act]), data)


def test_said_answers_without_words_and_without_javascript(room: Room, owner: User) -> None:
    answer = act(owner, room, "react", kind="moved", on="on")
    page = signed_in(owner).get(reverse("live:room", args=[room.pk])).content.decode()
    back = act(owner, room, "react", kind="moved")

    assert (answer.headers["Location"], back.status_code) == (f"/room/{room.pk}/?before=2#said-1", 302)
    assert f'data-quiet="moved" data-person="{owner.pk}"' in page
    assert Reaction.objects.count() == 0


def test_said_offers_what_this_person_may_do(room: Room, owner: User, teammate: User) -> None:
    pages = [signed_in(person).get(reverse("live:said", args=[room.pk, 1])) for person in (owner, teammate)]

    assert [(len(page.context["kinds"]), page.context["may_withdraw"]) for page in pages] == [(3, False), (0, True)]


def test_said_takes_up_words_without_javascript(room: Room, owner: User) -> None:
    form = signed_in(owner).get(reverse("live:said", args=[room.pk, 1])).context["form"]

    signed_in(owner).post(reverse("live:room-say", args=[room.pk]), {**form.initial, "text": "It moves me too"})

    assert room.events.get(seq=2).quote == "Something that moves"


def test_said_takes_ones_own_words_back(room: Room, owner: User, teammate: User) -> None:
    refused = act(owner, room, "withdraw")
    taken_back = act(teammate, room, "withdraw")

    assert (refused.status_code, taken_back.status_code) == (422, 302)
    assert room.events.get(seq=1).text == ""
    assert signed_in(owner).get(reverse("live:said", args=[room.pk, 1])).status_code == 404


def test_said_knows_no_other_acts_and_says_what_was_wrong(room: Room, owner: User) -> None:
    statuses = [act(owner, room, "count").status_code, act(owner, room, "react", kind="liked").status_code]
    absent = [act(owner, room, "react", seq=9, kind="heard").status_code, act(owner, Room(pk=uuid.uuid4()), "react").status_code]

    assert (statuses, absent) == ([404, 422], [404, 404])


def test_said_of_a_room_that_is_over_is_there_only_where_that_was_announced(room: Room, owner: User) -> None:
    Room.objects.filter(pk=room.pk).update(phase="closed", closed_at=timezone.now())
    address = reverse("live:said", args=[room.pk, 1])

    kept = signed_in(owner).get(address).status_code
    room.seminar.keeps_text = False
    room.seminar.save()

    assert (kept, signed_in(owner).get(address).status_code) == (200, 302)
