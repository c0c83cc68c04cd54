import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.floor import (
    NOBODY,
    Phase,
    Seat,
    Turns,
    answer,
    begin_round,
    come_late,
    end_turn,
    give_turn,
    may_be_given,
    may_bring_words,
    may_raise_hand,
    may_react,
    may_speak,
    settle,
    speaking,
    wait_no_longer,
)

SPEAKS = {
    Phase.ARRIVING: {Seat.FACILITATOR, Seat.SPEAKER, Seat.REFLECTOR, Seat.LISTENER, Seat.INTERPRETER},
    Phase.ROUND: set(),
    Phase.CONVERSATION: {Seat.FACILITATOR, Seat.SPEAKER, Seat.INTERPRETER},
    Phase.SILENCE: set(),
    Phase.REFLECTING: {Seat.REFLECTOR},
    Phase.RESPONSE: {Seat.SPEAKER},
    Phase.LANDING: set(),
    Phase.CLOSED: set(),
}
ANA, BEN, CLEO, DAN = 1, 2, 3, 4
EVERYBODY = (ANA, BEN, CLEO, DAN)


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("seat", [*Seat, None])
def test_may_speak(phase: Phase, seat: Seat | None) -> None:
    assert may_speak(phase, seat) is (seat in SPEAKS[phase])


@pytest.mark.parametrize("phase", list(Phase))
def test_may_react_not_while_others_reflect_nor_in_silence(phase: Phase) -> None:
    assert may_react(phase) is (phase not in {Phase.REFLECTING, Phase.SILENCE, Phase.CLOSED})


@pytest.mark.parametrize("phase", list(Phase))
def test_may_bring_words_not_where_everybody_listens(phase: Phase) -> None:
    assert may_bring_words(phase) is (phase not in {Phase.REFLECTING, Phase.SILENCE, Phase.CLOSED})


def test_may_speak_knows_no_other_phase() -> None:
    with pytest.raises(ValueError):
        may_speak("shouting", Seat.SPEAKER)


@pytest.mark.parametrize(
    ("phase", "turns", "who"),
    [
        (Phase.ROUND, Turns(holder=BEN, waiting=(ANA,), spoken=(CLEO,)), [BEN]),
        (Phase.LANDING, Turns(holder=BEN), [BEN]),
        (Phase.ROUND, Turns(waiting=(ANA,)), []),
        (Phase.CONVERSATION, Turns(holder=BEN), [BEN]),  # a listener to whom a facilitator gave the floor
        (Phase.RESPONSE, Turns(first=(ANA, BEN), spoken=(CLEO,)), [ANA, BEN]),
        (Phase.RESPONSE, Turns(holder=DAN, first=(ANA,)), [ANA, DAN]),
        (Phase.RESPONSE, Turns(spoken=(CLEO,)), [CLEO]),
        (Phase.REFLECTING, Turns(holder=BEN), []),
        (Phase.SILENCE, Turns(holder=BEN, first=(ANA,), spoken=(CLEO,)), []),
        (Phase.CLOSED, Turns(holder=BEN), []),
    ],
)
def test_may_speak_by_turn_while_listening(phase: Phase, turns: Turns, who: list[int]) -> None:
    assert [person for person in EVERYBODY if may_speak(phase, Seat.LISTENER, person, turns)] == who


def test_may_speak_in_a_response_is_for_those_spoken_about_before_those_who_speak() -> None:
    first, then = Turns(first=(ANA,)), Turns(spoken=(ANA,))

    assert [may_speak(Phase.RESPONSE, Seat.SPEAKER, BEN, turns) for turns in (first, then)] == [False, True]


def test_may_speak_needs_a_seat_even_for_who_has_the_turn() -> None:
    assert may_speak(Phase.ROUND, None, BEN, Turns(holder=BEN)) is False


def test_hands_and_the_giving_of_the_floor_rest_while_some_reflect_and_in_silence() -> None:
    resting = {Phase.REFLECTING, Phase.SILENCE, Phase.CLOSED}

    assert {phase for phase in Phase if not may_raise_hand(phase)} == resting
    assert {phase for phase in Phase if not may_be_given(phase)} == resting


def test_turns_are_kept_as_json_and_read_again() -> None:
    turns = Turns(BEN, (CLEO,), (DAN,), (ANA,))

    assert Turns.of(json.loads(json.dumps(turns.as_json()))) == turns
    assert Turns.of({}) == NOBODY


# --- a round


def test_begin_round_begins_with_who_is_here_and_puts_who_is_not_last() -> None:
    assert begin_round((ANA, BEN, ANA, CLEO), here={BEN, CLEO}) == Turns(holder=BEN, waiting=(CLEO, ANA))


