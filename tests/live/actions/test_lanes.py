"""Language lanes, and turns that wait for the interpreter."""

import datetime
import json
import uuid

import pytest
from django.utils import timezone

from courses.actions.plans import describe_cohort
from live.actions import (
    choose_lane,
    close_room,
    finish_turn,
    interpret,
    move_phase,
    plan_conference,
    plan_seminars,
    plan_series,
    plan_talk,
    react,
    set_lanes,
    withdraw,
)
from live.actions.seminars import open_group_room
from live.events import drawn
from live.models import LaneChoice, PresenceSpan, Room, RoomEvent, Seminar
from live.record import with_lanes
from lms.floor import Phase
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.courses.factories import make_peer_group
from tests.factories import make_cohort, make_membership
from tests.live.factories import make_event, make_room, make_seminar

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def room(owner: User, teammate: User) -> Room:
    room = make_room(seminar=make_seminar(cohort=make_cohort(members=[owner, teammate]), languages=["fr", "es"]))
    make_event(room=room, author=teammate, text="Who carried the silence")
    return room


@pytest.fixture
def interpreter(room: Room) -> User:
    return make_membership(cohort=room.seminar.cohort, part=Part.INTERPRETER).person


@pytest.fixture
def trainer(room: Room) -> User:
    return make_membership(cohort=room.seminar.cohort, part=Part.TRAINER).person


def translate(actor: User, room: Room, **fields: object) -> RoomEvent:
    frame = {"of": 1, "lang": "fr", "text": "Qui portait le silence", "client_id": uuid.uuid4(), **fields}
    return interpret(actor=actor, room_id=room.pk, **frame)[0]  # type: ignore[arg-type]


def is_here(room: Room, *people: User, seat: str = "speaker") -> None:
    now = timezone.now()
    for number, person in enumerate(people):
        times = {"started_at": now - datetime.timedelta(minutes=9 - number), "seen_until": now + datetime.timedelta(minutes=1)}
        PresenceSpan.objects.create(room=room, person=person, seat=seat, process=uuid.uuid4(), **times)


def done(actor: User, room: Room) -> str:
    finish_turn(actor=actor, room_id=room.pk, client_id=uuid.uuid4())
    return str(room.events.latest("seq").kind)


# --- words in a lane


def test_interpret_takes_a_number_and_stands_under_its_message(room: Room, interpreter: User) -> None:
    event = translate(interpreter, room)

    frame = json.loads(drawn(event).json)
    assert (event.seq, frame["type"], frame["of"]) == (2, "message.interpreted", 1)
    assert 'lang="fr"' in frame["html"] and "hidden" not in frame["html"]


def test_interpret_again_is_the_same_translation(room: Room, interpreter: User) -> None:
    client_id = uuid.uuid4()

    events = [translate(interpreter, room, client_id=client_id) for _ in range(2)]

    assert (events[0], room.events.count()) == (events[1], 2)


def test_interpret_is_for_interpreters_and_lanes_that_are_there(
    room: Room, interpreter: User, owner: User, trainer: User, outsider: User
) -> None:
    codes = []
    for actor, fields in [
        (owner, {}),
        (trainer, {}),
        (outsider, {}),
        (interpreter, {"lang": "de"}),
        (interpreter, {"of": 9}),
    ]:
        with pytest.raises(Refused) as refusal:
            translate(actor, room, **fields)  # type: ignore[arg-type]
        codes.append(refusal.value.code)

    assert codes == ["not_a_participant"] * 3 + ["bad_frame"] * 2


@pytest.mark.parametrize(
    ("phase", "may"), [("reflecting", True), ("round", True), ("response", True), ("silence", False), ("closed", False)]
)
def test_interpret_whenever_words_can_be_there(room: Room, interpreter: User, phase: str, may: bool) -> None:
    Room.objects.filter(pk=room.pk).update(phase=phase)
    try:
        translate(interpreter, room)
        did = True
    except Refused:
        did = False

    assert did is may


