import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from live.models import Participant, Room, Seminar
from lms.permissions import Part
from tests.factories import make_cohort, make_membership
from tests.live.factories import make_room, make_seminar, make_small_room

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def room(owner, client) -> Room:
    """It begins in ten minutes, with a card; the client is its trainee's."""
    client.force_login(owner)
    starts = timezone.now() + 10 * MINUTE
    times = {"starts_at": starts, "ends_at": starts + 60 * MINUTE}
    return make_room(seminar=make_seminar(cohort=make_cohort(members=[owner]), before={"asked": "Bring a moment."}, **times))


def begins_in(room: Room, minutes: int) -> None:
    starts = timezone.now() + minutes * MINUTE
    Seminar.objects.filter(pk=room.seminar_id).update(starts_at=starts, ends_at=starts + 60 * MINUTE)


def lobby(room: Room) -> str:
    return reverse("live:lobby", args=[room.seminar.cohort.slug, room.seminar_id])


def choose(client, room: Room, way: str):
    return client.post(reverse("live:way-choose", args=[room.seminar.cohort.slug, room.seminar_id]), {"way": way})


@pytest.mark.parametrize(("minutes", "first"), [(10, False), (6, False), (4, True), (0, True), (-20, True)])
def test_card_stands_before_the_door_from_five_minutes_before(client, room, minutes, first):
    begins_in(room, minutes)

    answer = client.get(reverse("live:room", args=[room.pk]))
    page = client.get(lobby(room)).content.decode()

    assert (answer.headers.get("Location") == f"{lobby(room)}#before", ">Join<" in page) == (first, not first)
    assert "Bring a moment." in page


@pytest.mark.parametrize(
    ("way", "leads", "seat"), [("takes_part", "room", "speaker"), ("watches", "room", "listener"), ("stays_out", "lobby", "speaker")]
)
def test_way_choose_leads_on_and_the_card_stands_there_once(client, room, owner, way, leads, seat):
    begins_in(room, 3)
    places = {"room": reverse("live:room", args=[room.pk]), "lobby": f"{lobby(room)}#before"}

    answer = choose(client, room, way)

    assert (answer.status_code, answer.headers["Location"]) == (302, places[leads])
    assert client.get(places["room"]).status_code == 200
    assert client.get(places["room"]).context["who"].seat == seat


def test_card_does_not_stand_before_who_was_in_already(client, room, owner):
    Participant.objects.create(room=room, person=owner)
    begins_in(room, 3)

    assert client.get(reverse("live:room", args=[room.pk])).status_code == 200


@pytest.mark.parametrize("part", [Part.TRAINER, Part.INTERPRETER])
def test_card_does_not_stand_before_who_facilitates_or_interprets(client, room, part):
    begins_in(room, 3)
    client.force_login(make_membership(cohort=room.seminar.cohort, part=part).person)

    assert client.get(reverse("live:room", args=[room.pk])).status_code == 200
    assert "I sit this one out" not in client.get(lobby(room)).content.decode()


def test_way_choose_before_the_room_opens_leads_back_to_the_card_and_may_change(client, room, owner):
    begins_in(room, 600)

    answers = [choose(client, room, way).headers["Location"] for way in ("watches", "takes_part")]
    page = client.get(lobby(room)).content.decode()

    assert answers == [f"{lobby(room)}#before"] * 2
    assert "You take part. You can change that at any time." in page


def test_way_choose_knows_three_answers(client, room, owner):
    assert choose(client, room, "because").headers["Location"] == f"{lobby(room)}#before"
    assert not Participant.objects.exists()


def test_lobby_tries_out_what_a_room_needs_until_it_is_over(client, room):
    practice = make_room(seminar=make_seminar(cohort=room.seminar.cohort, kind=Seminar.Kind.PRACTICE, starts_at=None, ends_at=None))
    Seminar.objects.filter(pk=room.seminar_id).update(video_url="https://video.example.org/room")
    pages = [client.get(lobby(room)).content.decode(), client.get(lobby(practice)).content.decode()]
    Room.objects.update(closed_at=timezone.now())
    pages.append(client.get(lobby(room)).content.decode())

    marks = ("Ring the bell softly", "Writing is enough here.", "https://video.example.org/room", "See there how a room feels", "lobby.js")
    assert [[mark in page for mark in marks] for page in pages] == [
        [True, True, True, True, True],
        [True, True, False, False, True],
        [False, False, False, False, False],
    ]


# --- a room that holds only so many


def knock(room: Room, person):
    client = Client()
    client.force_login(person)
    return client, client.post(reverse("live:come-in", args=[room.seminar.cohort.slug, room.seminar_id])).headers["Location"]


@pytest.fixture
def small(room) -> Room:
    begins_in(room, 0)
    Seminar.objects.filter(pk=room.seminar_id).update(kind="talk", capacity=1, before={})
    room.seminar.refresh_from_db()
    return room


def test_come_in_leads_into_the_room_or_to_a_calm_page(small, owner):
    inside, outside = reverse("live:room", args=[small.pk]), f"{lobby(small)}#room"
    client, first = knock(small, owner)
    late, second = knock(small, make_membership(cohort=small.seminar.cohort).person)

    assert (first, second) == (inside, outside)
    assert (client.get(inside).status_code, late.get(inside).headers["Location"]) == (200, outside)
    page = late.get(lobby(small)).content.decode()
    assert [words in page for words in ("The room is full just now", "can be read here afterwards", ">Join<")] == [True, True, False]


def test_room_that_may_be_full_is_entered_by_its_door(client, small):
    answer = client.get(reverse("live:room", args=[small.pk]))

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{lobby(small)}#room")
    assert "come-in" in client.get(lobby(small)).content.decode()


def test_what_is_posted_past_the_door_of_a_full_room_brings_nobody_in(small, owner):
    inside, _ = knock(small, owner)
    late, _ = knock(small, make_membership(cohort=small.seminar.cohort).person)

    pages = [client.post(reverse("live:room-say", args=[small.pk]), {"text": ""}).content.decode() for client in (inside, late)]

    assert ['data-ticket=""' in page for page in pages] == [False, True]
    assert late.get(reverse("live:room-news", args=[small.pk]), {"epoch": 1, "after": 0}).status_code == 409


def test_lobby_asks_few_questions_of_a_full_room(client, small, django_assert_max_num_queries):
    knock(small, make_membership(cohort=small.seminar.cohort).person)
    client.get("/healthz")  # the first visit of a sign-in notes where it came from
    with django_assert_max_num_queries(12):
        client.get(lobby(small))


def test_small_room_has_neither_door_nor_card(client, small, owner):
    Seminar.objects.filter(pk=small.seminar_id).update(before={"asked": "Bring a moment."})
    inner = make_small_room(main=small, people=[owner])

    answer = client.get(reverse("live:room", args=[inner.pk]))

    assert (answer.status_code, answer.context["questions"]) == (200, False)
