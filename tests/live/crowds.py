"""A room with very many people, made in a few statements, and the tickets their pages would carry."""

import uuid

from courses.models import Membership
from live.models import Room
from live.tickets import Ticket, session_hash, sign
from lms.permissions import Part
from lms.users.models import User
from tests.live.factories import SESSION, make_room

COOKIE = f"sessionid={SESSION}"  # of their browsers, which those tickets were given to


def make_crowd(count: int) -> tuple[Room, list[User]]:
    """A room that is open now, and so many trainees of its cohort, in the order of their numbers."""
    room = make_room()
    names = (f"Person {number}" for number in range(count))
    people = [User(email=f"{uuid.uuid4().hex}@example.org", display_name=name, password="!") for name in names]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(cohort=room.seminar.cohort, person=person, part=Part.TRAINEE) for person in people)
    return room, people


def ticket_of(person: int, room: uuid.UUID, seat: str = "speaker") -> str:
    """A ticket issued now; asks the database nothing."""
    fields = {"room": room.hex, "name": f"Person {person}", "initials": f"P{person % 10}", "seat": seat, "speaks": True}
    return sign(Ticket(person=person, session=session_hash(SESSION), until=None, **fields))
