"""A room by requests: the frames of a socket, asked for and posted."""

import datetime
import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from live import actions
from live.actions.presence import READS_FOR
from live.models import BY_PAGE, PresenceSpan, RoomEvent
from live.views import by_requests
from lms.floor import Phase
from lms.users.models import User
from tests.factories import make_user
from tests.live.actions.conftest import Circle, circle

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
__all__ = ["circle"]


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read(circle: Circle, person: User) -> None:
    assert client_of(person).get(reverse("live:room", args=[circle.room.pk])).status_code == 200


def news(circle: Circle, person: User, **asked: Any) -> Any:
    circle.room.refresh_from_db()
    asked = {"epoch": circle.room.epoch, "after": 0, **asked}
    return client_of(person).get(reverse("live:room-news", args=[circle.room.pk]), asked)


def send(circle: Circle, person: User, body: Any) -> Any:
    body = body if isinstance(body, str | bytes) else json.dumps(body)
    return client_of(person).post(reverse("live:room-frame", args=[circle.room.pk]), body, content_type="application/json")


def test_room_news_tells_who_is_here_and_what_happened_since(circle: Circle) -> None:
    circle.act(actions.say, circle.ben, text="First")
    circle.act(actions.say, circle.ben, text="Second")
    read(circle, circle.ana)

    welcome, happened = news(circle, circle.ana, after=1).json()

    assert (welcome["type"], welcome["you"]["id"], welcome["latest"]) == ("welcome", circle.ana.pk, 2)
    assert sorted(person["id"] for person in welcome["roster"]) == sorted(
        one.pk for one in (circle.trainer, circle.ana, circle.ben, circle.cleo)
    )
    assert (happened["complete"], [event["seq"] for event in happened["events"]]) == (True, [2])
    assert "Second" in happened["events"][0]["html"]


def test_room_news_says_that_more_is_to_come(circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        circle.act(actions.say, circle.ben, text=f"Number {number}")
    read(circle, circle.ana)
    after = by_requests.events.after
    monkeypatch.setattr(by_requests.events, "after", lambda room, seq: after(room, seq, 2))

    assert news(circle, circle.ana).json()[1]["complete"] is False
    assert news(circle, circle.ana, after=2).json()[1]["complete"] is True


@pytest.mark.parametrize("asked", [{"epoch": 7}, {"after": 5000}])
def test_room_news_resets_a_page_of_another_epoch_or_ahead_of_the_room(circle: Circle, asked: dict[str, int]) -> None:
    read(circle, circle.ana)
    assert [frame["type"] for frame in news(circle, circle.ana, **asked).json()] == ["reset"]


def test_room_news_resets_who_is_too_far_behind(circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    circle.act(actions.say, circle.ben, text="First")
    circle.act(actions.say, circle.ben, text="Second")
    read(circle, circle.ana)
    monkeypatch.setattr(by_requests, "TOO_FAR", 1)
    assert [frame["type"] for frame in news(circle, circle.ana).json()] == ["reset"]


def test_room_news_wants_the_page_read_before_it_and_keeps_who_asks_there(circle: Circle) -> None:
    outside = news(circle, circle.ana).status_code
    read(circle, circle.ana)
    span = PresenceSpan.objects.by_page_now(circle.ana).get(room=circle.room)
    PresenceSpan.objects.filter(pk=span.pk).update(seen_until=timezone.now() + datetime.timedelta(seconds=5))

    assert (outside, news(circle, circle.ana).status_code) == (409, 200)
    span.refresh_from_db()
    assert span.seen_until > timezone.now() + datetime.timedelta(minutes=4)


def test_room_news_of_a_closed_room_says_so(circle: Circle) -> None:
    read(circle, circle.ana)
    actions.close_room(actor=circle.trainer, room_id=circle.room.pk)
    assert news(circle, circle.ana).status_code == 410


def test_room_news_does_not_exist_for_a_stranger(circle: Circle) -> None:
    assert news(circle, make_user()).status_code == 404
    assert send(circle, make_user(), {"type": "close"}).status_code == 404


def test_room_news_asks_as_few_questions_in_a_long_room(circle: Circle, django_assert_num_queries: Any) -> None:
    for number in range(20):
        circle.act(actions.say, circle.ben, text=f"Number {number}")
        circle.room.events.update(at=timezone.now() - datetime.timedelta(minutes=5))  # nobody is too fast here
    read(circle, circle.ana)
    client = client_of(circle.ana)
    client.get("/healthz")  # the first visit of a sign-in notes where it came from
    address = reverse("live:room-news", args=[circle.room.pk])
    with django_assert_num_queries(7):
        assert client.get(address, {"epoch": circle.room.epoch, "after": 0}).status_code == 200
    with django_assert_num_queries(6):  # nothing new: nothing is looked for
        assert client.get(address, {"epoch": circle.room.epoch, "after": 20}).json()[1]["events"] == []


def test_room_news_says_again_that_somebody_is_here_when_half_a_minute_has_passed(circle: Circle) -> None:
    read(circle, circle.ana)
    span = PresenceSpan.objects.filter(process=BY_PAGE, person=circle.ana)
    until = []
    for seconds in (10, 40):
        span.update(seen_until=timezone.now() + READS_FOR - datetime.timedelta(seconds=seconds))
        before = span.get().seen_until
        assert news(circle, circle.ana).status_code == 200
        until.append(span.get().seen_until > before)

    assert until == [False, True]


def test_room_frame_says_once_what_comes_twice(circle: Circle) -> None:
    frame = {"type": "say", "client_id": str(uuid.uuid4()), "text": "Through a wall"}
    assert [send(circle, circle.ana, frame).json() for _twice in range(2)] == [[], []]
    assert list(circle.room.events.values_list("text", flat=True)) == ["Through a wall"]


def test_room_frame_refuses_as_the_action_does(circle: Circle) -> None:
    circle.move(Phase.REFLECTING)
    own = str(uuid.uuid4())
    frames = send(circle, circle.ana, {"type": "say", "client_id": own, "text": "Not mine to say"}).json()
    assert [(one["type"], one["code"], one["client_id"]) for one in frames] == [("refused", "not_your_turn", own)]
    moved = send(circle, circle.ana, {"type": "move_phase", "client_id": own, "phase": "landing"}).json()
    assert [one["code"] for one in moved] == ["not_a_participant"]
    assert not RoomEvent.objects.filter(room=circle.room, kind=RoomEvent.Kind.POSTED).exists()


def test_room_frame_names_words_that_are_too_long(circle: Circle) -> None:
    own = str(uuid.uuid4())
    frames = send(circle, circle.ana, {"type": "say", "client_id": own, "text": "x" * 4001}).json()
    assert [(one["code"], one["client_id"]) for one in frames] == [("too_long", own)]


@pytest.mark.parametrize("body", ["", "{", "[]", b"\xff\xfe", '{"type": "ping"}', '{"type": "join"}', '{"type": "say"}', "x" * 40_000])
def test_room_frame_that_is_none_is_answered_with_400(circle: Circle, body: str | bytes) -> None:
    assert send(circle, circle.ana, body).status_code == 400


def test_room_frame_answers_only_who_pointed_something_out(circle: Circle) -> None:
    event, _fresh = circle.act(actions.say, circle.ben, text="Words")
    frames = send(circle, circle.ana, {"type": "flag", "seq": event.seq, "reason": "Somebody could be known by this."}).json()
    assert frames == [{"type": "flagged", "seq": event.seq}]