def test_withdraw_takes_translations_along_and_their_words_are_nowhere(room: Room, interpreter: User, teammate: User) -> None:
    translate(interpreter, room)
    translate(interpreter, room, lang="es", text="Quien cargaba el silencio")

    withdraw(actor=teammate, room_id=room.pk, seq=1)

    lanes = room.events.filter(kind="message.interpreted")
    assert [(lane.text, lane.withdrawn_at is None, json.loads(drawn(lane).json)["html"]) for lane in lanes] == [("", False, "")] * 2


def test_withdraw_of_a_translation_is_its_interpreters_and_leaves_the_message(room: Room, interpreter: User, owner: User) -> None:
    lane = translate(interpreter, room)
    with pytest.raises(Refused):
        withdraw(actor=owner, room_id=room.pk, seq=lane.seq)

    withdraw(actor=interpreter, room_id=room.pk, seq=lane.seq)

    assert list(room.events.in_words().values_list("seq", flat=True)) == [1]


def test_closing_purges_lanes_too(room: Room, interpreter: User, trainer: User) -> None:
    type(room.seminar).objects.update(keeps_text=False)
    translate(interpreter, room)

    close_room(actor=trainer, room_id=room.pk)

    assert not room.events.exclude(text="", lang="").exists()


def test_a_translation_takes_no_answers_of_its_own(room: Room, interpreter: User, owner: User) -> None:
    lane = translate(interpreter, room)

    with pytest.raises(Refused):
        react(actor=owner, room_id=room.pk, seq=lane.seq, kind="heard", on=True)


# --- what somebody reads


@pytest.mark.parametrize(
    ("lang", "original", "hidden"),
    [
        ("", True, (False, True, True)),
        ("fr", False, (True, False, True)),
        ("fr", True, (False, False, True)),
        ("de", False, (False, True, True)),
    ],
)
def test_choose_lane_hides_what_one_does_not_read(
    room: Room, interpreter: User, owner: User, lang: str, original: bool, hidden: tuple[bool, ...]
) -> None:
    translate(interpreter, room)
    translate(interpreter, room, lang="es", text="Quien cargaba el silencio")
    for _ in range(2):
        choose_lane(actor=owner, lang=lang, original=original)

    event = with_lanes(room, list(room.events.drawn()), LaneChoice.objects.get(person=owner))[0]

    assert (event.original_hidden, *(lane.hidden for lane in event.lanes)) == hidden  # type: ignore[attr-defined]


def test_set_lanes_is_for_facilitators_and_for_the_whole_seminar(room: Room, trainer: User, owner: User) -> None:
    with pytest.raises(Refused):
        set_lanes(actor=owner, room_id=room.pk, languages=["de"], consecutive=False)

    for _ in range(2):
        set_lanes(actor=trainer, room_id=room.pk, languages=["de", "de"], consecutive=True)

    room.refresh_from_db()
    room.seminar.refresh_from_db()
    assert (room.seminar.languages, room.consecutive, room.events.filter(kind="lanes.set").count()) == (["de"], True, 1)


# --- turns that wait


@pytest.fixture
def going_round(room: Room, trainer: User, interpreter: User, owner: User, teammate: User) -> Room:
    is_here(room, owner, teammate)
    is_here(room, interpreter, seat="interpreter")
    set_lanes(actor=trainer, room_id=room.pk, languages=["fr"], consecutive=True)
    move_phase(actor=trainer, room_id=room.pk, client_id=uuid.uuid4(), phase=Phase.ROUND)
    return room


def holder(room: Room) -> int | None:
    room.refresh_from_db()
    turns: dict[str, int | None] = room.turns
    return turns["holder"]


