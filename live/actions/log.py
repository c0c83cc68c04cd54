"""The room's log: what is said and taken back. Numbers are taken under the room's row lock."""

from __future__ import annotations

import datetime
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Membership
from live.events import drawn, form_of, group_of
from live.models import Room, RoomEvent
from live.permissions import Standing, asked_of_standing, can_host, can_withdraw, standing, standing_by
from lms.floor import may_bring_words
from lms.permissions import Refused, require
from lms.prepared import Asked, Prepared, PreparedNew, changing, together
from lms.realtime import publish_on_commit
from lms.users.models import User

PACE = 20  # messages of one person in one room …
PACE_WITHIN = datetime.timedelta(seconds=10)  # … in so long a time
PATIENCE_MS = 5000  # no statement of a room waits longer for a lock than this


@transaction.atomic
def say(
    *, actor: User, room_id: uuid.UUID, text: str, client_id: uuid.UUID, answers: int | None = None, quote: str = "", lang: str = ""
) -> tuple[RoomEvent, bool]:
    """Stores one message under the room's next number. Returns it, and whether it is new: a client_id sent again is the same message."""
    since, ahead = lately(PACE_WITHIN)
    told = _told_or_since.asked(room=room_id, author=actor.pk, client_id=client_id, since=since)
    room, (mine, *seat) = locked_with(room_id, told, *asked_of_standing(actor.pk, room_id), actor=actor)
    if any(name == client_id for name, _at in mine) and (event := told_before(room, actor, client_id)):
        return event, False  # a retry, perhaps after the phase has moved on
    who = standing_by(actor, room, *seat)
    _require_floor(who)
    _require_pace(sum(since < at < ahead for _name, at in mine))
    _require_pause(actor, who)
    if answers is not None:
        _require_said(room, answers, quote)
    words = {"client_id": client_id, "text": text, "answers": answers, "quote": quote, "lang": lang}
    return append(room, RoomEvent.Kind.POSTED, actor, **words), True


@transaction.atomic
def withdraw(*, actor: User, room_id: uuid.UUID, seq: int) -> RoomEvent:
    """Takes a message's words away for good, wherever they stand: in it, in every lane, and where others quoted them. The number
    stays."""
    room = locked(room_id, actor=actor)
    event = room.events.filter(seq=seq).first()
    if event is None or not standing(actor, room).sees or not can_withdraw(actor, event):
        raise Refused(_("Only the person who said it can take it back."), "not_a_participant")
    if event.withdrawn_at:
        return event
    event.text, event.quote, event.withdrawn_at = "", "", timezone.now()
    event.save(update_fields=["text", "quote", "withdrawn_at"])
    room.events.filter(answers=seq).update(quote="")
    lanes = room.events.filter(answers=seq, kind=RoomEvent.Kind.INTERPRETED)
    lanes.update(text="", withdrawn_at=event.withdrawn_at)
    event.reactions.all().delete()
    append(room, RoomEvent.Kind.WITHDRAWN, actor, data={"of": seq})
    return event


def locked(room_id: uuid.UUID, *, actor: User | None = None, as_it_stands: bool = False) -> Room:
    """The room, with its row locked until commit: that keeps numbers in commit order, so "all after n" misses nothing.

    With an actor their membership is held too: whoever is being removed or given another part has either spoken before it or not
    at all. Before the room's row, so that nobody else waits for it. A silence whose time has come ends here, if nobody ended it yet.
    """
    return locked_with(room_id, actor=actor, as_it_stands=as_it_stands)[0]


def locked_with(
    room_id: uuid.UUID, *questions: Asked[Any] | None, actor: User | None = None, as_it_stands: bool = False
) -> tuple[Room, tuple[list[Any], ...]]:
    """The same, with the answers to what is asked once the row is held; all in one trip to PostgreSQL."""
    whose = [] if actor is None else [_hold_membership.asked(person=actor.pk, room=room_id)]
    answers = together(*whose, _hold_room.asked(room=room_id), *questions, first=f"SET LOCAL statement_timeout = {PATIENCE_MS}")
    found, *others = answers[len(whose) :]
    if not found:
        raise Refused(_("There is no such room."), "not_a_participant")
    room: Room = found[0]
    if room.silence_is_over() and not as_it_stands:
        end_silence(room, None)
    return room, tuple(others)


@Prepared
def _hold_membership(*, person: int, room: uuid.UUID) -> QuerySet[Membership, tuple[int]]:
    mine = Membership.objects.select_for_update(no_key=True, of=("self",))
    return mine.filter(person=person, cohort__seminars__rooms=room).values_list("pk")


@Prepared
def _hold_room(*, room: uuid.UUID) -> QuerySet[Room]:
    return Room.objects.with_seminar().select_for_update(of=("self",)).filter(pk=room)


def told_before(room: Room, actor: User, client_id: uuid.UUID) -> RoomEvent | None:
    """What this person's browser sent under this name already."""
    return next(iter(_told(room=room.pk, author=actor.pk, client_id=client_id)), None)


@Prepared
def _told_or_since(
    *, room: uuid.UUID, author: int, client_id: uuid.UUID, since: datetime.datetime
) -> QuerySet[RoomEvent, tuple[uuid.UUID | None, datetime.datetime]]:
    mine = RoomEvent.objects.filter(Q(client_id=client_id) | Q(at__gt=since), room=room, author=author)
    return mine.order_by().values_list("client_id", "at")


