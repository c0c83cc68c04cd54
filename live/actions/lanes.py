"""Language lanes: what interpreters write under a message, which lane somebody reads, and whether turns wait for the interpreter."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Cohort
from live.actions.log import append, change, locked, require_here, require_pace, told_before
from live.models import LaneChoice, Room, RoomEvent, Seminar
from live.permissions import standing
from lms.floor import Seat, may_interpret
from lms.permissions import require
from lms.users.models import User

MOST_LANES = 3  # in one seminar


@transaction.atomic
def interpret(*, actor: User, room_id: uuid.UUID, client_id: uuid.UUID, of: int, lang: str, text: str) -> tuple[RoomEvent, bool]:
    """Stores a translation under the room's next number, attached to the message it translates. Returns it, and whether it is new."""
    room = locked(room_id, actor=actor)
    if already := told_before(room, actor, client_id):
        return already, False
    who = standing(actor, room)
    require(who.seat == Seat.INTERPRETER, _("Only interpreters write in a language lane."), "not_a_participant")
    require_here(who)
    require(may_interpret(room.phase), _("We are being quiet together. Your words are still here."), "not_your_turn")
    require(lang in room.seminar.languages, _("This room has no lane for that language. Your words are still here."), "bad_frame")
    require(room.events.said().filter(seq=of).exists(), _("These words are not here any more. Yours are still here."), "bad_frame")
    require_pace(actor, room)
    words = {"client_id": client_id, "answers": of, "lang": lang, "text": text, "data": {"of": of}}
    return append(room, RoomEvent.Kind.INTERPRETED, actor, **words), True


@transaction.atomic
def set_lanes(*, actor: User, room_id: uuid.UUID, languages: Sequence[str], consecutive: bool) -> None:
    """Which lanes the seminar has, and whether a turn of a round in this room ends only when the interpreter says so."""
    room = locked(room_id, actor=actor)
    who = standing(actor, room)
    require(who.facilitates, _("Only a facilitator sets the lanes."), "not_a_participant")
    require_here(who)
    lanes = list(dict.fromkeys(languages))[:MOST_LANES]
    if (lanes, consecutive) != (room.seminar.languages, room.consecutive):
        _set(room, actor, lanes, consecutive)


def _set(room: Room, actor: User, lanes: list[str], consecutive: bool) -> None:
    """In a locked room."""
    Seminar.objects.filter(pk=room.seminar_id).update(languages=lanes)
    room.seminar.languages = lanes
    waits = {} if consecutive else {"waits_for_interpreter": False}
    change(room, RoomEvent.Kind.LANES_SET, actor, {"consecutive": consecutive, **waits}, data={"languages": lanes})


@transaction.atomic
def follow_languages(*, actor: User, cohort: Cohort, was: Sequence[str]) -> int:
    """Whatever is not over or is always there (the practice room, rooms of groups) gets the lanes of the cohort's languages where it has
    those that the cohort had before; where a facilitator chose others, these stay. Returns how many.

    Asks nobody: saying into which languages a cohort is interpreted (`live.receivers`) is what calls it.
    """
    to_come = Q(ends_at=None) | Q(ends_at__gt=timezone.now(), called_off_at=None)
    seminars = Seminar.objects.filter(to_come, cohort=cohort)
    alike = [pk for pk, lanes in seminars.values_list("pk", "languages") if lanes == list(was)]
    Seminar.objects.filter(pk__in=alike).update(languages=cohort.languages)
    # Whoever has such a room open hears of it; one in which nothing happened yet is simply another.
    begun = Room.objects.filter(seminar__in=alike, kind=Room.Kind.MAIN, closed_at=None, last_seq__gt=0).order_by("pk")
    for pk in list(begun.values_list("pk", flat=True)):
        room = locked(pk)
        _set(room, actor, list(cohort.languages), room.consecutive and bool(cohort.languages))
    return len(alike)


def choose_lane(*, actor: User, lang: str, original: bool) -> LaneChoice:
    """What this person reads from now on, in every room that has such a lane."""
    chosen, _fresh = LaneChoice.objects.update_or_create(person=actor, defaults={"lang": lang, "original": original or not lang})
    return chosen


def interpreters_here(room: Room) -> bool:
    """Whether somebody who interprets has the room open."""
    return room.spans.now().filter(seat=Seat.INTERPRETER).exists()
