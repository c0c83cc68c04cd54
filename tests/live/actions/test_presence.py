import datetime
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Attendance
from live import actions, events
from live.actions import count_minutes, keep_stays, vouch_for_facilitators
from live.actions.presence import note_reader
from live.events import Stay
from live.models import BY_PAGE, PresenceSpan, Room
from live.people import company
from live.permissions import standing
from lms.floor import Phase, Seat
from tests.factories import make_block, make_cohort, make_sitting
from tests.live.actions.conftest import Circle, come, drop_out
from tests.live.factories import make_room, make_seminar, make_small_room

pytestmark = pytest.mark.django_db
TEN = datetime.datetime(2027, 3, 4, 10, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def clock(monkeypatch):
    """Sets the time by hand, in minutes after ten."""

    def at(minute: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: TEN + minute * MINUTE)

    at(0)
    return at


@pytest.fixture
def room(owner, clock) -> Room:
    """Of a sitting from ten to eleven."""
    cohort = make_cohort(members=[owner])
    sitting = make_sitting(block=make_block(cohort=cohort), starts_at=TEN, ends_at=TEN + 60 * MINUTE)
    return make_room(seminar=make_seminar(cohort=cohort, sitting=sitting, starts_at=TEN, ends_at=TEN + 60 * MINUTE))


def read(room: Room, person) -> None:
    note_reader(who=standing(person, Room.objects.for_page(person).get(pk=room.pk)))


def spans(room: Room) -> list[tuple[float, float]]:
    rows = room.spans.order_by("started_at").values_list("started_at", "seen_until")
    return [((start - TEN) / MINUTE, (until - TEN) / MINUTE) for start, until in rows]


def test_note_reader_holds_for_five_minutes_and_again_with_each_page(room, owner, clock):
    for minute in (0, 4, 8.5, 20):
        clock(minute)
        read(room, owner)

    assert spans(room) == [(0, 13.5), (20, 25)]
    clock(70)
    count_minutes(seminar_id=room.seminar_id)
    assert Attendance.objects.get(person=owner).minutes == 18  # thirteen and a half, and five


@pytest.mark.parametrize("state", ["early", "closed", "outside"])
def test_note_reader_notes_nobody_who_may_not_be_there(room, owner, outsider, clock, state):
    clock(-30 if state == "early" else 0)
    if state == "closed":
        Room.objects.update(closed_at=timezone.now())

    read(room, outsider if state == "outside" else owner)

    assert spans(room) == []


def test_note_reader_ends_where_the_socket_of_the_same_person_begins(room, owner, teammate, clock):
    room.seminar.cohort.memberships.create(person=teammate, part="trainee")
    for person in (owner, teammate):
        read(room, person)
    clock(0.1)
    stay = Stay(room.pk, owner.pk, "speaker", timezone.now())
    process = uuid.uuid4()
    keep_stays(process=process, stays=[stay])
    clock(1)
    keep_stays(process=process, stays=[Stay(room.pk, owner.pk, "speaker", stay.started_at, timezone.now())])

    by_page = dict(PresenceSpan.objects.filter(process=BY_PAGE).values_list("person", "seen_until"))
    assert {person: (until - TEN) / MINUTE for person, until in by_page.items()} == {owner.pk: 0.1, teammate.pk: 5}
    clock(2)
    assert [person.id for person in events.people_here([room.pk])[room.pk]] == [teammate.pk]


def test_keep_stays_says_when_it_did_and_for_who_left_when_they_left(room, owner, clock):
    process, told = uuid.uuid4(), []
    for minutes, left_at in [(0, None), (1, None), (3, TEN + 2 * MINUTE)]:
        clock(minutes)
        keep_stays(process=process, stays=[Stay(room.pk, owner.pk, "speaker", TEN, left_at)])
        told += PresenceSpan.objects.values_list("vouched_at", flat=True)

    assert [(at - TEN) / MINUTE for at in told] == [0, 1, 2]


def test_vouch_for_facilitators_means_who_facilitates_there_by_this_process_and_is_here(circle: Circle, django_assert_num_queries):
    room, small = circle.room, make_small_room(main=circle.room, people=[circle.ben])
    by_this = [
        come(room, circle.trainer, seat="facilitator"),
        come(room, circle.ana),
        come(room, circle.ben, seat="facilitator", until=-1),
        come(small, circle.ben, seat="facilitator"),
    ]
    process = uuid.uuid4()
    PresenceSpan.objects.filter(pk__in=[span.pk for span in by_this]).update(process=process)

    with django_assert_num_queries(1):
        vouch_for_facilitators(process=process, rooms=[room.pk])

    vouched = PresenceSpan.objects.exclude(vouched_at=None)
    assert list(vouched.values_list("room", "person", "process")) == [(room.pk, circle.trainer.pk, process)]


def test_who_reads_the_page_is_here_and_never_drops_out(circle: Circle):
    room, ana = circle.room, circle.ana
    room.spans.filter(person=ana).delete()
    room = Room.objects.for_page(ana).get(pk=room.pk)
    before = company(room)
    note_reader(who=standing(ana, room))
    during = company(room)
    drop_out(room, ana)  # five minutes went by without a page
    after = company(room)

    assert [ana.pk in one.here for one in (before, during, after)] == [False, True, False]
    assert [ana.pk in one.gone for one in (before, during, after)] == [False, False, False]


def test_who_lost_their_line_and_reads_the_page_is_not_gone(circle: Circle):
    drop_out(circle.room, circle.ana)
    room = Room.objects.for_page(circle.ana).get(pk=circle.room.pk)
    before = company(room)

    note_reader(who=standing(circle.ana, room))

    assert [circle.ana.pk in one.gone for one in (before, company(room))] == [True, False]
    circle.move(Phase.ROUND)
    assert circle.ana.pk in circle.turns.everybody


def test_note_reader_notes_the_own_seat_and_not_one_that_was_given_for_a_while(circle: Circle):
    circle.act(actions.set_parts, circle.trainer, seats={circle.ana.pk: Seat.REFLECTOR, circle.ben.pk: Seat.REFLECTOR})
    room = Room.objects.for_page(circle.ana).get(pk=circle.room.pk)
    note_reader(who=standing(circle.ana, room))
    assert room.spans.get(person=circle.ana, process=BY_PAGE).seat == Seat.SPEAKER


def test_the_rooms_page_and_a_post_to_it_say_that_somebody_is_there(owner):
    room = make_room(members=[owner])
    client = Client()
    client.force_login(owner)

    page = client.get(reverse("live:room", args=[room.pk])).content.decode()
    first = PresenceSpan.objects.get(process=BY_PAGE).seen_until
    client.post(reverse("live:room-say", args=[room.pk]), {"text": "Here", "client_id": uuid.uuid4()}, follow=True)
    earlier = client.get(reverse("live:room", args=[room.pk]) + "?before=1")

    assert "for five minutes each time you read it anew" in page
    assert PresenceSpan.objects.get(process=BY_PAGE).seen_until > first
    assert earlier.status_code == 200
