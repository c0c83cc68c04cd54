"""Who may enter a room, speak in it, look after it. Predicates ask; they never raise and never write."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from courses.models import Membership
from courses.permissions import Footing, footing_by, footing_in, is_signed, part_in
from courses.years import year_of
from live.models import Flag, Participant, PresenceSpan, Room, RoomEvent, Seminar
from lms.floor import Seat, may_raise_hand, may_speak
from lms.permissions import Part, Verb, may
from lms.prepared import Asked, Prepared
from lms.users.models import User

BEFORE = datetime.timedelta(minutes=15)  # rooms open so long before their time
CARD_AGAIN = datetime.timedelta(minutes=5)  # so long before its time, whoever comes in meets the before-you-join card once more
PLACE_HELD = datetime.timedelta(minutes=10)  # so long a place in a full room waits for whoever had it
BEFORE_FACILITATORS = datetime.timedelta(minutes=60)
AFTER = datetime.timedelta(minutes=30)  # and stay open so long after it

_SEATS = {Part.TRAINER: Seat.FACILITATOR, Part.GUEST_TRAINER: Seat.FACILITATOR, Part.INTERPRETER: Seat.INTERPRETER}
WITH_QUESTIONS = {Seminar.Kind.TALK, Seminar.Kind.OPEN_SEMINAR}
PLANNED = {Seminar.Kind.TALK, Seminar.Kind.OPEN_SEMINAR}  # one by one; sittings follow the year


@dataclass(frozen=True)
class Standing:
    """What one person is in one room now: asked once, then used for every question about them."""

    room: Room
    part: Part | None
    seat: Seat | None
    person: int | None = None
    away: bool = False  # stepped out for a while
    hand: bool = False  # raised
    placed: bool = False  # in a small room: it is theirs
    in_group: bool = False  # of a group's room: they are in the group
    unsigned: bool = False  # what is done here is experiential, and they have not signed the agreement as it holds now

    @property
    def sees(self) -> bool:
        if self.room.seminar.group_id is not None:
            return self.in_group and may(self.part, Verb.ENTER_ROOM)
        if self.room.kind == Room.Kind.SMALL:
            return may(self.part, Verb.VISIT_SMALL_ROOMS) or (self.placed and may(self.part, Verb.SIT_IN_SMALL_ROOM))
        return may(self.part, Verb.ENTER_ROOM)

    @property
    def facilitates(self) -> bool:
        """In the room of a group everybody who is in it looks after it."""
        if self.room.seminar.group_id is not None:
            return self.sees
        return may(self.part, Verb.FACILITATE)

    @property
    def is_needed(self) -> bool:
        """Facilitates or interprets: without them there is no room."""
        return self.part in _SEATS

    def opens_at(self) -> datetime.datetime | None:
        """When this person may come in; None: always."""
        starts_at = self.room.seminar.starts_at
        return starts_at and starts_at - (BEFORE_FACILITATORS if self.facilitates else BEFORE)

    def open_until(self) -> datetime.datetime | None:
        ends_at = self.room.seminar.ends_at
        ends = [ends_at and ends_at + AFTER, self.room.closes_at]
        return min((end for end in ends if end is not None), default=None)

    def is_open(self, now: datetime.datetime | None = None) -> bool:
        """Whether the room is open for this person: not closed, in its time, and not before they have signed."""
        if self.unsigned:
            return False
        now = now or timezone.now()
        opens, until = self.opens_at(), self.open_until()
        early = self.room.opened_at is not None  # a facilitator has opened it before its time
        held = self.room.closed_at is None and self.room.seminar.called_off_at is None
        return held and (opens is None or early or opens <= now) and (until is None or now < until)

    def is_over(self) -> bool:
        """Closed by a facilitator, or its time has passed."""
        until = self.open_until()
        return self.room.closed_at is not None or (until is not None and until <= timezone.now())

    def reads_back(self) -> bool:
        """A room that is over can be read again where that was announced."""
        return self.sees and self.is_over() and self.room.seminar.keeps_text and not self.unsigned

    def may_enter(self, now: datetime.datetime | None = None) -> bool:
        return self.sees and self.is_open(now)

    @property
    def own_seat(self) -> Seat:
        """What they are here as long as nobody gives them another seat."""
        return _SEATS.get(self.part, Seat.SPEAKER) if self.part else Seat.LISTENER

    def has_floor(self) -> bool:
        """Whether it is for them to speak in this moment of the room."""
        phase, turns = self.room.standing_now()
        return not self.away and may(self.part, Verb.SPEAK) and may_speak(phase, self.seat, self.person, turns)

    def may_speak(self, now: datetime.datetime | None = None) -> bool:
        return self.may_enter(now) and self.has_floor()

    def may_raise_hand(self) -> bool:
        phase, _turns = self.room.standing_now()
        return self.may_enter() and not self.away and may(self.part, Verb.SPEAK) and may_raise_hand(phase)


def standing(user: User | AnonymousUser, room: Room) -> Standing:
    """Two queries: the part in the cohort with what they signed, and the seat that a facilitator gave or that goes with watching. One more
    for a group's room."""
    footing = footing_in(user, room.seminar.cohort)
    return _standing(user, room, footing, [] if footing.part is None else _participant(room=room.pk, person=user.pk or 0))


