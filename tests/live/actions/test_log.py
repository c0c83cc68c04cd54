"""What changes in the live rooms, and what must never."""

import datetime
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import pytest
from django.db import connections
from django.utils import timezone

from courses.actions.members import change_part, remove_member
from courses.models import Progress
from live.actions import (
    close_room,
    count_attendance,
    end_access,
    keep_stays,
    log,
    open_room,
    plan_seminars,
    say,
    sweep_revocations,
    time_here,
    withdraw,
)
from live.events import Stay
from live.models import PresenceSpan, Revocation, Room, RoomEvent, Seminar
from live.tickets import session_hash
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_sitting, make_user
from tests.live.factories import make_event, make_room, make_seminar

BOTH = ["default", "keys"]
pytestmark = pytest.mark.django_db(databases=BOTH)


@pytest.fixture
def room(owner: User, teammate: User) -> Room:
    return make_room(members=[owner, teammate])


def speak(actor: User, room: Room, text: str = "Words", **fields: Any) -> RoomEvent:
    return say(actor=actor, room_id=room.pk, text=text, client_id=fields.pop("client_id", None) or uuid.uuid4(), **fields)[0]


# --- say


def test_say_takes_the_rooms_next_number(room: Room, owner: User, teammate: User) -> None:
    other = make_room(members=[owner])

    events = [speak(owner, room), speak(teammate, room), speak(owner, other)]

    assert [event.seq for event in events] == [1, 2, 1]
    room.refresh_from_db()
    assert room.last_seq == 2


def test_say_again_is_the_same_message_even_after_the_phase_moved(room: Room, owner: User) -> None:
    client_id = uuid.uuid4()
    first = say(actor=owner, room_id=room.pk, text="Once", client_id=client_id)
    Room.objects.filter(pk=room.pk).update(phase="closed", closed_at=timezone.now())

    again = say(actor=owner, room_id=room.pk, text="Once, changed", client_id=client_id)

    assert (first[1], again) == (True, (first[0], False))
    assert list(room.events.values_list("text", flat=True)) == ["Once"]


def test_say_keeps_client_ids_of_different_people_apart(room: Room, owner: User, teammate: User) -> None:
    client_id = uuid.uuid4()

    events = [speak(person, room, client_id=client_id) for person in (owner, teammate)]

    assert [event.seq for event in events] == [1, 2]


def test_say_refused_takes_no_number(room: Room, owner: User, outsider: User) -> None:
    room.participants.create(person=owner, part="listener")
    codes = []

    for person in (owner, outsider):
        with pytest.raises(Refused) as refusal:
            speak(person, room)
        codes.append(refusal.value.code)

    room.refresh_from_db()
    assert (codes, room.last_seq, room.events.count()) == (["not_your_turn", "not_a_participant"], 0, 0)


def test_say_in_a_room_that_is_closed_or_not_there(room: Room, owner: User) -> None:
    Room.objects.filter(pk=room.pk).update(phase="closed", closed_at=timezone.now())
    absent = Room(pk=uuid.uuid4())
    codes = []

    for place in (room, absent):
        with pytest.raises(Refused) as refusal:
            speak(owner, place)
        codes.append(refusal.value.code)

    assert codes == ["room_closed", "not_a_participant"]


def test_say_too_much_at_once_waits_and_then_goes(room: Room, owner: User, teammate: User) -> None:
    for _ in range(20):
        speak(owner, room)
    with pytest.raises(Refused) as refusal:
        speak(owner, room)
    speak(teammate, room)
    room.events.update(at=timezone.now() - datetime.timedelta(seconds=11))

    assert (refusal.value.code, speak(owner, room).seq) == ("too_fast", 22)


def test_say_takes_up_only_words_that_stand_there(room: Room, owner: User, teammate: User) -> None:
    speak(owner, room, "I was counting\nthe seconds")
    withdrawn = speak(owner, room, "gone")
    withdraw(actor=owner, room_id=room.pk, seq=withdrawn.seq)
    refused = []

    for answers, quote in ((1, "never said"), (2, "gone"), (2, ""), (99, "")):
        with pytest.raises(Refused) as refusal:
            speak(teammate, room, answers=answers, quote=quote)
        refused.append(refusal.value.code)
    event = speak(teammate, room, answers=1, quote="counting the")

    assert (refused, event.answers, event.quote) == (["bad_frame"] * 4, 1, "counting the")


