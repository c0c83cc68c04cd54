"""Seminars, rooms and sockets for tests: one saved object each, with sensible defaults."""

import datetime
import uuid
from typing import Any

from channels.testing import WebsocketCommunicator
from django.utils import timezone

from courses.models import Cohort
from live.models import CalendarEvent, Conference, DatesChange, Flag, Question, Room, RoomEvent, Seminar
from live.permissions import standing
from live.tickets import Ticket, session_hash, sign
from lms.users.models import User
from tests.factories import make_cohort, make_membership

SESSION = "a-session-key"
ORIGIN = [(b"origin", b"http://testserver"), (b"cookie", f"sessionid={SESSION}".encode())]  # of a browser that is signed in


def make_seminar(*, cohort: Cohort | None = None, **overrides: Any) -> Seminar:
    """An hour that began just now."""
    now = timezone.now()
    fields = {"kind": Seminar.Kind.COHORT_SITTING, "title": "A sitting", "starts_at": now, "ends_at": now + datetime.timedelta(hours=1)}
    return Seminar.objects.create(cohort=cohort or make_cohort(), **{**fields, **overrides})


def make_room(*, members: list[User] | None = None, seminar: Seminar | None = None, **overrides: Any) -> Room:
    """A main room that is open now; members are trainees."""
    seminar = seminar or make_seminar(cohort=make_cohort(members=members))
    return Room.objects.create(seminar=seminar, **overrides)


def make_conference(cohort: Cohort, **overrides: Any) -> Conference:
    """A day of talks today, without any yet."""
    return Conference.objects.create(cohort=cohort, **{"title": "A day of talks", "day": cohort.today(), **overrides})


def make_event_of(cohort: Cohort, **overrides: Any) -> CalendarEvent:
    """An hour tomorrow at ten, UTC, as calendar programs know it."""
    starts = (timezone.now() + datetime.timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0)
    fields = {"key": f"seminar:{uuid.uuid4()}", "kind": "cohort_sitting", "title": "A sitting", "zone": cohort.time_zone, "path": "/here/"}
    fields |= {"starts_at": starts, "ends_at": starts + datetime.timedelta(hours=1)}
    return CalendarEvent.objects.create(cohort=cohort, **{**fields, **overrides})


def make_dates_change(cohort: Cohort, person: User) -> DatesChange:
    """A sitting moved by a day, of which this person was told."""
    starts = timezone.now() + datetime.timedelta(days=7)
    before, after = ([one.isoformat(), one.isoformat()] for one in (starts, starts + datetime.timedelta(days=1)))
    change = DatesChange.objects.create(cohort=cohort, changes=[["sitting", "A sitting", before, after]])
    change.tellings.create(person=person, due_at=timezone.now(), told_at=timezone.now())
    return change


def make_question(*, room: Room, author: User, text: str = "What about silence?", **overrides: Any) -> Question:
    """It waits beside a talk."""
    return Question.objects.create(room=room, author=author, text=text, client_id=uuid.uuid4(), **overrides)


def make_small_room(*, main: Room, people: list[User] | None = None, **overrides: Any) -> Room:
    """A small room beside a main room, open now, with these people in it."""
    fields = {"kind": Room.Kind.SMALL, "number": 1, "opened_at": timezone.now()}
    small = Room.objects.create(seminar=main.seminar, **{**fields, **overrides})
    for person in people or []:
        small.participants.create(person=person, placed=True)
    return small


def make_event(*, room: Room, author: User, text: str = "Something said", **overrides: Any) -> RoomEvent:
    """The room's next message."""
    room.last_seq += 1
    Room.objects.filter(pk=room.pk).update(last_seq=room.last_seq)
    fields = {"kind": RoomEvent.Kind.POSTED, "client_id": uuid.uuid4(), "text": text}
    return RoomEvent.objects.create(room=room, seq=room.last_seq, author=author, **{**fields, **overrides})


def make_flag(*, room: Room, author: User, person: User | None = None, **overrides: Any) -> Flag:
    """A new message of this author, pointed out by somebody of the cohort."""
    person = person or make_membership(cohort=room.seminar.cohort).person
    event = make_event(room=room, author=author)
    kept = {"words": event.text, "reason": "It hurts", "keep_until": timezone.now() + datetime.timedelta(days=30)}
    return Flag.objects.create(room=room, event=event, author=author, person=person, **{**kept, **overrides})


def make_ticket(person: User, room: Room, *, session: str = SESSION, **overrides: Any) -> str:
    """What the room's page would carry for this person, whoever they are."""
    who = standing(person, room)
    until = who.open_until()
    fields = {
        "person": person.pk,
        "room": room.pk.hex,
        "name": person.display_name,
        "initials": person.initials,
        "seat": str(who.seat or "speaker"),
        "speaks": who.may_speak(),
        "session": session_hash(session),
        "until": until.timestamp() if until else None,
    }
    return sign(Ticket(**{**fields, **overrides}))


def socket_to(room_id: uuid.UUID, headers: list[tuple[bytes, bytes]] | None = None) -> WebsocketCommunicator:
    from lms.asgi import application

    return WebsocketCommunicator(application, f"/ws/room/{room_id}/", headers=ORIGIN if headers is None else headers)