def asked_of_standing(person: int, room: uuid.UUID) -> tuple[Asked[tuple[str, int]] | None, Asked[Participant] | None]:
    """The two questions of `standing`, to be asked together with others."""
    return _footing.asked(person=person, room=room), _participant.asked(room=room, person=person)


def standing_by(user: User, room: Room, footing: list[tuple[str, int]], mine: list[Participant]) -> Standing:
    """The standing of an active person by the answers to those two."""
    return _standing(user, room, footing_by(footing, user, room.seminar.cohort), mine)


def _standing(user: User | AnonymousUser, room: Room, footing: Footing, seats: list[Participant]) -> Standing:
    if footing.part is None:
        return Standing(room, None, None, user.pk)
    mine = next(iter(seats), Participant())
    return Standing(
        room,
        footing.part,
        seat_of(room, footing.part, mine.own_seat),
        user.pk,
        away=mine.stepped_out_at is not None,
        hand=mine.hand_at is not None,
        placed=mine.placed,
        in_group=_in_group(user, room),
        unsigned=is_unsigned(room.seminar, footing),
    )


def _in_group(user: User | AnonymousUser, room: Room) -> bool:
    """No query where the room is no group's."""
    group = room.seminar.group_id
    return group is not None and Membership.objects.current().filter(person=user.pk, groups=group).exists()


def is_unsigned(seminar: Seminar, footing: Footing) -> bool:
    """Whether the agreement keeps somebody out of a seminar's rooms, whatever their part: something experiential is done in it, and they
    have not signed the version that holds. No query once this process knows the year."""
    return seminar.sitting_id is not None and not is_signed(seminar.cohort, footing.signed) and is_experiential(seminar)


def is_experiential(seminar: Seminar) -> bool:
    """Whether something that is done in its sitting is experiential. A sitting in which the agreement is written is not."""
    done_in_it = year_of(seminar.cohort).sittings.get(seminar.sitting_id, []) if seminar.sitting_id else []
    return any(activity.experiential for activity in done_in_it)


@Prepared
def _footing(*, person: int, room: uuid.UUID) -> QuerySet[Membership, tuple[str, int]]:
    mine = Membership.objects.current().filter(person=person, cohort__seminars__rooms=room)
    return mine.values_list("part", "signed_version")


@Prepared
def _participant(*, room: uuid.UUID, person: int) -> QuerySet[Participant]:
    return Participant.objects.filter(room=room, person=person)


def seat_of(room: Room, part: Part, given: str = "") -> Seat:
    """The seat a facilitator gave, else that of the part; who was given none may have been asked to listen with all the others."""
    own = _SEATS.get(part, Seat.SPEAKER)
    if given:
        return Seat(given)
    return Seat.LISTENER if room.others_listen and own == Seat.SPEAKER else own


def can_choose_way(who: Standing) -> bool:
    """Whoever is not there to facilitate or interpret says how they will be there, as long as the room is not over."""
    return who.sees and bool(who.room.seminar.before) and not who.is_needed and not who.is_over()


def meets_card(who: Standing, participant: Participant | None) -> bool:
    """Whether the before-you-join card stands before the door: once, from five minutes before, for who has not been in or answered."""
    starts_at = who.room.seminar.starts_at
    near = starts_at is not None and starts_at - CARD_AGAIN <= timezone.now()
    first = participant is None and who.room.kind == Room.Kind.MAIN
    return first and near and who.may_enter() and can_choose_way(who)


def takes_questions(room: Room) -> bool:
    """The main rooms of talks and open seminars."""
    return room.kind == Room.Kind.MAIN and room.seminar.kind in WITH_QUESTIONS


