"""Does for the tests what pages would do, on the servers that are being tested. One JSON object in, one out.

python -m tests.faults.desk
"""

import json
import sys
import uuid
from typing import Any

import django

django.setup()

from django.db import connections

from courses.actions.members import remove_member
from courses.models import Membership
from live import events
from lms.users.models import User
from tests.factories import make_user
from tests.live.crowds import make_crowd


def make(people: int) -> dict[str, Any]:
    """A room and its people."""
    room, crowd = make_crowd(people)
    return {"room": str(room.pk), "people": [person.pk for person in crowd]}


def remove(person: int) -> dict[str, Any]:
    """Takes somebody out of their cohort, as a coordinator does."""
    coordinator = User.objects.filter(coordinates=True).first() or make_user(coordinates=True)
    remove_member(actor=coordinator, membership=Membership.objects.get(person=person))
    return {}


def page(room: str, until: int) -> dict[str, Any]:
    """What a page shows of a room up to a number."""
    return {"events": [event.json for event in events.after(uuid.UUID(room), 0, until)] if until else []}


DO = {"make": make, "page": page, "remove": remove}

if __name__ == "__main__":
    for line in sys.stdin:
        wish = json.loads(line)
        connections.close_all()
        sys.stdout.write(json.dumps(DO[wish.pop("do")](**wish)) + "\n")
        sys.stdout.flush()