def test_a_turn_of_a_round_ends_when_the_interpreter_says_so(going_round: Room, owner: User, teammate: User, interpreter: User) -> None:
    with pytest.raises(Refused):
        done(interpreter, going_round)  # nobody has finished yet
    first = (done(owner, going_round), holder(going_round))
    again = (done(owner, going_round), holder(going_round))
    then = (done(interpreter, going_round), holder(going_round))

    assert (first, again) == (("turn.interpreted", owner.pk), ("turn.interpreted", owner.pk))
    assert (then, going_round.waits_for_interpreter) == (("turn.done", teammate.pk), False)


def test_a_turn_waits_for_no_interpreter_who_is_not_here(going_round: Room, owner: User, teammate: User) -> None:
    done(owner, going_round)
    PresenceSpan.objects.filter(seat="interpreter").update(seen_until=timezone.now())

    assert (done(owner, going_round), holder(going_round)) == ("turn.done", teammate.pk)


def test_a_turn_waits_only_in_consecutive_mode(going_round: Room, owner: User, teammate: User) -> None:
    Room.objects.update(consecutive=False)

    assert (done(owner, going_round), holder(going_round)) == ("turn.done", teammate.pk)


# --- the cohort's languages -----------------------------------------------------------------------------------------


def describe(room: Room, languages: list[str]) -> None:
    cohort = room.seminar.cohort
    cohort.refresh_from_db()
    actor = make_membership(cohort=cohort, part=Part.COORDINATOR).person
    describe_cohort(actor=actor, cohort=cohort, version=cohort.plan_version, details={"languages": languages})


def languages_of(room: Room) -> list[str]:
    return Room.objects.get(pk=room.pk).seminar.languages


def test_follow_languages_reaches_rooms_that_have_those_from_before(room: Room) -> None:
    cohort, soon = room.seminar.cohort, timezone.now() + datetime.timedelta(days=3)
    hours = {"starts_at": soon, "ends_at": soon + datetime.timedelta(hours=1)}
    alike = make_room(seminar=make_seminar(cohort=cohort, **hours))
    chosen = make_room(seminar=make_seminar(cohort=cohort, languages=["fr"], **hours))
    past = soon - datetime.timedelta(days=30)
    over = make_room(seminar=make_seminar(cohort=cohort, starts_at=past, ends_at=past + datetime.timedelta(hours=1)))

    describe(room, ["et", "fr"])

    assert [languages_of(one) for one in (alike, chosen, over)] == [["et", "fr"], ["fr"], []]
    assert alike.events.exists() is False


def test_every_kind_of_room_begins_with_the_lanes_of_its_cohort_and_follows_them() -> None:
    cohort = make_cohort(languages=["fr"])
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    day = timezone.localdate() + datetime.timedelta(days=3)
    hours = {"begins": datetime.time(10), "ends": datetime.time(11), "keeps_text": False}
    conference = plan_conference(actor=trainer, cohort=cohort, title="A day", day=day)
    talk = plan_talk(actor=trainer, conference=conference, title="A talk", hall="Hall", **hours)
    [seminar] = plan_series(actor=trainer, cohort=cohort, title="Open evening", day=day, weeks=1, **hours)
    plan_seminars(cohort=cohort)
    group = open_group_room(group=make_peer_group(cohort)).seminar
    rooms = [talk, seminar, group, Seminar.objects.get(cohort=cohort, kind="practice")]
    before = [one.languages for one in rooms]

    describe(talk.main_room(), ["et"])

    assert (before, [Seminar.objects.get(pk=one.pk).languages for one in rooms]) == ([["fr"]] * 4, [["et"]] * 4)


def test_follow_languages_tells_an_open_room(room: Room, teammate: User) -> None:
    soon = timezone.now() + datetime.timedelta(hours=1)
    opened = make_room(seminar=make_seminar(cohort=room.seminar.cohort, ends_at=soon), opened_at=timezone.now())
    make_event(room=opened, author=teammate, text="Good morning")

    describe(opened, ["et"])

    assert opened.events.latest("seq").data["languages"] == ["et"]
    assert languages_of(opened) == ["et"]
