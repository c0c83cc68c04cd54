"""Moving a room from phase to phase."""

import datetime
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from live import actions, events
from live.models import Participant, Room
from lms.floor import Phase, Seat, Turns
from lms.permissions import Part, Refused
from tests.factories import make_membership, make_user
from tests.live.actions.conftest import Circle, come, drop_out

BOTH = ["default", "keys"]
pytestmark = pytest.mark.django_db(databases=BOTH)


@pytest.mark.parametrize(
    ("phase", "says"),
    [
        (Phase.ARRIVING, ["trainer", "ana", "ben", "cleo"]),
        (Phase.ROUND, ["ana"]),
        (Phase.REFLECTING, ["ben"]),
        (Phase.RESPONSE, ["ana"]),
        (Phase.SILENCE, []),
        (Phase.LANDING, ["ana"]),
    ],
)
def test_move_phase_takes_words_only_from_whose_turn_it_is(circle: Circle, phase: Phase, says: list[str]) -> None:
    for person, part in ((circle.ana, "speaker"), (circle.ben, "reflector"), (circle.cleo, "listener")):
        circle.room.participants.filter(person=person).update(part=part)

    circle.move(phase)

    assert circle.may_say() == says


def test_move_phase_is_for_facilitators_and_takes_no_number_when_refused(circle: Circle) -> None:
    codes = []
    for part in (Part.TRAINEE, Part.COORDINATOR, Part.INTERPRETER, None):
        person = make_user()
        if part:
            make_membership(cohort=circle.room.seminar.cohort, person=person, part=part)
        codes.append(circle.refused(actions.move_phase, person, phase=Phase.REFLECTING))

    assert (codes, circle.phase, circle.room.last_seq) == (["not_a_participant"] * 4, "conversation", 0)


def test_move_phase_sent_again_is_one_move_and_the_same_phase_none(circle: Circle) -> None:
    client_id = uuid.uuid4()

    moved = [circle.move(Phase.ROUND, client_id=client_id), circle.move(Phase.CONVERSATION), circle.move(Phase.ROUND, client_id=client_id)]

    assert [fresh for _event, fresh in moved] == [True, True, False]
    assert (circle.move(Phase.CONVERSATION), circle.phase, circle.room.last_seq) == (None, "conversation", 2)


def test_move_phase_of_a_closed_room_is_refused_and_closing_is_not_a_move(circle: Circle) -> None:
    moved = circle.refused(actions.move_phase, circle.trainer, phase=Phase.CLOSED)
    actions.close_room(actor=circle.trainer, room_id=circle.room.pk)

    assert (moved, circle.refused(actions.move_phase, circle.trainer, phase=Phase.ROUND)) == ("bad_frame", "room_closed")


def test_move_phase_tells_everybody_the_whole_form(circle: Circle) -> None:
    circle.act(actions.move_hand, circle.cleo, up=True)
    circle.act(actions.step_out, circle.ben)

    event, _fresh = circle.move(Phase.ROUND)

    form = event.data["form"]
    ids = {name: getattr(circle, name).pk for name in ("trainer", "ana", "ben", "cleo")}
    assert form["turns"] == {"holder": ids["ana"], "waiting": [ids["cleo"], ids["trainer"]], "first": [], "spoken": []}
    assert (form["phase"], form["speaking"]) == ("round", {"seats": [], "people": [ids["ana"]]})
    assert (form["hands"], form["away"], form["until"]) == ([], [ids["ben"]], None)  # a hand of the phase before is down
    assert "Ana has the floor." in events.drawn(event).json


# --- rounds


def test_move_phase_to_a_round_goes_round_in_the_order_of_coming_facilitators_last(circle: Circle) -> None:
    circle.move(Phase.ROUND)

    assert circle.turns == Turns(circle.ana.pk, (circle.ben.pk, circle.cleo.pk, circle.trainer.pk))


def test_move_phase_to_a_round_begins_with_whom_the_facilitator_named_and_goes_on_from_there(circle: Circle) -> None:
    circle.move(Phase.LANDING, first=[circle.cleo.pk])

    assert circle.turns == Turns(circle.cleo.pk, (circle.trainer.pk, circle.ana.pk, circle.ben.pk))


def test_move_phase_to_a_round_of_more_people_than_are_waited_for_is_refused_with_their_number(circle: Circle) -> None:
    for _number in range(61):  # with the four who are here one too many
        come(circle.room, make_user())

    with pytest.raises(Refused) as refusal:
        circle.move(Phase.ROUND)

    sentence = "A round waits for everybody, so it is for 64 people at most; 65 are here. Small rooms can each have their own."
    assert (refusal.value.code, refusal.value.sentence, circle.phase) == ("too_many", sentence, "conversation")


def test_move_phase_to_a_round_leaves_out_interpreters_and_who_is_not_here(circle: Circle) -> None:
    interpreter = make_user()
    make_membership(cohort=circle.room.seminar.cohort, person=interpreter, part=Part.INTERPRETER)
    come(circle.room, interpreter, seat="interpreter")
    drop_out(circle.room, circle.ben)

    circle.move(Phase.ROUND)

    assert circle.turns.everybody == (circle.ana.pk, circle.cleo.pk, circle.trainer.pk)


def test_who_chose_to_watch_may_be_given_the_turn_of_a_round(circle: Circle) -> None:
    circle.room.participants.filter(person=circle.ana).update(way=Participant.Way.WATCHES)
    circle.move(Phase.ROUND)

    circle.act(actions.give_floor, circle.trainer, person=circle.ana.pk)

    assert (circle.turns.holder, circle.may_say()) == (circle.ana.pk, ["ana"])


