"""Does for the tests what pages would do, on the servers that are being tested. One JSON object in, one out.

python -m tests.faults.desk
"""

import datetime
import json
import sys
import uuid
from typing import Any

import django

django.setup()

from django.db import connections
from django.db.models import F
from django.urls import reverse

from courses.actions.members import remove_member
from courses.models import Membership
from live import actions, events
from live.models import Participant, PresenceSpan, Room, RoomEvent, Seminar
from lms.permissions import Part
from lms.users.models import User
from tests.factories import make_user
from tests.faults.put import sign_in
from tests.live.crowds import make_crowd, ticket_of


def make(people: int, facilitators: int = 0) -> dict[str, Any]:
    """A room and its people; the first so many of them facilitate."""
    room, crowd = make_crowd(people)
    Membership.objects.filter(person__in=crowd[:facilitators]).update(part=Part.TRAINER)
    return {"room": str(room.pk), "people": [person.pk for person in crowd]}


def make_hall(people: int, holds: int) -> dict[str, Any]:
    """The room of a talk that holds so many, its cohort's people, of whom the first facilitates, and the sign-in of each."""
    made = make(people, facilitators=1)
    Seminar.objects.filter(rooms=made["room"]).update(kind=Seminar.Kind.TALK, capacity=holds)
    where = Seminar.objects.values_list("cohort__slug", "pk").get(rooms=made["room"])
    found = User.objects.in_bulk(made["people"])
    addresses = {"lobby": reverse("live:lobby", args=where), "door": reverse("live:come-in", args=where)}
    return {**made, **addresses, "sessions": [sign_in(found[person]) for person in made["people"]]}


def age_room(room: str, seconds: int) -> dict[str, Any]:
    """The form of the room has been as it is for so many seconds more."""
    ago = datetime.timedelta(seconds=seconds)
    Room.objects.filter(pk=room).update(phase_at=F("phase_at") - ago, facilitated_at=F("facilitated_at") - ago)
    return {}


def age_people(room: str, people: list[int], seconds: int) -> dict[str, Any]:
    """These people came, spoke and went so many seconds earlier. Nobody else's time passes."""
    ago = datetime.timedelta(seconds=seconds)
    RoomEvent.objects.filter(room=room, author__in=people).update(at=F("at") - ago)
    Participant.objects.filter(room=room, person__in=people).update(came_at=F("came_at") - ago)
    spans = PresenceSpan.objects.filter(room=room, person__in=people)
    spans.update(started_at=F("started_at") - ago, seen_until=F("seen_until") - ago, vouched_at=F("vouched_at") - ago)
    return {}


def slow_down(actor: int, room: str, seconds: int) -> dict[str, Any]:
    actions.slow_down(actor=User.objects.get(pk=actor), room_id=uuid.UUID(room), seconds=seconds)
    return {}


def name_host(actor: int, room: str, person: int) -> dict[str, Any]:
    both = User.objects.in_bulk([actor, person])
    actions.name_host(actor=both[actor], room_id=uuid.UUID(room), person=both[person], hosts=True)
    return {}


def remove(person: int) -> dict[str, Any]:
    """Takes somebody out of their cohort, as a coordinator does."""
    coordinator = User.objects.filter(coordinates=True).first() or make_user(coordinates=True)
    remove_member(actor=coordinator, membership=Membership.objects.get(person=person))
    return {}


def let_in(person: int, room: str) -> dict[str, Any]:
    """Their sign-in, and the ticket that a page of the room would carry now."""
    return {"session": sign_in(User.objects.get(pk=person)), "ticket": ticket_of(person, uuid.UUID(room))}


def page(room: str, until: int) -> dict[str, Any]:
    """What a page shows of a room up to a number."""
    return {"events": [event.json for event in events.after(uuid.UUID(room), 0, until)] if until else []}


DO = {one.__name__: one for one in (make, make_hall, page, age_room, age_people, slow_down, name_host, remove, let_in)}

if __name__ == "__main__":
    for line in sys.stdin:
        wish = json.loads(line)
        connections.close_all()
        sys.stdout.write(json.dumps(DO[wish.pop("do")](**wish)) + "\n")
        sys.stdout.flush()
