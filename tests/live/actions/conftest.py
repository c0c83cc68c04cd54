"""A room with somebody who facilitates and people who are here."""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from live import actions
from live.models import LEASE, PresenceSpan, Room
from lms.floor import Phase, Turns
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.factories import make_membership, make_user
from tests.live.factories import make_room


def come(room: Room, person: User, *, ago: int = 60, until: int = 30, seat: str = "speaker") -> PresenceSpan:
    """Somebody came so many seconds ago and is vouched for until so many seconds from now."""
    now = timezone.now()
    times = {"started_at": now - datetime.timedelta(seconds=ago), "seen_until": now + datetime.timedelta(seconds=until)}
    room.participants.get_or_create(person=person)
    return PresenceSpan.objects.create(room=room, person=person, seat=seat, process=uuid.uuid4(), **times)


def drop_out(room: Room, person: User, *, ago: int = 1) -> None:
    """Nobody vouches for them any more, since so many seconds."""
    room.spans.filter(person=person).update(seen_until=timezone.now() - datetime.timedelta(seconds=ago))


def was_killed(room: Room, person: User, *, ago: int) -> None:
    """Their process said so long ago that they are here, and nothing since."""
    vouched_at = timezone.now() - datetime.timedelta(seconds=ago)
    room.spans.filter(person=person).update(vouched_at=vouched_at, seen_until=vouched_at + LEASE)


@dataclass
class Circle:
    """The trainer facilitates; Ana, Ben and Cleo came one after the other."""

    room: Room
    trainer: User
    ana: User
    ben: User
    cleo: User

    def act(self, action: Callable[..., Any], actor: User, **fields: Any) -> Any:
        return action(actor=actor, room_id=self.room.pk, **{"client_id": uuid.uuid4(), **fields})

    def move(self, phase: Phase, **fields: Any) -> Any:
        return self.act(actions.move_phase, self.trainer, phase=phase, **fields)

    def refused(self, action: Callable[..., Any], actor: User, **fields: Any) -> str:
        with pytest.raises(Refused) as refusal:
            self.act(action, actor, **fields)
        assert refusal.value.sentence
        return refusal.value.code

    def may_say(self) -> list[str]:
        """Whose words the room takes now."""
        takes = []
        for name in ("trainer", "ana", "ben", "cleo"):
            try:
                self.act(actions.say, getattr(self, name), text="Words")
            except Refused as refusal:
                assert refusal.code in {"not_your_turn", "room_closed"}
            else:
                takes.append(name)
        return takes

    @property
    def turns(self) -> Turns:
        self.room.refresh_from_db()
        return Turns.of(self.room.turns)

    @property
    def phase(self) -> str:
        self.room.refresh_from_db()
        return self.room.phase

    def lines(self) -> list[tuple[str, str | None]]:
        """What happened besides messages, and who has the floor since."""
        rows = self.room.events.exclude(kind="message.posted").order_by("seq").select_related("whom")
        return [(event.kind, event.whom.display_name if event.whom else None) for event in rows]


@pytest.fixture
def circle() -> Circle:
    trainer, *people = (make_user(display_name=name) for name in ("Trainer", "Ana", "Ben", "Cleo"))
    room = make_room(members=people)
    make_membership(cohort=room.seminar.cohort, person=trainer, part=Part.TRAINER)
    come(room, trainer, ago=100, seat="facilitator")
    for number, person in enumerate(people):
        come(room, person, ago=90 - number)
    return Circle(room, trainer, *people)
