"""A room by requests, for whoever's network lets no socket through: the same frames, asked for and posted. Its page goes before it,
as before a socket; static/js/room/requests.js does both."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from live import actions, events
from live.acting import ACTIONS, act
from live.forms import NewsForm
from live.frames import BadFrame, NotAccepted, parse
from live.hub.room import TOO_FAR, encode
from live.hub.wire import Frame
from live.models import Room
from live.permissions import Standing, standing
from lms import metrics
from lms.http import SignedInRequest, reads, writes
from lms.permissions import Refused
from lms.prepared import Prepared
from lms.users.models import User


@login_required
@reads
def room_news(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    """Who is here, and what happened since a number. 410: the room is closed to them. 409: they read its page too long ago; it comes
    first again."""
    person, now = request.user, timezone.now()
    place = next(iter(_room_read(person.coordinates, person=person.pk, room=room, now=now)), None)
    if place is None:
        raise Http404
    who, wanted = standing(person, place), NewsForm(request.GET)
    if not who.may_enter():
        return _frames(status=410)
    if place.read_in is None:  # type: ignore[attr-defined]
        return _frames(status=409)
    if not wanted.is_valid():
        return _frames(status=400)
    actions.note_reader(who=who)
    return _frames(*_news(request, who, **wanted.cleaned_data))


@Prepared
def _room_read(coordinates: bool, *, person: int, room: uuid.UUID, now: datetime.datetime) -> QuerySet[Room]:
    """The room, if this active person sees it; with the span that says that they read its page now, and until when it says so."""
    return Room.objects.visible_to(User(pk=person, coordinates=coordinates)).for_news(person, now).filter(pk=room)


@login_required
@writes
def room_frame(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    """Does what a frame asks; the answer is what only who asks needs to hear. What everybody hears is among the news."""
    place = get_object_or_404(Room.objects.visible_to(request.user), pk=room)
    try:
        frame = parse(request.body.decode())
    except (BadFrame, UnicodeDecodeError):
        return _frames(status=400)
    except NotAccepted as refusal:
        return _frames(_refused(refusal.code, refusal.sentence, refusal.client_id))
    if frame.type not in ACTIONS:
        return _frames(status=400)
    try:
        told = act(frame, request.user.pk, place.pk)
    except Refused as refusal:
        return _frames(_refused(refusal.code, refusal.sentence, frame.data.get("client_id")))
    except PermissionDenied:
        return _frames(_refused("not_a_participant", _("You are no longer part of this room."), frame.data.get("client_id")))
    return _frames(*([told.text] if isinstance(told, Frame) else []))  # what happened comes with the news, in its order


def _refused(code: str, sentence: str, client_id: Any) -> str:
    metrics.refused(code)
    return encode("refused", client_id=str(client_id) if client_id else None, code=code, sentence=sentence).text


def _news(request: SignedInRequest, who: Standing, epoch: int, after: int) -> Iterator[str]:
    room, me = who.room, request.user
    if epoch != room.epoch or not 0 <= room.last_seq - after <= TOO_FAR:
        yield encode("reset", epoch=room.epoch, latest=room.last_seq).text
        return
    around = events.each_once(events.people_here([room.pk]).get(room.pk, []))
    mine = events.Person(me.pk, me.display_name, me.initials, who.own_seat)
    roster = ",".join(person.json for person in around or [mine])
    you = f'{mine.json[:-1]},"speaks":{json.dumps(who.may_speak())}}}'
    known = {"room": {"id": str(room.pk), "epoch": room.epoch}, "phase": room.phase, "latest": room.last_seq}
    yield f'{{"type":"welcome","you":{you},"roster":[{roster}],{json.dumps(known)[1:]}'
    happened = events.after(room.pk, after) if after < room.last_seq else []
    complete = not happened or happened[-1].seq >= room.last_seq
    joined = ",".join(event.json for event in happened)
    yield f'{{"type":"events","complete":{json.dumps(complete)},"events":[{joined}]}}'


def _frames(*frames: str, status: int = 200) -> HttpResponse:
    """Frames that are JSON already, as one list."""
    headers = {"Cache-Control": "private, no-store"}
    return HttpResponse(f"[{','.join(frames)}]", content_type="application/json", status=status, headers=headers)
