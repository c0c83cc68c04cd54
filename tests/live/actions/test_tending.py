"""What a room does by itself, and that it does it once."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connections
from django.utils import timezone

from live import actions, events
from live.actions import tending
from live.models import Room
from lms.floor import Phase, Turns
from tests.live.actions.conftest import Circle, come, drop_out, was_killed
from tests.live.factories import make_small_room

BOTH = ["default", "keys"]
pytestmark = pytest.mark.django_db(databases=BOTH)


def tend(circle: Circle, people: bool = True) -> int:
    return actions.tend_rooms(rooms=[circle.room.pk], people=people)


def long_ago(circle: Circle, **ago: int) -> None:
    then = timezone.now() - datetime.timedelta(**ago)
    Room.objects.filter(pk=circle.room.pk).update(facilitated_at=then, phase_at=then)


def test_tend_rooms_moves_the_turn_on_from_who_dropped_out_once(circle: Circle) -> None:
    circle.move(Phase.ROUND)
    drop_out(circle.room, circle.ana)

    assert (tend(circle, people=False), tend(circle), tend(circle)) == (0, 1, 0)
    assert circle.turns == Turns(circle.ben.pk, (circle.cleo.pk, circle.trainer.pk, circle.ana.pk))
    assert circle.lines() == [("phase.moved", "Ana"), ("floor.given", "Ben")]


def test_tend_rooms_lets_who_comes_late_join_the_round_without_a_line(circle: Circle) -> None:
    drop_out(circle.room, circle.cleo)
    circle.move(Phase.ROUND)
    come(circle.room, circle.cleo, ago=1)

    assert (tend(circle), tend(circle)) == (1, 0)
    assert circle.turns == Turns(circle.ana.pk, (circle.ben.pk, circle.trainer.pk, circle.cleo.pk))
    assert (circle.lines()[-1], circle.room.events.drawn().count()) == (("order.changed", "Ana"), 1)


@pytest.mark.parametrize("phase", [Phase.REFLECTING, Phase.RESPONSE, Phase.SILENCE])
def test_tend_rooms_goes_on_in_conversation_when_nobody_has_facilitated_for_two_minutes(circle: Circle, phase: Phase) -> None:
    circle.move(phase)
    long_ago(circle, minutes=10)
    drop_out(circle.room, circle.trainer, ago=115)
    waits = (tend(circle), circle.phase)
    drop_out(circle.room, circle.trainer, ago=125)

    assert (waits, tend(circle), tend(circle), circle.phase) == ((0, phase), 1, 0, "conversation")
    assert "Nobody who facilitates is here just now." in events.drawn(circle.room.events.latest("seq")).json


@pytest.mark.parametrize(("ago", "phase"), [(29, "reflecting"), (119, "reflecting"), (121, "conversation")])
def test_tend_rooms_counts_the_two_minutes_from_when_a_killed_process_vouched_last(circle: Circle, ago: int, phase: str) -> None:
    """Not from when its word ended, which was later."""
    circle.move(Phase.REFLECTING)
    long_ago(circle, minutes=10)
    was_killed(circle.room, circle.trainer, ago=ago)

    tend(circle)

    assert circle.phase == phase


def test_tend_rooms_leaves_a_room_to_another_facilitator(circle: Circle) -> None:
    circle.move(Phase.REFLECTING)
    long_ago(circle, minutes=10)
    drop_out(circle.room, circle.trainer, ago=300)
    come(circle.room, circle.ben, seat="facilitator")

    assert (tend(circle), circle.phase) == (0, "reflecting")


def test_tend_rooms_waits_from_the_last_act_of_a_facilitator(circle: Circle) -> None:
    drop_out(circle.room, circle.trainer, ago=300)
    circle.move(Phase.REFLECTING)

    assert tend(circle) == 0


def test_tend_rooms_waits_longer_for_who_facilitates_by_a_page_without_a_socket(circle: Circle) -> None:
    circle.room.spans.filter(person=circle.trainer).delete()
    circle.move(Phase.REFLECTING)
    long_ago(circle, minutes=14)
    waits = tend(circle)
    long_ago(circle, minutes=16)

    assert (waits, tend(circle)) == (0, 1)


@pytest.mark.parametrize("phase", [Phase.CONVERSATION, Phase.ARRIVING, Phase.ROUND])
def test_tend_rooms_leaves_alone_what_needs_no_facilitator(circle: Circle, phase: Phase) -> None:
    circle.move(phase)
    long_ago(circle, minutes=10)
    drop_out(circle.room, circle.trainer, ago=300)
    tend(circle)  # a round: the trainer, who dropped out, is not before the others anyway

    assert circle.phase == phase


def test_tend_rooms_ends_a_round_in_which_everybody_had_their_turn_when_nobody_facilitates(circle: Circle) -> None:
    circle.move(Phase.LANDING)
    for person in (circle.ana, circle.ben, circle.cleo, circle.trainer):
        circle.act(actions.finish_turn, person)
    long_ago(circle, minutes=10)
    drop_out(circle.room, circle.trainer, ago=300)

    assert (tend(circle), circle.phase) == (1, "conversation")


@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_tend_rooms_by_many_processes_at_once_does_it_once(circle: Circle) -> None:
    circle.move(Phase.REFLECTING)
    long_ago(circle, minutes=10)
    drop_out(circle.room, circle.trainer, ago=300)

    def look(_: int) -> int:
        try:
            return tend(circle)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(look, range(6))) == 1

    assert circle.lines() == [("phase.moved", None)] * 2


def test_tend_rooms_asks_little_of_rooms_in_conversation(circle: Circle, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        tend(circle)


def test_tend_rooms_asks_four_questions_of_a_room_that_waits_for_somebody(circle: Circle, django_assert_num_queries) -> None:
    circle.move(Phase.REFLECTING)
    with django_assert_num_queries(4):
        tend(circle)


def test_tend_rooms_goes_on_to_the_next_when_somebody_holds_one_for_long(circle: Circle, monkeypatch) -> None:
    circle.move(Phase.ROUND)
    drop_out(circle.room, circle.ana)
    small = make_small_room(main=circle.room, people=[circle.ben])
    before = {"phase": Phase.CONVERSATION.value, "turns": {}}
    Room.objects.filter(pk=small.pk).update(phase=Phase.SILENCE, quiet_until=timezone.now(), before_silence=before)

    def held(_room_id) -> bool:
        raise OperationalError("canceling statement due to statement timeout")

    monkeypatch.setattr(tending, "_tend", held)

    assert actions.tend_rooms(rooms=[circle.room.pk, small.pk], people=True) == 1
    small.refresh_from_db()
    assert (small.phase, circle.turns.holder) == ("conversation", circle.ana.pk)
