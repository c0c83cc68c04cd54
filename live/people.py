"""Who takes part in a room's turns: those who are here, those who dropped out, and when a facilitator was here last."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.models import Membership
from live.models import BY_PAGE, Participant, PresenceSpan, Room, RoomEvent, Seminar
from lms.floor import Seat
from lms.permissions import Verb, parts_that
from lms.users.models import User

NOT_IN_TURN = (Participant.Way.WATCHES, Participant.Way.STAYS_OUT)
LATELY = datetime.timedelta(minutes=15)  # who spoke so recently by a page without JavaScript is taken to be here


@dataclass(frozen=True)
class Company:
    """The people of a room just now. Who has no socket never drops out: a page that is not read anew tells nothing."""

    here: tuple[int, ...]  # in the order of coming, facilitators last; without interpreters, and who watches or stepped out
    gone: frozenset[int]  # had the room open and have it no longer, or stepped out
    facilitator_seen: datetime.datetime | None  # when a process vouched last for a facilitator

    def among(self, people: Iterable[int]) -> frozenset[int]:
        """Those of these people who did not drop out."""
        return frozenset(people) - self.gone


def company(room: Room) -> Company:
    """Three queries."""
    now = timezone.now()
    by_page: dict[int, str] = {}
    until: dict[int, datetime.datetime] = {}
    seen: dict[int, datetime.datetime] = {}
    seats: dict[int, str] = {}
    for span in _spans(room, now):
        person, seat = span["person"], span["seat"]
        if span["page"]:
            by_page[person] = seat
            continue
        until[person], seats[person] = max(span["until"], until.get(person, span["until"])), seat
        seen[person] = max(span["seen"], seen.get(person, span["seen"]))
    people = list(room.participants.exclude(way="", stepped_out_at=None))
    away = {one.person_id for one in people if one.stepped_out_at}
    watching = {one.person_id for one in people if one.way in NOT_IN_TURN and one.own_seat in ("", Seat.LISTENER)}
    here = [person for person in until if until[person] > now and seats[person] != Seat.INTERPRETER]
    here += [person for person, seat in by_page.items() if person not in here and seat != Seat.INTERPRETER]
    here += [person for person in _spoke_lately(room, now) if person not in until and person not in by_page]
    in_turn = [person for person in here if person not in away | watching]
    return Company(
        here=tuple(sorted(in_turn, key=lambda person: (by_page | seats).get(person) == Seat.FACILITATOR)),
        gone=frozenset(person for person in until if until[person] <= now and person not in by_page) | away,
        facilitator_seen=max((seen[person] for person in seen if seats[person] == Seat.FACILITATOR), default=None),
    )


def _spans(room: Room, now: datetime.datetime) -> QuerySet[PresenceSpan, Any]:
    """How everybody was here, in the order of coming; by their page only those who are now."""
    page = ExpressionWrapper(Q(process=BY_PAGE), BooleanField())
    spans = room.spans.exclude(process=BY_PAGE, seen_until__lte=now).values("person", "seat", page=page)
    seen = Max(Coalesce("vouched_at", "seen_until"))
    return spans.annotate(came=Min("started_at"), until=Max("seen_until"), seen=seen).order_by("came", "person")


def _spoke_lately(room: Room, now: datetime.datetime) -> list[int]:
    said = room.events.filter(kind=RoomEvent.Kind.POSTED, at__gt=now - LATELY).order_by("author")
    return [person for person in said.values_list("author", flat=True).distinct() if person is not None]


def whom_it_concerns(seminar: Seminar) -> list[int]:
    """Who is told of a seminar: everybody of its cohort whose part has a place in it."""
    here = Membership.objects.current().filter(cohort=seminar.cohort_id, part__in=parts_that(Verb.SEE_LIVE))
    return list(here.values_list("person_id", flat=True))


def small_rooms_of(user: User, room: Room) -> list[Room]:
    """The open small rooms beside this main room that this person sees, each with its `people`. Two queries."""
    rooms = list(Room.objects.visible_to(user).small_of(room).order_by("number", "pk"))
    rows = Participant.objects.filter(room__in=rooms, placed=True).select_related("person").order_by("person__display_name", "pk")
    for small in rooms:
        small.people = [row.person for row in rows if row.room_id == small.pk]  # type: ignore[attr-defined]
    return rooms


def able_in_small_rooms(room: Room) -> list[User]:
    """Whom a facilitator may place, by name. One query."""
    here = Membership.objects.current().filter(cohort=room.seminar.cohort_id, part__in=parts_that(Verb.SIT_IN_SMALL_ROOM))
    return [row.person for row in here.select_related("person").order_by("person__display_name", "pk")]