@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_say_by_many_at_once_is_numbered_without_gaps_in_commit_order() -> None:
    """A reader that asks "after n" while eight people write never misses one."""
    people = [make_user() for _ in range(8)]
    room = make_room(members=people)
    writing = threading.Event()
    seen: list[int] = []
    writing.set()

    def write(person: User) -> None:
        try:
            for _ in range(10):
                speak(person, room)
        finally:
            connections.close_all()

    def read() -> None:
        try:
            while True:
                last_round = not writing.is_set()
                after = seen[-1] if seen else 0
                seen.extend(RoomEvent.objects.filter(room=room, seq__gt=after).order_by("seq").values_list("seq", flat=True))
                if last_round:
                    return
        finally:
            connections.close_all()

    with ThreadPoolExecutor(9) as pool:
        reader = pool.submit(read)
        try:
            for writer in [pool.submit(write, person) for person in people]:
                writer.result()
        finally:
            writing.clear()
        reader.result()

    assert seen == list(range(1, 81))


@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_say_the_same_many_times_at_once_is_one_message() -> None:
    person = make_user()
    room, client_id = make_room(members=[person]), uuid.uuid4()

    def write(_: int) -> tuple[int, bool]:
        try:
            event, fresh = say(actor=person, room_id=room.pk, text="Once", client_id=client_id)
            return event.seq, fresh
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(write, range(50)))

    assert answers == [(1, False)] * 49 + [(1, True)]
    assert room.events.count() == 1


@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_say_pace_holds_when_many_come_at_once() -> None:
    person = make_user()
    room = make_room(members=[person])

    def write(_: int) -> bool:
        try:
            speak(person, room)
        except Refused:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        kept = sum(pool.map(write, range(30)))

    assert (kept, room.events.count()) == (20, 20)


@pytest.mark.django_db(transaction=True, databases=BOTH)
@pytest.mark.parametrize("part", [None, Part.ALUMNUS])
def test_say_never_follows_a_removal_or_another_part(part: Part | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """S35: eight who speak and one who takes the part away, at once; what was said when that had been done is all there is."""
    person, coordinator = make_user(), make_user(coordinates=True)
    room = make_room(members=[person])
    membership = room.seminar.cohort.memberships.get()
    monkeypatch.setattr(log, "require_pace", lambda actor, room: time.sleep(0.1))  # between the question and the answer

    def work(number: int) -> int:
        try:
            if number != 3:
                return speak(person, room).seq and -1
            time.sleep(0.05)
            if part:
                change_part(actor=coordinator, membership=membership, part=part)
            else:
                remove_member(actor=coordinator, membership=membership)
            return room.events.count()
        except Refused:
            return -2
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(work, range(8)))

    assert room.events.count() == answers[3]
    with pytest.raises(Refused):
        speak(person, room)


def test_say_is_told_after_commit_only(room: Room, owner: User, django_capture_on_commit_callbacks) -> None:
    with mock.patch("lms.realtime.publish") as publish:
        with django_capture_on_commit_callbacks() as waiting:
            speak(owner, room)
        before = publish.call_count
        for callback in waiting:
            callback()

    assert (before, publish.call_count, publish.call_args.args[1]["seq"]) == (0, 1, 1)


# --- withdraw, open, close


def test_withdraw_takes_the_words_out_of_the_row_and_of_every_quotation(room: Room, owner: User, teammate: User) -> None:
    event = speak(owner, room, "Words taken back")
    answer = speak(teammate, room, "I heard that", answers=1, quote="taken back")

    withdraw(actor=owner, room_id=room.pk, seq=event.seq)

    event.refresh_from_db()
    answer.refresh_from_db()
    assert (event.text, event.seq, event.withdrawn_at is not None) == ("", 1, True)
    assert (answer.text, answer.quote, answer.answers) == ("I heard that", "", 1)
    assert list(room.events.values_list("seq", "kind", "data")) == [
        (1, "message.posted", {}),
        (2, "message.posted", {}),
        (3, "message.withdrawn", {"of": 1}),
    ]


