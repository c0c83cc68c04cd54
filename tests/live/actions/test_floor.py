"""The floor: given, passed, handed on, asked for."""

import uuid

import pytest
from django.utils import timezone

from live import actions, events
from live.models import Room
from lms.floor import Phase, Turns
from lms.users.models import User
from tests.factories import make_user
from tests.live.actions.conftest import Circle, drop_out

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_a_round_with_one_who_passes_and_one_who_is_asked_again(circle: Circle) -> None:
    circle.move(Phase.ROUND)

    circle.act(actions.pass_turn, circle.ana, back=True)
    circle.act(actions.pass_turn, circle.ben)
    circle.act(actions.finish_turn, circle.cleo)
    circle.act(actions.finish_turn, circle.trainer)
    circle.act(actions.finish_turn, circle.ana)

    assert circle.lines() == [
        ("phase.moved", "Ana"),
        ("turn.passed", "Ben"),
        ("turn.passed", "Cleo"),
        ("turn.done", "Trainer"),
        ("turn.done", "Ana"),
        ("turn.done", None),
    ]
    assert circle.turns == Turns(spoken=(circle.ben.pk, circle.cleo.pk, circle.trainer.pk, circle.ana.pk))
    words = [events.drawn(event).json for event in circle.room.events.order_by("seq").with_people()]
    assert ["Ana passes, and will be asked again." in words[1], "Ben passes." in words[2], "Everyone has had a turn." in words[5]] == [
        True
    ] * 3


@pytest.mark.parametrize("action", [actions.finish_turn, actions.pass_turn, actions.answer_nothing])
@pytest.mark.parametrize("phase", [Phase.ARRIVING, Phase.ROUND, Phase.REFLECTING, Phase.RESPONSE, Phase.SILENCE, Phase.LANDING])
def test_whose_turn_it_is_not_ends_none(circle: Circle, phase: Phase, action) -> None:
    circle.move(phase, **({"first": [circle.ana.pk]} if phase == Phase.RESPONSE else {}))
    before = circle.turns

    codes = [circle.refused(action, person) for person in (circle.ben, circle.trainer)]

    assert (codes, circle.turns, circle.room.last_seq) == (["not_your_turn"] * 2, before, 1)


def test_nothing_now_is_no_way_out_of_a_round_and_a_pass_none_out_of_a_response(circle: Circle) -> None:
    circle.move(Phase.ROUND)
    in_round = circle.refused(actions.answer_nothing, circle.ana)
    circle.move(Phase.RESPONSE, first=[circle.ana.pk])

    assert (in_round, circle.refused(actions.pass_turn, circle.ana)) == ("not_your_turn", "not_your_turn")


def test_finish_turn_pressed_twice_ends_one_turn(circle: Circle) -> None:
    circle.move(Phase.ROUND)
    client_id = uuid.uuid4()

    answers = [circle.act(actions.finish_turn, circle.ana, client_id=client_id) for _ in range(2)]

    assert ([fresh for _event, fresh in answers], circle.turns.holder) == ([True, False], circle.ben.pk)


def test_finish_turn_goes_past_who_dropped_out_or_stepped_out(circle: Circle) -> None:
    circle.move(Phase.ROUND)
    drop_out(circle.room, circle.ben)
    circle.act(actions.step_out, circle.cleo)

    circle.act(actions.finish_turn, circle.ana)

    assert circle.turns == Turns(circle.trainer.pk, (circle.ben.pk, circle.cleo.pk), spoken=(circle.ana.pk,))


def test_answers_of_a_response_are_words_or_nothing_just_now_alike(circle: Circle) -> None:
    circle.move(Phase.RESPONSE, first=[circle.ana.pk, circle.ben.pk])

    circle.act(actions.answer_nothing, circle.ana)
    between = circle.may_say()
    circle.act(actions.finish_turn, circle.ben)

    assert (between, circle.may_say()) == (["ben"], ["ana", "ben", "cleo"])
    assert circle.lines() == [("phase.moved", None), ("turn.nothing", None), ("turn.done", None)]


# --- given


def test_give_floor_lets_a_listener_speak_until_they_have_finished(circle: Circle) -> None:
    circle.room.participants.filter(person=circle.cleo).update(part="listener")
    circle.act(actions.move_hand, circle.cleo, up=True)

    circle.act(actions.give_floor, circle.trainer, person=circle.cleo.pk)
    given = circle.may_say()
    circle.act(actions.finish_turn, circle.cleo)

    assert (given, circle.may_say()) == (["trainer", "ana", "ben", "cleo"], ["trainer", "ana", "ben"])
    assert events.form_of(circle.room)["hands"] == []


def test_give_floor_in_a_round_lets_who_had_it_come_next(circle: Circle) -> None:
    circle.move(Phase.ROUND)

    circle.act(actions.give_floor, circle.trainer, person=circle.cleo.pk)

    assert circle.turns == Turns(circle.cleo.pk, (circle.ana.pk, circle.ben.pk, circle.trainer.pk))
    assert circle.act(actions.give_floor, circle.trainer, person=circle.cleo.pk) is None


def test_give_floor_is_refused_where_it_makes_no_sense(circle: Circle) -> None:
    stranger = make_user()
    drop_out(circle.room, circle.ben)

    def give(actor: User, person: User) -> str:
        return circle.refused(actions.give_floor, actor, person=person.pk)

    codes = [give(circle.ana, circle.ana), give(circle.trainer, stranger), give(circle.trainer, circle.ben)]
    for phase in (Phase.REFLECTING, Phase.SILENCE):
        circle.move(phase)
        codes.append(give(circle.trainer, circle.ana))

    assert codes == ["not_a_participant", "bad_frame", "bad_frame", "not_your_turn", "not_your_turn"]


# --- hands


def test_move_hand_keeps_the_order_in_which_hands_went_up(circle: Circle) -> None:
    for person in (circle.cleo, circle.ana, circle.ben):
        circle.act(actions.move_hand, person, up=True)
    again = circle.act(actions.move_hand, circle.cleo, up=True)
    circle.act(actions.move_hand, circle.ana, up=False)

    assert (again, events.form_of(circle.room)["hands"]) == (None, [circle.cleo.pk, circle.ben.pk])
    assert circle.act(actions.move_hand, circle.ana, up=False) is None


@pytest.mark.parametrize("phase", [Phase.REFLECTING, Phase.SILENCE])
def test_move_hand_stays_down_while_some_reflect_and_in_silence(circle: Circle, phase: Phase) -> None:
    circle.move(phase)

    assert circle.refused(actions.move_hand, circle.ana, up=True) == "not_your_turn"


def test_hands_leave_no_line_in_the_log(circle: Circle) -> None:
    circle.act(actions.move_hand, circle.ana, up=True)

    assert (circle.room.events.drawn().count(), '"html": ""' in events.drawn(circle.room.events.get()).json) == (0, True)


def test_acts_in_a_closed_room_or_by_somebody_from_elsewhere(circle: Circle) -> None:
    outsider = make_user()
    acts = [actions.finish_turn, actions.pass_turn, actions.answer_nothing, actions.step_out, actions.step_in]
    foreign = [circle.refused(act, outsider) for act in acts] + [circle.refused(actions.move_hand, outsider, up=True)]
    Room.objects.update(phase="closed", closed_at=timezone.now())

    shut = [circle.refused(act, circle.ana) for act in acts] + [circle.refused(actions.move_hand, circle.ana, up=True)]

    assert (foreign, shut) == (["not_a_participant"] * 6, ["room_closed"] * 6)
