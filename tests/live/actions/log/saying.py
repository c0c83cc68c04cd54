"""How tests speak in a room."""

import uuid
from typing import Any

from live.actions import say
from live.models import Room, RoomEvent
from lms.users.models import User


def speak(actor: User, room: Room, text: str = "Words", **fields: Any) -> RoomEvent:
    return say(actor=actor, room_id=room.pk, text=text, client_id=fields.pop("client_id", None) or uuid.uuid4(), **fields)[0]
