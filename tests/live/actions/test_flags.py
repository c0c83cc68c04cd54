"""Words that were pointed out: who is told, how long they are kept, who deals with them."""

import datetime

import pytest
from django.utils import timezone

from live.actions import close_room, flag_message, settle_flag, sweep_flags, withdraw
from live.models import Flag, Room
from lms.notifications.models import Notice
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.factories import make_membership, make_user
from tests.live.factories import make_event, make_flag, make_room

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def room(owner: User, teammate: User) -> Room:
    room = make_room(members=[owner, teammate])
    make_event(room=room, author=teammate, text="Words that hurt")
    return room


@pytest.fixture
def trainer(room: Room) -> User:
    return make_membership(cohort=room.seminar.cohort, part=Part.TRAINER).person


def flag(actor: User, room: Room, seq: int = 1) -> Flag:
    return flag_message(actor=actor, room_id=room.pk, seq=seq, reason="It hurts")


def told() -> set[tuple[int, str]]:
    return set(Notice.objects.values_list("person", "kind"))


def test_flag_message_tells_its_author_and_the_facilitators_and_nobody_else(room: Room, owner: User, teammate: User, trainer: User) -> None:
    coordinator = make_membership(cohort=room.seminar.cohort, part=Part.COORDINATOR).person

    flagged = flag(owner, room)

    assert told() == {(teammate.pk, "moderation"), (trainer.pk, "care")}
    assert [list(Flag.objects.visible_to(person)) for person in (owner, teammate, trainer, coordinator, make_user())] == [
        *[[flagged]] * 3,
        [],
        [],
    ]
    assert not Notice.objects.exclude(words="").exists()
    assert room.events.count() == 1  # nobody in the room sees it


def test_flag_message_again_is_the_same_and_two_people_tell_the_author_once(room: Room, owner: User, teammate: User, trainer: User) -> None:
    other = make_membership(cohort=room.seminar.cohort).person

    flags = {flag(person, room).pk for person in (owner, owner, other)}

    assert (len(flags), Notice.objects.filter(person=teammate).count(), Notice.objects.filter(person=trainer).count()) == (2, 1, 2)


def test_flag_message_keeps_the_words_of_a_room_that_keeps_nothing(room: Room, owner: User, trainer: User) -> None:
    room.seminar.keeps_text = False
    room.seminar.save()
    flagged = flag(owner, room)

    close_room(actor=trainer, room_id=room.pk)

    flagged.refresh_from_db()
    assert (flagged.words, room.events.get(seq=1).text) == ("Words that hurt", "")
    assert flagged.keep_until - flagged.at == pytest.approx(datetime.timedelta(days=30), abs=datetime.timedelta(seconds=5))


def test_flag_message_is_for_words_of_others_that_are_there(room: Room, owner: User, teammate: User, outsider: User) -> None:
    gone = make_event(room=room, author=teammate)
    withdraw(actor=teammate, room_id=room.pk, seq=gone.seq)
    codes = []

    for actor, seq in ((teammate, 1), (owner, gone.seq), (owner, 9), (outsider, 1)):
        with pytest.raises(Refused) as refusal:
            flag(actor, room, seq)
        codes.append(refusal.value.code)

    assert (codes, Flag.objects.count()) == (["bad_frame", "bad_frame", "bad_frame", "not_a_participant"], 0)


def test_settle_flag_takes_the_words_away_and_tells_both(room: Room, owner: User, teammate: User, trainer: User) -> None:
    flagged = flag(owner, room)
    Notice.objects.all().delete()

    for _ in range(2):
        settle_flag(actor=trainer, flag=flagged, answer="We talked")

    flagged.refresh_from_db()
    assert (flagged.words, flagged.answer, flagged.settled_by) == ("", "We talked", trainer)
    assert told() == {(owner.pk, "moderation"), (teammate.pk, "moderation")}


def test_settle_flag_is_for_facilitators_who_did_not_write_the_words(room: Room, owner: User, teammate: User, trainer: User) -> None:
    own = make_flag(room=room, author=trainer)
    another = flag(owner, room)

    for actor, flagged in ((trainer, own), (owner, another), (teammate, another)):
        with pytest.raises(Refused):
            settle_flag(actor=actor, flag=flagged, answer="Nothing to see")


def test_sweep_flags_forgets_them_after_their_time(room: Room, teammate: User) -> None:
    make_flag(room=room, author=teammate, keep_until=timezone.now())
    kept = make_flag(room=room, author=teammate)

    assert (sweep_flags(), list(Flag.objects.all())) == (1, [kept])