def can_ask(who: Standing) -> bool:
    """Questions are gathered beside talks and open seminars, from everybody who speaks there, while the room is open."""
    return takes_questions(who.room) and who.may_enter() and may(who.part, Verb.SPEAK)


def can_host(user: User | AnonymousUser, who: Standing) -> bool:
    """Who facilitates, and whom they asked to look after the questions with them."""
    if who.facilitates or not who.sees:
        return who.facilitates
    return Participant.objects.filter(room=who.room, person=user.pk, hosts=True).exists()


def rooms_readable_by(user: User | AnonymousUser, rooms: Iterable[Room]) -> list[Room]:
    """Those among visible rooms with their seminars where somebody may be now, or read again what was said. A query for each cohort."""
    return [who.room for who in _standings(user, rooms) if who.may_enter() or who.reads_back()]


def records_readable_by(user: User | AnonymousUser, rooms: Iterable[Room]) -> list[Room]:
    """Those among visible rooms with their seminars that are over and can be read again. A query for each cohort."""
    return [who.room for who in _standings(user, rooms) if who.reads_back()]


def _standings(user: User | AnonymousUser, rooms: Iterable[Room]) -> Iterator[Standing]:
    """Without seats, which decide who speaks, not who reads."""
    footings: dict[int, Footing] = {}
    for room in rooms:
        cohort = room.seminar.cohort
        if cohort.pk not in footings:
            footings[cohort.pk] = footing_in(user, cohort)
        here = footings[cohort.pk]
        # Placed, and in the group: whoever sees a small room or a group's and does not visit it.
        yield Standing(room, here.part, None, placed=True, in_group=True, unsigned=is_unsigned(room.seminar, here))


def can_enter(user: User | AnonymousUser, room: Room) -> bool:
    """Members whose part enters rooms, from 15 minutes before until 30 minutes after; facilitators from an hour before."""
    return standing(user, room).may_enter()


def can_speak(user: User | AnonymousUser, room: Room) -> bool:
    """Who may enter, while the phase gives their seat the floor."""
    return standing(user, room).may_speak()


def has_floor(person: int, room_id: uuid.UUID) -> bool:
    """Whether somebody may say something in a room now, by their numbers: a socket knows no more."""
    user = User.objects.filter(pk=person).first()
    room = Room.objects.with_seminar().filter(pk=room_id).first()
    return user is not None and room is not None and can_speak(user, room)


def can_facilitate(user: User | AnonymousUser, room: Room) -> bool:
    """Trainers and guest trainers open the room early and close it."""
    return standing(user, room).facilitates


def can_announce_record(who: Standing, *, keeps: bool) -> bool:
    """Who facilitates, for a main room that has its time and in which nobody has spoken yet. That something is kept is announced
    beforehand: not once somebody came in who was told that nothing is, and never of what is experiential."""
    room = who.room
    if not who.facilitates or room.kind != Room.Kind.MAIN or room.seminar.always_open or who.is_over():
        return False
    if keeps and (is_experiential(room.seminar) or somebody_came(room.seminar)):
        return False
    return not RoomEvent.objects.filter(room__seminar=room.seminar_id).said().exists()


def somebody_came(seminar: Seminar) -> bool:
    """Into any of its rooms, besides who facilitates."""
    return PresenceSpan.objects.filter(room__seminar=seminar).exclude(seat=Seat.FACILITATOR).exists()


def can_change_plan(who: Standing) -> bool:
    """Who plans live days, until it begins or was called off."""
    return who.room.seminar.kind in PLANNED and can_call_off(who)


def can_call_off(who: Standing) -> bool:
    """The same, and of sittings too, with their day: only their hours follow the year."""
    seminar = who.room.seminar
    to_come = seminar.called_off_at is None and seminar.starts_at is not None and seminar.starts_at > timezone.now()
    return to_come and may(who.part, Verb.PLAN_LIVE)


def can_withdraw(user: User | AnonymousUser, event: RoomEvent) -> bool:
    """Only who said it takes it back."""
    return user.is_authenticated and event.author_id == user.pk and event.kind in RoomEvent.IN_WORDS


def can_settle(user: User | AnonymousUser, flag: Flag) -> bool:
    """Whoever facilitates deals with what was pointed out, but not with their own words."""
    return user.is_authenticated and flag.author_id != user.pk and may(part_in(user, flag.room.seminar.cohort), Verb.FACILITATE)


def can_bring_back(who: Standing) -> bool:
    """Whoever was placed in a small room says for it what it brings back, as long as it is open."""
    return who.room.kind == Room.Kind.SMALL and who.placed and who.may_enter()
