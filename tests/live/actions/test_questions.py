import datetime
import json
import uuid

import pytest
from django.utils import timezone

from live import actions
from live.actions.questions import ASKED_WITHIN, MOST_ASKED
from live.events import drawn
from live.models import Question, Room, RoomEvent, Seminar, TakenUp
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership, make_user
from tests.live.factories import make_question, make_room, make_seminar

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(owner, teammate) -> Room:
    return make_room(seminar=make_seminar(cohort=make_cohort(members=[owner, teammate]), kind=Seminar.Kind.TALK))


@pytest.fixture
def trainer(room):
    return make_membership(cohort=room.seminar.cohort, part=Part.TRAINER, person=make_user(display_name="Trainer A")).person


def ask(actor, room, text="What about silence?", client_id=None) -> Question:
    return actions.ask_question(actor=actor, room_id=room.pk, text=text, client_id=client_id or uuid.uuid4())


def kinds(room) -> list[str]:
    return list(room.events.order_by("seq").values_list("kind", flat=True))


def test_ask_question_puts_it_beside_the_talk_once(room, owner):
    client_id = uuid.uuid4()

    asked = [ask(owner, room, client_id=client_id) for _ in range(2)]

    assert asked[0] == asked[1] == Question.objects.get()
    assert (asked[0].state, kinds(room)) == ("waiting", ["questions.changed"])


def test_ask_question_again_and_again_is_too_much_at_once(room, owner):
    """S33: each question makes every open page look again, also one that is taken back at once."""
    for _ in range(MOST_ASKED):
        actions.take_back(actor=owner, question_id=ask(owner, room).pk)

    with pytest.raises(Refused) as refusal:
        ask(owner, room)
    assert refusal.value.code == "too_fast"
    Question.objects.update(at=timezone.now() - ASKED_WITHIN)
    assert ask(owner, room).state == "waiting"


@pytest.mark.parametrize(("kind", "may"), [("talk", True), ("open_seminar", True), ("cohort_sitting", False), ("practice", False)])
def test_ask_question_is_for_talks_and_open_seminars(room, owner, kind, may):
    Seminar.objects.update(kind=kind)

    if may:
        assert ask(owner, room).state == "waiting"
    else:
        with pytest.raises(Refused):
            ask(owner, room)


def test_ask_question_refuses_outsiders_a_closed_room_and_a_fourth(room, owner):
    with pytest.raises(Refused):
        ask(make_user(), room)
    for _ in range(3):
        ask(owner, room)
    with pytest.raises(Refused, match="Three questions of yours"):
        ask(owner, room)
    Room.objects.update(closed_at=timezone.now())
    with pytest.raises(Refused, match="while the room is open"):
        ask(owner, room)

    assert Question.objects.count() == 3


def test_take_up_adds_ones_own_sentence_once_and_not_to_ones_own(room, owner, teammate):
    question = ask(owner, room)
    for _ in range(2):
        actions.take_up(actor=teammate, question_id=question.pk, text="I wonder about that too.")
    with pytest.raises(Refused):
        actions.take_up(actor=teammate, question_id=question.pk, text="And another one.")
    with pytest.raises(Refused):
        actions.take_up(actor=owner, question_id=question.pk, text="Mine.")

    assert list(TakenUp.objects.values_list("author", "text")) == [(teammate.pk, "I wonder about that too.")]


def test_bring_in_puts_everybodys_own_words_into_the_log(room, owner, teammate, trainer):
    question = ask(owner, room)
    actions.take_up(actor=teammate, question_id=question.pk, text="I wonder about that too.")

    actions.bring_in(actor=trainer, question_id=question.pk)
    with pytest.raises(Refused, match="no longer waiting"):
        actions.bring_in(actor=trainer, question_id=question.pk)

    said = list(room.events.drawn().values_list("seq", "author", "text", "answers", "data__brought_by"))
    assert said == [
        (3, owner.pk, "What about silence?", None, "Trainer A"),
        (4, teammate.pk, "I wonder about that too.", 3, "Trainer A"),
    ]
    question.refresh_from_db()
    assert (question.state, question.text, question.seq, TakenUp.objects.count()) == ("brought_in", "", 3, 0)


@pytest.mark.parametrize("phase", ["silence", "reflecting"])
def test_bring_in_waits_while_the_room_listens(room, owner, trainer, phase):
    question = ask(owner, room)
    Room.objects.update(phase=phase)
    with pytest.raises(Refused, match="bring them when it goes on") as refusal:
        actions.bring_in(actor=trainer, question_id=question.pk)
    Room.objects.update(phase="conversation")

    said = actions.bring_in(actor=trainer, question_id=question.pk)

    assert (refusal.value.code, said.text, kinds(room).count("message.posted")) == ("not_your_turn", "What about silence?", 1)


def test_bring_in_leaves_the_words_to_their_author(room, owner, trainer):
    event = actions.bring_in(actor=trainer, question_id=ask(owner, room).pk)

    with pytest.raises(Refused):
        actions.withdraw(actor=trainer, room_id=room.pk, seq=event.seq)
    actions.withdraw(actor=owner, room_id=room.pk, seq=event.seq)

    assert RoomEvent.objects.get(seq=event.seq).text == ""