def test_withdraw_twice_is_once(room: Room, owner: User) -> None:
    event = speak(owner, room)

    for _ in range(2):
        withdraw(actor=owner, room_id=room.pk, seq=event.seq)

    assert room.events.count() == 2


@pytest.mark.parametrize("who", ["teammate", "trainer", "outsider", "removed author"])
def test_withdraw_is_for_the_author_while_they_belong_here(room: Room, owner: User, teammate: User, outsider: User, who: str) -> None:
    speak(owner, room, "Mine")
    trainer = make_user()
    make_membership(cohort=room.seminar.cohort, person=trainer, part=Part.TRAINER)
    if who == "removed author":
        owner.memberships.update(ended_at=timezone.now())
    actor = {"teammate": teammate, "trainer": trainer, "outsider": outsider, "removed author": owner}[who]

    with pytest.raises(Refused):
        withdraw(actor=actor, room_id=room.pk, seq=1)

    assert room.events.get().text == "Mine"


@pytest.mark.parametrize(
    ("part", "allowed"), [(Part.TRAINER, True), (Part.GUEST_TRAINER, True), (Part.TRAINEE, False), (Part.COORDINATOR, False), (None, False)]
)
@pytest.mark.parametrize("act", [close_room, open_room])
def test_open_and_close_room_are_for_facilitators(room: Room, part: Part | None, allowed: bool, act) -> None:
    person = make_user()
    if part:
        make_membership(cohort=room.seminar.cohort, person=person, part=part)

    if allowed:
        act(actor=person, room_id=room.pk)
    else:
        with pytest.raises(Refused):
            act(actor=person, room_id=room.pk)


def test_close_room_twice_and_open_it_again(room: Room, owner: User) -> None:
    trainer = make_user()
    make_membership(cohort=room.seminar.cohort, person=trainer, part=Part.TRAINER)

    for act in (close_room, close_room, open_room, open_room):
        act(actor=trainer, room_id=room.pk)

    assert list(room.events.values_list("kind", "data__phase")) == [
        ("phase.moved", "closed"),
        ("phase.moved", "conversation"),
    ]
    assert speak(owner, room).seq == 3


# --- who is here


def span(room: Room, person: User, start: int, end: int) -> None:
    """Somebody was here from so many minutes ago until so many minutes ago."""
    now = timezone.now()
    times = {"started_at": now - datetime.timedelta(minutes=start), "seen_until": now - datetime.timedelta(minutes=end)}
    PresenceSpan.objects.create(room=room, person=person, seat="speaker", process=uuid.uuid4(), **times)


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [([], 0), ([(20, 15)], 5), ([(20, 15), (10, 4)], 11), ([(20, 10), (15, 5)], 15), ([(20, 5), (15, 10)], 15), ([(5, -1)], 5)],
)
def test_time_here_counts_every_minute_once(room: Room, owner: User, spans: list[tuple[int, int]], minutes: int) -> None:
    for start, end in spans:
        span(room, owner, start, end)

    assert round(time_here(room, owner).total_seconds() / 60) == minutes


def test_keep_stays_opens_extends_and_ends(room: Room, owner: User) -> None:
    process, began = uuid.uuid4(), timezone.now() - datetime.timedelta(minutes=3)
    stay = Stay(room.pk, owner.pk, "speaker", began)
    counts = []

    for left_at in (None, None, began + datetime.timedelta(minutes=2)):
        keep_stays(process=process, stays=[Stay(room.pk, owner.pk, stay.seat, began, left_at)])
        counts.append((PresenceSpan.objects.count(), PresenceSpan.objects.now().count()))

    assert counts == [(1, 1), (1, 1), (1, 0)]
    assert room.participants.count() == 1


def test_count_attendance_after_ten_minutes_in_a_sitting(owner: User, teammate: User) -> None:
    cohort = make_cohort(members=[owner, teammate])
    block = make_block(cohort=cohort)
    live, reading = make_activity(module=block.module, type="live"), make_activity(module=block.module)
    make_sitting(block=block, activities=[live, reading])
    plan_seminars(cohort=cohort)
    room = Room.objects.get(seminar__kind=Seminar.Kind.COHORT_SITTING)
    practice = Room.objects.get(seminar__kind=Seminar.Kind.PRACTICE)
    for place, person, minutes in ((room, owner, 11), (room, teammate, 9), (practice, teammate, 30)):
        span(place, person, minutes, 0)
        place.participants.create(person=person)

    counted = [count_attendance(rooms=[room.pk, practice.pk]) for _ in range(2)]

    assert counted == [1, 0]
    assert list(Progress.objects.filter(done_at__isnull=False).values_list("person", "activity", "how")) == [(owner.pk, live.pk, "present")]


