"""What the room's page says of the form of the dialogue."""

import datetime
import json

import pytest
from django.utils import timezone

from live import actions, events
from live.models import Room
from live.permissions import standing
from live.reading import FormPage, form_page
from lms.floor import Phase, Seat
from lms.users.models import User
from tests.live.actions.conftest import Circle, circle, drop_out

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
__all__ = ["circle"]


def page(circle: Circle, person: User) -> FormPage:
    circle.room.refresh_from_db()
    people = events.each_once(events.people_here([circle.room.pk]).get(circle.room.pk, []))
    return form_page(standing(person, circle.room), people)


def shown(circle: Circle, person: User) -> set[str]:
    return {name for name, shows in page(circle, person).when.items() if shows}


def test_form_page_of_a_round_tells_each_where_their_turn_is(circle: Circle) -> None:
    circle.move(Phase.ROUND)

    pages = {name: page(circle, getattr(circle, name)) for name in ("ana", "ben", "cleo", "trainer")}

    assert [one.listening for one in pages.values()] == [
        "You are listening",
        "You are listening. After Ana it is you.",
        "You are listening. Your turn comes later.",
        "You are listening. Your turn comes later.",
    ]
    assert {one.floor for one in pages.values()} == {"Ana has the floor. Next: Ben."}
    assert [person.name for person in pages["ben"].round] == ["Ana", "Ben", "Cleo", "Trainer"]


@pytest.mark.parametrize(
    ("phase", "ana", "ben"),
    [
        (Phase.ARRIVING, {"speaks", "present", "hand_down"}, {"speaks", "present", "hand_down"}),
        (Phase.ROUND, {"speaks", "present", "turn", "ends", "round"}, {"listens", "present", "round", "hand_down"}),
        (Phase.CONVERSATION, {"speaks", "present", "hand_down"}, {"listens", "present", "hand_down"}),
        (Phase.REFLECTING, {"listens", "present"}, {"listens", "present"}),
        (Phase.RESPONSE, {"speaks", "present", "answers", "ends", "round", "hand_down"}, {"listens", "present", "round", "hand_down"}),
        (Phase.SILENCE, {"listens", "present", "quiet"}, {"listens", "present", "quiet"}),
    ],
)
def test_form_page_shows_each_what_they_can_do_now(circle: Circle, phase: Phase, ana: set[str], ben: set[str]) -> None:
    circle.room.participants.filter(person=circle.ana).update(part=Seat.SPEAKER)
    circle.room.participants.filter(person=circle.ben).update(part=Seat.LISTENER)
    circle.move(Phase.SILENCE)
    circle.move(phase)

    assert (shown(circle, circle.ana), shown(circle, circle.ben)) == (ana, ben)


def test_form_page_of_who_stepped_out_offers_the_way_back(circle: Circle) -> None:
    circle.act(actions.step_out, circle.ana)

    assert shown(circle, circle.ana) == {"away"}
    assert [person["words"] for person in page(circle, circle.ben).here] == ["facilitating", "stepped out", "", ""]


def test_form_page_says_seat_turn_and_hand_in_words(circle: Circle) -> None:
    circle.act(
        actions.set_parts, circle.trainer, seats={circle.ana.pk: Seat.REFLECTOR, circle.trainer.pk: Seat.REFLECTOR}, others_listen=True
    )
    circle.act(actions.move_hand, circle.cleo, up=True)
    circle.act(actions.give_floor, circle.trainer, person=circle.ben.pk)

    assert [person["words"] for person in page(circle, circle.ana).here] == [
        "reflecting",
        "reflecting",
        "listening, has the floor",
        "listening, hand up",
    ]


def test_form_page_names_who_reflects_and_who_answers_first(circle: Circle) -> None:
    circle.act(actions.set_parts, circle.trainer, seats={circle.ana.pk: Seat.REFLECTOR, circle.ben.pk: Seat.REFLECTOR})
    circle.move(Phase.REFLECTING)
    reflecting = page(circle, circle.cleo).floor
    circle.move(Phase.RESPONSE, first=[circle.cleo.pk])

    assert reflecting == "Ana and Ben reflect with each other. Everyone else listens."
    assert page(circle, circle.ana).floor == "Cleo may answer first."


def test_form_page_names_people_of_the_round_who_dropped_out(circle: Circle) -> None:
    circle.move(Phase.ROUND)
    drop_out(circle.room, circle.ben)

    mine = page(circle, circle.ana)

    assert [person.name for person in mine.round] == ["Ana", "Ben", "Cleo", "Trainer"]
    assert json.loads(mine.json)["names"][str(circle.ben.pk)] == ["Ben", "B"]


def test_form_page_lets_who_facilitates_choose_everybody_and_nobody_else_chooses(circle: Circle) -> None:
    drop_out(circle.room, circle.ben)

    names = [[person.name for person in page(circle, person).known] for person in (circle.trainer, circle.ana)]

    assert names == [["Trainer", "Ana", "Cleo", "Ben"], ["Trainer", "Ana", "Cleo"]]


def test_form_page_says_that_nobody_was_asked_to_reflect(circle: Circle) -> None:
    circle.move(Phase.REFLECTING)

    assert page(circle, circle.cleo).floor == "Nobody has been asked to reflect yet. Whoever facilitates gives the seats."


def test_form_page_marks_eight_minutes_of_reflecting(circle: Circle) -> None:
    circle.move(Phase.REFLECTING)
    marks = []
    for minutes in (7, 9):
        Room.objects.update(phase_at=timezone.now() - datetime.timedelta(minutes=minutes))
        marks.append(page(circle, circle.trainer).when["long"])

    assert marks == [False, True]


@pytest.mark.parametrize("before", [Phase.ARRIVING, Phase.RESPONSE])
def test_form_page_puts_a_silence_behind_what_it_interrupts(circle: Circle, before: Phase) -> None:
    circle.move(before)
    circle.move(Phase.SILENCE)

    line = page(circle, circle.ana).phases

    at = [phase["key"] for phase in line].index("silence")
    assert (line[at - 1]["key"], [phase["key"] for phase in line if phase["now"]]) == (before, ["silence"])


def test_form_page_of_a_silence_whose_time_has_come_shows_what_goes_on(circle: Circle) -> None:
    circle.move(Phase.SILENCE, minutes=1)
    Room.objects.update(quiet_until=timezone.now())

    mine = page(circle, circle.ana)

    assert ([phase["key"] for phase in mine.phases if phase["now"]], mine.when["speaks"]) == (["conversation"], True)


def test_form_page_asks_two_questions(circle: Circle, django_assert_num_queries) -> None:
    circle.move(Phase.ROUND)
    circle.room.refresh_from_db()
    who, people = standing(circle.trainer, circle.room), events.people_here([circle.room.pk])[circle.room.pk]

    with django_assert_num_queries(2):
        form_page(who, people)
