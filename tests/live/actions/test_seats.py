"""Seats in a room: given by a facilitator, left for a while and taken again."""

import datetime

import pytest
from django.utils import timezone

from live import actions, events
from live.actions import time_here
from live.permissions import standing
from lms.floor import Phase, Seat, Turns
from lms.permissions import Part
from tests.factories import make_membership, make_user
from tests.live.actions.conftest import Circle, drop_out

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def seats(circle: Circle) -> list[Seat | None]:
    circle.room.refresh_from_db()
    return [standing(person, circle.room).seat for person in (circle.trainer, circle.ana, circle.ben, circle.cleo)]


def test_set_parts_gives_all_seats_anew(circle: Circle) -> None:
    given = {circle.ana.pk: Seat.SPEAKER, circle.trainer.pk: Seat.REFLECTOR, circle.ben.pk: Seat.REFLECTOR}
    circle.act(actions.set_parts, circle.trainer, seats=given, others_listen=True)
    late = make_user()
    make_membership(cohort=circle.room.seminar.cohort, person=late)
    first = [*seats(circle), standing(late, circle.room).seat]

    circle.act(actions.set_parts, circle.trainer, seats={circle.cleo.pk: Seat.LISTENER})

    assert first == [Seat.REFLECTOR, Seat.SPEAKER, Seat.REFLECTOR, Seat.LISTENER, Seat.LISTENER]
    assert seats(circle) == [Seat.FACILITATOR, Seat.SPEAKER, Seat.SPEAKER, Seat.LISTENER]


def test_set_parts_leaves_who_facilitates_in_charge(circle: Circle) -> None:
    given = {circle.trainer.pk: Seat.REFLECTOR, circle.ben.pk: Seat.REFLECTOR}
    circle.act(actions.set_parts, circle.trainer, seats=given)

    circle.move(Phase.REFLECTING)

    assert (circle.may_say(), circle.phase) == (["trainer", "ben"], "reflecting")


@pytest.mark.parametrize("count", [1, 5])
def test_set_parts_needs_two_to_four_who_reflect(circle: Circle, count: int) -> None:
    people = [make_user() for _ in range(5)]
    for person in people:
        circle.room.participants.create(person=person)

    code = circle.refused(actions.set_parts, circle.trainer, seats={person.pk: Seat.REFLECTOR for person in people[:count]})

    assert (code, circle.room.participants.exclude(part="").count()) == ("bad_frame", 0)


def test_set_parts_is_for_facilitators_and_for_who_has_been_here(circle: Circle) -> None:
    by_ana = circle.refused(actions.set_parts, circle.ana, seats={circle.ana.pk: Seat.REFLECTOR})
    stranger = circle.refused(actions.set_parts, circle.trainer, seats={make_user().pk: Seat.LISTENER})

    assert (by_ana, stranger) == ("not_a_participant", "bad_frame")


# --- out and in


def test_step_out_takes_hand_and_turn_away_until_they_are_back(circle: Circle) -> None:
    circle.move(Phase.ROUND)
    circle.act(actions.move_hand, circle.ana, up=True)

    circle.act(actions.step_out, circle.ana)
    away = (circle.may_say(), events.form_of(circle.room)["away"], events.form_of(circle.room)["hands"])
    circle.act(actions.step_in, circle.ana)

    assert away == (["ben"], [circle.ana.pk], [])
    assert circle.turns == Turns(circle.ben.pk, (circle.cleo.pk, circle.trainer.pk, circle.ana.pk))
    assert circle.refused(actions.say, circle.ana, text="Words") == "not_your_turn"


def test_step_out_of_a_conversation_and_back(circle: Circle) -> None:
    circle.act(actions.step_out, circle.ana)
    out = circle.may_say()
    again = circle.act(actions.step_out, circle.ana)
    circle.act(actions.step_in, circle.ana)

    assert (out, again, circle.act(actions.step_in, circle.ana)) == (["trainer", "ben", "cleo"], None, None)
    assert circle.may_say() == ["trainer", "ana", "ben", "cleo"]


def test_step_out_does_not_keep_the_others_waiting_for_an_answer(circle: Circle) -> None:
    circle.move(Phase.RESPONSE, first=[circle.ana.pk])

    circle.act(actions.step_out, circle.ana)

    assert circle.may_say() == ["ben", "cleo"]
    assert circle.lines()[-1] == ("floor.given", None)


def test_step_in_counts_the_time_away_as_having_been_here(circle: Circle) -> None:
    circle.room.spans.filter(person=circle.ana).update(started_at=timezone.now() - datetime.timedelta(minutes=31))
    circle.act(actions.step_out, circle.ana)
    half_an_hour = timezone.now() - datetime.timedelta(minutes=30)
    circle.room.participants.filter(person=circle.ana).update(stepped_out_at=half_an_hour)
    circle.room.spans.filter(person=circle.ana).update(seen_until=half_an_hour)

    circle.act(actions.step_in, circle.ana)

    assert round(time_here(circle.room, circle.ana).total_seconds() / 60) == 31


def test_step_in_of_who_has_no_socket_leaves_them_in_the_round(circle: Circle) -> None:
    quiet = make_user()
    make_membership(cohort=circle.room.seminar.cohort, person=quiet, part=Part.TRAINEE)
    circle.act(actions.step_out, quiet)
    circle.act(actions.step_in, quiet)

    circle.move(Phase.ROUND, first=[quiet.pk])

    assert (circle.turns.holder, circle.room.spans.filter(person=quiet).count()) == (quiet.pk, 0)


def test_who_dropped_out_is_asked_when_they_are_back(circle: Circle) -> None:
    drop_out(circle.room, circle.ana)
    circle.move(Phase.ROUND)
    circle.room.spans.filter(person=circle.ana).update(seen_until=timezone.now() + datetime.timedelta(seconds=30))

    actions.tend_rooms(rooms=[circle.room.pk], people=True)

    assert circle.turns.everybody == (circle.ben.pk, circle.cleo.pk, circle.trainer.pk, circle.ana.pk)