def test_end_turn_goes_round_once_and_then_nobody_has_the_floor() -> None:
    turns, held = begin_round(EVERYBODY, EVERYBODY), []
    while turns.holder is not None:
        held.append(turns.holder)
        turns = end_turn(turns, EVERYBODY)

    assert (held, turns) == ([*EVERYBODY], Turns(spoken=EVERYBODY))
    assert end_turn(turns, EVERYBODY) == turns


def test_end_turn_passing_with_return_comes_back_last() -> None:
    turns = end_turn(begin_round((ANA, BEN), EVERYBODY), EVERYBODY, comes_back=True)

    assert turns == Turns(holder=BEN, waiting=(ANA,))
    assert end_turn(turns, EVERYBODY) == Turns(holder=ANA, spoken=(BEN,))


def test_settle_moves_on_from_who_dropped_out_and_comes_back_to_them() -> None:
    turns = settle(Turns(holder=ANA, waiting=(BEN, CLEO, DAN)), here={CLEO, DAN})

    assert turns == Turns(holder=CLEO, waiting=(DAN, ANA, BEN))
    assert settle(turns, here={CLEO}) == turns


def test_settle_waits_while_nobody_who_is_to_come_is_here() -> None:
    waits = settle(Turns(holder=ANA, waiting=(BEN,)), here=set())

    assert (waits, settle(waits, here={BEN})) == (Turns(waiting=(ANA, BEN)), Turns(holder=BEN, waiting=(ANA,)))


def test_give_turn_lets_who_had_not_finished_come_next() -> None:
    given = give_turn(Turns(holder=ANA, waiting=(BEN, CLEO), spoken=(DAN,)), CLEO)
    again = give_turn(given, DAN)

    assert given == Turns(holder=CLEO, waiting=(ANA, BEN), spoken=(DAN,))
    assert again == Turns(holder=DAN, waiting=(CLEO, ANA, BEN))


def test_come_late_comes_last_and_once() -> None:
    assert come_late(Turns(holder=ANA, waiting=(BEN,)), [CLEO, ANA, CLEO, BEN]) == Turns(holder=ANA, waiting=(BEN, CLEO))


people = st.lists(st.integers(1, 6), min_size=1, max_size=6, unique=True)
act = st.sampled_from(["end", "back", "settle", "give", "late"])
acts = st.lists(st.tuples(act, st.sets(st.integers(1, 6)), st.integers(1, 6)), max_size=20)


@given(people, acts)
def test_a_round_loses_nobody_and_gives_the_floor_to_one_who_is_here(order: list[int], steps: list[tuple[str, set[int], int]]) -> None:
    turns = begin_round(order, order)
    known = set(order)
    for what, here, person in steps:
        if what == "give":
            turns, known = give_turn(turns, person), known | {person}
            continue
        if what == "late":
            turns, known = come_late(turns, [person]), known | {person}
        elif what != "settle":
            turns = end_turn(turns, here, comes_back=what == "back")
        turns = settle(turns, here)
        assert turns.holder is None or turns.holder in here
        assert turns.holder is not None or not here & set(turns.waiting)
        assert sorted(turns.everybody) == sorted(known)
        assert speaking(Phase.ROUND, turns).people == ({turns.holder} if turns.holder else set())


@given(people, st.lists(st.booleans(), max_size=4))
def test_a_round_ends_however_often_somebody_asks_to_be_asked_again(order: list[int], backs: list[bool]) -> None:
    turns = begin_round(order, order)
    for back in [*backs, *[False] * (len(order) + len(backs))]:
        turns = end_turn(turns, order, comes_back=back)

    assert (turns.holder, turns.waiting, sorted(turns.spoken)) == (None, (), sorted(order))


# --- a response


def test_answer_lets_the_others_follow_and_whoever_had_the_floor_keep_it() -> None:
    turns = answer(Turns(holder=DAN, first=(ANA, BEN)), ANA)

    assert turns == Turns(holder=DAN, first=(BEN,), spoken=(ANA,))
    assert answer(Turns(holder=ANA, first=(ANA,)), ANA) == Turns(spoken=(ANA,))


def test_wait_no_longer_for_who_dropped_out_leaves_them_the_floor() -> None:
    turns = Turns(first=(ANA, BEN))

    assert wait_no_longer(turns, here={BEN}) == Turns(first=(BEN,), spoken=(ANA,))
    assert wait_no_longer(turns, here={ANA, BEN}) is turns