def test_bring_in_brings_no_words_of_who_has_left(room, owner, teammate, trainer):
    question, other = ask(owner, room), ask(teammate, room)
    actions.take_up(actor=teammate, question_id=question.pk, text="I wonder about that too.")
    teammate.memberships.update(ended_at=timezone.now())

    actions.bring_in(actor=trainer, question_id=question.pk)
    with pytest.raises(Refused):
        actions.bring_in(actor=trainer, question_id=other.pk)

    assert list(room.events.drawn().values_list("text", flat=True)) == ["What about silence?"]


@pytest.mark.parametrize("act", ["bring_in", "set_aside"])
def test_only_who_facilitates_or_hosts_settles_a_question(room, owner, teammate, trainer, act):
    words = {"reason": "The next talk is about that."} if act == "set_aside" else {}
    question = ask(owner, room)
    with pytest.raises(Refused):
        getattr(actions, act)(actor=teammate, question_id=question.pk, **words)
    actions.name_host(actor=trainer, room_id=room.pk, person=teammate, hosts=True)

    getattr(actions, act)(actor=teammate, question_id=question.pk, **words)

    question.refresh_from_db()
    assert (question.settled_by, question.reason) == (teammate, words.get("reason", ""))


def test_name_host_is_for_facilitators_and_ends(room, owner, teammate, trainer):
    with pytest.raises(Refused):
        actions.name_host(actor=owner, room_id=room.pk, person=owner, hosts=True)
    for hosts in (True, False):
        actions.name_host(actor=trainer, room_id=room.pk, person=teammate, hosts=hosts)

    with pytest.raises(Refused):
        actions.bring_in(actor=teammate, question_id=ask(owner, room).pk)
    with pytest.raises(Refused):
        actions.name_host(actor=trainer, room_id=room.pk, person=make_user(), hosts=True)


def test_take_back_takes_ones_own_words_and_nobody_elses(room, owner, teammate):
    question = ask(owner, room)
    actions.take_up(actor=teammate, question_id=question.pk, text="I wonder about that too.")

    actions.take_back(actor=teammate, question_id=question.pk)
    kept = (TakenUp.objects.count(), Question.objects.get().state)
    actions.take_back(actor=owner, question_id=question.pk)

    assert (kept, Question.objects.get().state, Question.objects.get().text) == ((0, "waiting"), "withdrawn", "")


def test_every_change_of_what_waits_is_an_event_that_says_neither_who_nor_what(room, owner, teammate, trainer):
    first, second, third = (ask(owner, room) for _ in range(3))
    actions.take_up(actor=teammate, question_id=first.pk, text="I wonder about that too.")
    actions.take_back(actor=teammate, question_id=first.pk)
    actions.set_aside(actor=trainer, question_id=second.pk, reason="The next talk is about that.")
    actions.take_back(actor=owner, question_id=third.pk)
    actions.name_host(actor=trainer, room_id=room.pk, person=teammate, hosts=True)
    actions.bring_in(actor=trainer, question_id=first.pk)

    told = room.events.filter(kind="questions.changed")
    assert (kinds(room).count("questions.changed"), kinds(room)[-2:]) == (9, ["message.posted", "questions.changed"])
    assert set(told.values_list("author", "whom", "text", "quote")) == {(None, None, "", "")}
    assert [json.loads(drawn(event).json)["html"] for event in told] == [""] * 9


def test_take_back_after_the_room_has_closed_leaves_its_log_alone(room, owner):
    question = ask(owner, room)
    Room.objects.update(closed_at=timezone.now())

    actions.take_back(actor=owner, question_id=question.pk)

    assert kinds(room) == ["questions.changed"]


@pytest.mark.parametrize(
    ("state", "sees"),
    [
        ("waiting", {"owner", "teammate", "trainer", "host"}),
        ("brought_in", {"owner"}),
        ("set_aside", {"owner", "trainer", "host"}),
        ("withdrawn", set()),
    ],
)
def test_visible_to(room, owner, teammate, trainer, outsider, state, sees):
    make_membership(cohort=make_cohort(), person=outsider, part=Part.TRAINER)
    host = make_membership(cohort=room.seminar.cohort).person
    room.participants.create(person=host, hosts=True)
    make_question(room=room, author=owner, state=state)
    people = {"owner": owner, "teammate": teammate, "trainer": trainer, "outsider": outsider, "host": host}

    assert {name for name, person in people.items() if Question.objects.visible_to(person).exists()} == sees


@pytest.mark.parametrize(
    ("keeps", "ended", "kept"), [(True, -1, True), (True, 1, True), (True, 24 * 8, False), (False, -1, True), (False, 1, False)]
)
def test_forget_questions_once_nobody_waits_for_them(room, owner, keeps, ended, kept):
    make_question(room=room, author=owner)
    now = timezone.now()
    ends_at = now - datetime.timedelta(hours=ended)
    Seminar.objects.update(keeps_text=keeps, ends_at=ends_at, starts_at=ends_at - datetime.timedelta(hours=2))

    actions.forget_questions()

    assert Question.objects.exists() is kept