def test_move_phase_to_a_round_counts_who_speaks_by_a_page_without_a_socket(circle: Circle) -> None:
    quiet = make_user()
    make_membership(cohort=circle.room.seminar.cohort, person=quiet)
    circle.act(actions.say, quiet, text="I am here too")

    circle.move(Phase.ROUND, first=[quiet.pk])

    assert circle.turns.holder == quiet.pk
    assert actions.tend_rooms(rooms=[circle.room.pk], people=True) == 0  # nobody can know whether they dropped out


def test_move_phase_refuses_people_who_were_never_here(circle: Circle) -> None:
    for phase in (Phase.ROUND, Phase.RESPONSE):
        assert circle.refused(actions.move_phase, circle.trainer, phase=phase, first=[make_user().pk]) == "bad_frame"


# --- response


def test_move_phase_to_a_response_is_first_for_those_who_were_spoken_about(circle: Circle) -> None:
    circle.room.participants.filter(person=circle.cleo).update(part="listener")

    circle.move(Phase.RESPONSE, first=[circle.cleo.pk])
    first = circle.may_say()
    circle.act(actions.answer_nothing, circle.cleo)

    assert (first, circle.may_say()) == (["cleo"], ["ana", "ben", "cleo"])


# --- silence


def test_silence_ends_by_itself_at_its_time_with_the_turn_where_it_was(circle: Circle) -> None:
    circle.move(Phase.ROUND)
    circle.act(actions.finish_turn, circle.ana)
    before = circle.turns
    circle.move(Phase.SILENCE, minutes=1)
    quiet = circle.may_say()
    Room.objects.update(quiet_until=timezone.now())

    assert (quiet, circle.may_say(), circle.phase, circle.turns) == ([], ["ben"], "round", before)
    assert circle.lines() == [("phase.moved", "Ana"), ("turn.done", "Ben"), ("phase.moved", None), ("phase.moved", "Ben")]


def test_silence_is_over_for_the_page_before_any_process_has_noticed(circle: Circle) -> None:
    circle.move(Phase.SILENCE, minutes=5)
    circle.room.refresh_from_db()
    during = events.form_of(circle.room)
    Room.objects.update(quiet_until=timezone.now())
    circle.room.refresh_from_db()

    assert (during["phase"], during["until"] is not None) == ("silence", True)
    assert (circle.room.phase, events.form_of(circle.room)["phase"]) == ("silence", "conversation")


def test_silence_without_minutes_lasts_until_a_facilitator_ends_it(circle: Circle) -> None:
    circle.move(Phase.ROUND)
    circle.move(Phase.SILENCE)
    Room.objects.update(phase_at=timezone.now() - datetime.timedelta(hours=1))
    lasts = (actions.tend_rooms(rooms=[circle.room.pk], people=True), circle.phase)

    event, _fresh = circle.move(Phase.ROUND)

    assert (lasts, circle.turns.holder, event.data["after_silence"]) == ((0, "silence"), circle.ana.pk, True)


def test_silence_keeps_hands_where_they_are(circle: Circle) -> None:
    circle.act(actions.move_hand, circle.ben, up=True)
    circle.move(Phase.SILENCE)
    circle.move(Phase.CONVERSATION)

    circle.room.refresh_from_db()
    assert events.form_of(circle.room)["hands"] == [circle.ben.pk]


@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_silence_ends_once_however_many_processes_look(circle: Circle) -> None:
    circle.move(Phase.SILENCE, minutes=1)
    Room.objects.update(quiet_until=timezone.now())

    def look(number: int) -> int:
        try:
            if number % 3 == 0:
                circle.act(actions.say, circle.ana, text="Words")
                return 0
            return actions.tend_rooms(rooms=[circle.room.pk], people=True)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(look, range(9))) <= 1

    assert circle.lines() == [("phase.moved", None)] * 2
    assert list(circle.room.events.values_list("seq", flat=True)) == [1, 2, 3, 4, 5]


def test_close_room_from_any_phase_takes_no_more_words(circle: Circle) -> None:
    for phase in (Phase.SILENCE, Phase.ROUND):
        circle.move(phase)
        actions.close_room(actor=circle.trainer, room_id=circle.room.pk)
        closed = (circle.phase, circle.turns, circle.may_say())
        actions.open_room(actor=circle.trainer, room_id=circle.room.pk)

        assert (closed, circle.phase) == (("closed", Turns(), []), "conversation")


def test_open_room_after_it_was_closed_gives_everybody_the_seat_of_their_part(circle: Circle) -> None:
    seats = {circle.ana.pk: Seat.REFLECTOR, circle.ben.pk: Seat.REFLECTOR}
    circle.act(actions.set_parts, circle.trainer, seats=seats, others_listen=True)
    actions.close_room(actor=circle.trainer, room_id=circle.room.pk)

    actions.open_room(actor=circle.trainer, room_id=circle.room.pk)

    assert circle.may_say() == ["trainer", "ana", "ben", "cleo"]
    circle.room.refresh_from_db()
    form = events.form_of(circle.room)
    assert (form["seats"], form["others_listen"]) == ({}, False)


@pytest.mark.parametrize("way", [Participant.Way.WATCHES, Participant.Way.STAYS_OUT])
def test_a_round_leaves_out_who_chose_to_watch_or_to_sit_it_out(circle: Circle, way: str) -> None:
    circle.room.participants.filter(person=circle.ana).update(way=way)
    circle.room.participants.filter(person=circle.cleo).update(way=Participant.Way.TAKES_PART)

    event, _fresh = circle.move(Phase.ROUND)

    turns = event.data["form"]["turns"]
    assert (turns["holder"], turns["waiting"]) == (circle.ben.pk, [circle.cleo.pk, circle.trainer.pk])
    assert event.data["form"]["seats"].get(str(circle.ana.pk)) == ("listener" if way == Participant.Way.WATCHES else None)
