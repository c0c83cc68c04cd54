"""What pages and sockets get of the log."""

import json
import re
import uuid

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from live import events
from lms.users.models import User
from tests.live.factories import make_event, make_room

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_drawn_does_not_depend_on_who_looks(owner: User, teammate: User) -> None:
    event = make_event(room=make_room(members=[owner, teammate]), author=owner, text="Hello")
    frames = []

    for zone in ("Europe/Tallinn", "America/Lima"):
        with timezone.override(zone), translation.override("de"):
            frames.append(events.drawn(event))

    assert frames[0] == frames[1]


def test_drawn_and_page_are_one_template(owner: User) -> None:
    event = make_event(room=make_room(members=[owner]), author=owner, text="Hello")

    with timezone.override("UTC"):
        page = render_to_string("live/partials/event.html", {"event": event}).strip()

    assert json.loads(events.drawn(event).json)["html"] == page


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "javascript:alert(1)",
        "https://x.example/\"onmouseover='alert(1)'",
        "</article><svg/onload=x>",
    ],
)
def test_drawn_escapes_words_quotations_and_names(owner: User, attack: str) -> None:
    owner.display_name = attack[:80]
    owner.save()
    event = make_event(room=make_room(members=[owner]), author=owner, text=attack, quote=attack, answers=1)

    html = json.loads(events.drawn(event).json)["html"]

    tags = {tag.lower() for tag in re.findall(r"<\s*([a-z]+)", html)}
    assert tags - {"a"} == {"article", "span", "p", "bdi", "small", "time"}
    assert not re.search(r"<[^>]*\son\w+\s*=", html) and 'href="javascript' not in html


def test_after_and_newest_are_in_order(owner: User) -> None:
    room = make_room(members=[owner])
    for _ in range(5):
        make_event(room=room, author=owner)

    assert [one.seq for one in events.after(room.pk, 2)] == [3, 4, 5]
    assert [one.seq for one in events.after(room.pk, 0, 2)] == [1, 2]
    assert [one.seq for one in events.newest(room.pk, 2)] == [4, 5]


def test_places_is_one_question(owner: User, django_assert_num_queries) -> None:
    rooms = [make_room(last_seq=number) for number in (3, 4)]
    with django_assert_num_queries(1):
        places = events.places([*(room.pk for room in rooms), uuid.uuid4()])

    assert {pk: place.latest for pk, place in places.items()} == {rooms[0].pk: 3, rooms[1].pk: 4}