@Prepared
def _told(*, room: uuid.UUID, author: int, client_id: uuid.UUID) -> QuerySet[RoomEvent]:
    return RoomEvent.objects.filter(room=room, author=author, client_id=client_id)


def end_silence(room: Room, actor: User | None, client_id: uuid.UUID | None = None) -> RoomEvent:
    """What a silence interrupted goes on as it was: the same phase, and the floor with whoever had it."""
    before = room.before_silence
    changes = {**before, "phase_at": timezone.now(), "quiet_until": None, "before_silence": {}}
    holder = before["turns"].get("holder")
    return change(room, RoomEvent.Kind.PHASE_MOVED, actor, changes, whom_id=holder, client_id=client_id, data={"after_silence": True})


def change(room: Room, kind: str, author: User | None, changes: dict[str, Any], **fields: Any) -> RoomEvent:
    """Stores what changes in the form of a locked room, and tells everybody how it stands now. Nobody (None) is the room itself."""
    if "turns" in changes and changes["turns"].get("holder") != room.turns.get("holder"):
        changes = {"waits_for_interpreter": False, **changes}
    if changes:
        Room.objects.filter(pk=room.pk).update(**changes)
        for name, value in changes.items():
            setattr(room, name, value)
    form = form_of(room)
    return append(room, kind, author, data={"phase": form["phase"], "form": form, **fields.pop("data", {})}, **fields)


def append(room: Room, kind: str, author: User | None, **fields: Any) -> RoomEvent:
    """The next event of a locked room, told to every process after commit. Nobody (None) is the room itself."""
    room.last_seq += 1
    event = RoomEvent(room=room, seq=room.last_seq, kind=kind, author=author, **fields)
    together(_one_more.asked(room=room.pk), _new_event.asked(event))
    ring = drawn(event)
    news = {"type": "room.event", "room": room.pk.hex, "epoch": room.epoch, "seq": ring.seq, "json": ring.json}
    publish_on_commit(group_of(room.pk), {**news, "touches": ring.touches, "phase": ring.phase})
    return event


@Prepared
def _one_more(*, room: uuid.UUID) -> QuerySet[Room]:
    return changing(Room.objects.filter(pk=room), last_seq=F("last_seq") + 1)


_new_event = PreparedNew(RoomEvent)


def require_here(who: Standing) -> None:
    require(who.sees, _("You are no longer part of this room."), "not_a_participant")
    require_signed(who)
    require(who.is_open(), _("This room is closed. Your words are still here."), "room_closed")


def require_open_to_words(room: Room) -> None:
    """For words that are brought in by somebody who need not have the floor themselves. The room's row is held."""
    sentence = _("The room is listening or quiet just now. The words are still here; bring them when it goes on.")
    require(may_bring_words(room.phase), sentence, "not_your_turn")


def require_signed(who: Standing) -> None:
    sentence = _(
        "This is experiential, and you have not signed the agreement as it is now. Please sign it first; nothing you wrote is lost."
    )
    require(not who.unsigned, sentence, "unsigned")


def _require_floor(who: Standing) -> None:
    require_here(who)
    require(not who.away, _("You have stepped out. Your words are still here; come back in to say them."), "not_your_turn")
    require(who.has_floor(), _("You are listening just now. Your words are still here."), "not_your_turn")


def require_pace(actor: User, room: Room) -> None:
    _require_pace(room.events.filter(author=actor, at__range=lately(PACE_WITHIN)).count())


def lately(within: datetime.timedelta) -> tuple[datetime.datetime, datetime.datetime]:
    """Between these moments is what counts for a pace. What was done while the clock was far ahead, before it was set back, does not:
    it would silence people until the clock has come there again."""
    now = timezone.now()
    return now - within, now + within


def _require_pace(lately: int) -> None:
    require(lately < PACE, _("That was a lot at once. Your words are still here; send them in a moment."), "too_fast")


def _require_pause(actor: User, who: Standing) -> None:
    """In a slow room everybody leaves some time between two messages, but for those who facilitate or host."""
    room = who.room
    if not room.slow_seconds or can_host(actor, who):
        return
    pause = datetime.timedelta(seconds=room.slow_seconds)
    mine = room.events.filter(author=actor, kind=RoomEvent.Kind.POSTED, at__range=lately(pause))
    last = mine.exclude(data__has_key="brought_by").order_by("-at").values_list("at", flat=True).first()
    if last is not None:
        at = timezone.localtime(last + pause, ZoneInfo(actor.time_zone))
        words = {"time": f"{at:%H:%M:%S}"}
        sentence = _("So that many can be heard, everybody leaves a while between two messages. Yours can go at %(time)s; it is kept.")
        require(False, sentence % words, "slow_mode")


def _require_said(room: Room, seq: int, quote: str) -> None:
    """Only words that really stand in that message are quoted."""
    event = room.events.said().filter(seq=seq).first()
    stands = event is not None and " ".join(quote.split()) in " ".join(event.text.split())
    require(stands, _("The words you take up are no longer there. Your own words are still here."), "bad_frame")