def test_count_attendance_of_somebody_who_does_not_work_through_the_course(owner: User) -> None:
    cohort = make_cohort()
    make_membership(cohort=cohort, person=owner, part=Part.INTERPRETER)
    block = make_block(cohort=cohort)
    make_sitting(block=block, activities=[make_activity(module=block.module, type="live")])
    plan_seminars(cohort=cohort)
    room = Room.objects.get(seminar__kind=Seminar.Kind.COHORT_SITTING)
    span(room, owner, 30, 0)
    room.participants.create(person=owner)

    assert (count_attendance(rooms=[room.pk]), Progress.objects.count()) == (1, 0)


# --- ways in that end


def test_end_access_of_a_person_or_of_sign_ins(owner: User) -> None:
    end_access(person=owner)
    end_access(person=owner, session_keys=["one", "two"])
    end_access(person=owner, session_keys=[])

    rows: list[Any] = list(Revocation.objects.order_by("pk").values_list("person", "session", "room"))
    assert rows == [(owner.pk, "", None), (None, session_hash("one"), None), (None, session_hash("two"), None)]


def test_sweep_revocations_forgets_yesterdays(owner: User) -> None:
    end_access(person=owner)
    end_access(person=owner)
    Revocation.objects.filter(pk=Revocation.objects.earliest("pk").pk).update(at=timezone.now() - datetime.timedelta(days=2))

    assert (sweep_revocations(), sweep_revocations(), Revocation.objects.count()) == (1, 0, 1)


# --- seminars


def test_plan_seminars_makes_one_for_each_sitting_and_a_practice_room() -> None:
    cohort = make_cohort()
    block = make_block(cohort=cohort)
    plain = make_activity(module=block.module, type="reading")
    live = make_activity(module=block.module, type="live", before={"asked": "Listen first."})
    sittings = [make_sitting(block=block, activities=[plain, live], title="One"), make_sitting(block=block, title="Two")]
    make_sitting(block=make_block(cohort=make_cohort()))

    for _ in range(2):
        plan_seminars(cohort=cohort)

    seminars = Seminar.objects.order_by("sitting")
    assert list(seminars.exclude(sitting=None).values_list("sitting", "title", "before", "kind")) == [
        (sittings[0].pk, "One", {"asked": "Listen first."}, "cohort_sitting"),
        (sittings[1].pk, "Two", {}, "cohort_sitting"),
    ]
    assert list(seminars.filter(sitting=None).values_list("cohort", "kind", "starts_at", "ends_at")) == [
        (cohort.pk, "practice", None, None)
    ]
    rooms = Room.objects.values_list("seminar__kind", "kind", "phase")
    assert sorted(rooms) == [("cohort_sitting", "main", "arriving")] * 2 + [("practice", "main", "conversation")]


def test_plan_seminars_again_follows_moved_sittings_and_keeps_the_room() -> None:
    cohort = make_cohort()
    sitting = make_sitting(block=make_block(cohort=cohort))
    plan_seminars(cohort=cohort)
    room = Room.objects.get(seminar__sitting=sitting)
    sitting.starts_at += datetime.timedelta(days=1)
    sitting.ends_at += datetime.timedelta(days=1)
    sitting.save()

    plan_seminars(cohort=cohort)

    seminar = Seminar.objects.get(sitting=sitting)
    assert (seminar.starts_at, seminar.ends_at, seminar.rooms.get()) == (sitting.starts_at, sitting.ends_at, room)


def test_statements_of_a_room_are_few(room: Room, owner: User, django_assert_max_num_queries) -> None:
    make_event(room=room, author=owner)
    with django_assert_max_num_queries(11):
        speak(owner, room)


def test_seminar_times_are_whole(owner: User) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        make_seminar(ends_at=None)


def test_actions_publish_nothing_themselves() -> None:
    assert not hasattr(log, "publish")
