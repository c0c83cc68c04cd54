"""What remains of a room: nothing of its words where nothing is kept, besides what was pointed out before."""

from __future__ import annotations

from django.utils import timezone

from live.actions.log import append
from live.models import Reaction, Room, RoomEvent


def purge(room: Room) -> None:
    """Takes the words of a locked room away for good. Numbers, epoch and who spoke when stay; every process and page hears of it.

    In the transaction that closes the room, so that there is no moment at which it is closed and its words are still there.
    """
    moved = list(room.events.filter(kind=RoomEvent.Kind.PHASE_MOVED).only("pk", "data"))
    for event in moved:
        event.data = {"phase": event.data["phase"]}  # says what the room did, not what anybody said
    room.events.update(text="", quote="", lang="", data={})
    RoomEvent.objects.bulk_update(moved, ["data"], batch_size=500)
    Reaction.objects.filter(event__room=room).delete()
    room.purged_at = timezone.now()
    Room.objects.filter(pk=room.pk).update(purged_at=room.purged_at)
    append(room, RoomEvent.Kind.PURGED, None)
