"""Answers without words: they stand under their names; nothing counts them."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from live.actions.log import append, locked, require_here, require_pace
from live.models import Reaction, RoomEvent
from live.permissions import standing
from lms.floor import may_react
from lms.permissions import Refused, require
from lms.users.models import User


@transaction.atomic
def react(*, actor: User, room_id: uuid.UUID, seq: int, kind: str, on: bool) -> RoomEvent | None:
    """Says under one's name that a message was heard, or takes that back. None if it stood so already."""
    room = locked(room_id, actor=actor)
    require_here(standing(actor, room))
    require(may_react(room.phase), _("This is a time to listen. You can answer when it is over."), "not_your_turn")
    message = room.events.said().filter(seq=seq).first()
    if message is None:
        raise Refused(_("These words are not here any more."), "bad_frame")
    require(message.author_id != actor.pk, _("These are your own words. Others can say that they heard them."), "bad_frame")
    require_pace(actor, room)
    if not _stand(message, actor, kind, on):
        return None
    return append(room, RoomEvent.Kind.REACTED, actor, data={"of": seq, "quiet": kind, "on": on})


def _stand(message: RoomEvent, actor: User, kind: str, on: bool) -> bool:
    """Whether that changed anything."""
    if on:
        return Reaction.objects.get_or_create(event=message, person=actor, kind=kind)[1]
    return bool(Reaction.objects.filter(event=message, person=actor, kind=kind).delete()[0])
