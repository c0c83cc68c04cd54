"""The form of the dialogue by a page that is read anew and posted to."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lms.floor import Phase, Turns
from lms.users.models import User
from tests.factories import make_user
from tests.live.actions.conftest import Circle, circle, drop_out

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
__all__ = ["circle"]


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def post(circle: Circle, actor: User, name: str, **fields: Any) -> Any:
    fields = {"client_id": uuid.uuid4(), **fields}
    return client_of(actor).post(reverse(f"live:room-{name}", args=[circle.room.pk]), fields)


def get(circle: Circle, person: User) -> str:
    return client_of(person).get(reverse("live:room", args=[circle.room.pk])).content.decode()


def buttons(page: str) -> list[str]:
    """The acts that somebody without JavaScript can press."""
    found = re.findall(r'name="act"\s+value="(\w+)"[^>]*?(hidden)?>', page)
    return [act for act, hidden in found if not hidden]


def test_a_whole_dialogue_by_pages_alone(circle: Circle) -> None:
    post(circle, circle.trainer, "phase", phase="round", first="")
    in_round = (buttons(get(circle, circle.ana)), buttons(get(circle, circle.ben)))
    post(circle, circle.ana, "turn", act="pass_back")
    post(circle, circle.ben, "turn", act="done")
    seats = [f"{circle.ana.pk}:reflector", f"{circle.cleo.pk}:reflector", f"{circle.ben.pk}:"]
    post(circle, circle.trainer, "parts", seats=seats, others_listen="on")
    post(circle, circle.trainer, "phase", phase="reflecting")
    reflecting = get(circle, circle.ben)
    post(circle, circle.trainer, "phase", phase="response", first=[circle.ben.pk])
    post(circle, circle.ben, "turn", act="nothing_now")
    post(circle, circle.trainer, "phase", phase="silence", minutes="")
    silent = get(circle, circle.ana)
    post(circle, circle.trainer, "phase", phase="landing", first=[circle.cleo.pk])

    assert in_round == (["done", "pass", "pass_back", "step_out"], ["hand_up", "step_out"])  # who has the floor asks for nothing
    assert re.search(r'data-when="speaks" hidden', reflecting) and "You are listening to the reflections" in reflecting
    assert "We are being quiet together" in silent
    assert (circle.phase, circle.turns.holder) == ("landing", circle.cleo.pk)
    assert [kind for kind, _whom in circle.lines()] == [
        "phase.moved",
        "turn.passed",
        "turn.done",
        "parts.set",
        "phase.moved",
        "phase.moved",
        "turn.nothing",
        "phase.moved",
        "phase.moved",
    ]


def test_room_turn_raises_and_lowers_a_hand_and_steps_out_and_in(circle: Circle) -> None:
    seen = []
    for act in ("hand_up", "hand_down", "step_out", "step_in"):
        answer = post(circle, circle.ana, "turn", act=act)
        seen.append((answer.status_code, buttons(get(circle, circle.ana))))

    assert seen == [
        (302, ["hand_down", "step_out"]),
        (302, ["hand_up", "step_out"]),
        (302, ["step_in"]),
        (302, ["hand_up", "step_out"]),
    ]


def test_room_floor_gives_the_floor(circle: Circle) -> None:
    circle.move(Phase.ROUND)

    answer = post(circle, circle.trainer, "floor", person=circle.cleo.pk)

    assert (answer.status_code, circle.turns) == (302, Turns(circle.cleo.pk, (circle.ana.pk, circle.ben.pk, circle.trainer.pk)))


@pytest.mark.parametrize(
    ("name", "fields", "sentence"),
    [
        ("turn", {"act": "done"}, "It is not your turn just now."),
        ("turn", {"act": "shout"}, "That could not be read."),
        ("phase", {"phase": "shouting"}, "That could not be read."),
        ("phase", {"phase": "silence", "minutes": "60"}, "That could not be read."),
        ("floor", {"person": "0"}, "That could not be read."),
        ("parts", {"seats": ["17:king"]}, "That could not be read."),
        ("parts", {"seats": ["17:reflector"]}, "Somebody you chose has not been here."),
    ],
)
def test_a_refusal_is_said_on_the_page(circle: Circle, name: str, fields: dict[str, Any], sentence: str) -> None:
    answer = post(circle, circle.trainer, name, **fields)

    assert (answer.status_code, sentence in answer.content.decode(), circle.room.events.count()) == (422, True, 0)


def test_a_button_pressed_twice_is_one_act(circle: Circle) -> None:
    circle.move(Phase.ROUND)
    client_id = uuid.uuid4()

    answers = [post(circle, circle.ana, "turn", act="done", client_id=client_id).status_code for _ in range(2)]

    assert (answers, circle.turns.holder) == ([302, 302], circle.ben.pk)


def test_facilitating_is_a_panel_for_who_facilitates(circle: Circle) -> None:
    assert ["data-facilitate>" in get(circle, person) for person in (circle.trainer, circle.ana)] == [True, False]


def test_pages_of_a_round_ask_few_questions_however_many_take_part(circle: Circle, django_assert_max_num_queries) -> None:
    client = client_of(circle.trainer)
    client.get("/healthz")
    counts = []
    for _ in range(2):
        circle.move(Phase.ROUND)
        drop_out(circle.room, circle.ben)
        with django_assert_max_num_queries(12) as questions:
            client.get(reverse("live:room", args=[circle.room.pk]))
        counts.append(len(questions))
        circle.move(Phase.CONVERSATION)
        for _number in range(20):
            circle.room.participants.create(person=make_user())

    assert counts[0] == counts[1]
