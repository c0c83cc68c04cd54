"""S4: every frame x everybody x every kind of room, through the socket. One table says what each gets."""

import datetime
import uuid

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.utils import timezone

from courses.models import Cohort
from live.models import Room, RoomEvent, Seminar
from live.permissions import standing
from lms.permissions import Part
from lms.users.models import User
from tests.factories import make_cohort, make_membership, make_user
from tests.live.factories import make_event, make_room, make_seminar, make_ticket
from tests.live.sockets import WAIT, RoomCase

ROOMS = ["own", "talk", "practice", "not yet open", "closed", "over", "of another cohort", "absent"]
MEMBERS = ["trainee", "trainer", "guest_trainer", "interpreter", "coordinator", "aftercare", "site coordinator"]
OPEN = ["own", "talk", "practice"]
OTHERS = ["alumnus", "removed", "outsider"]
FACILITATE = ["trainer", "guest_trainer"]

# What a member of the cohort is answered, frame after frame, in a room that is open to them; nobody else is let in at all.
ANSWERS = {
    "say": "message.posted",
    "ask": "refused room_closed",  # questions are gathered beside talks
    "withdraw own": "message.withdrawn",
    "withdraw another's": "refused not_a_participant",
    "interpret": "refused not_a_participant",
    "open_small_rooms": "refused not_a_participant",
    "call_back": "refused not_a_participant",
    "bring_back": "refused not_a_participant",
    "react": "message.reacted",
    "flag": "flagged",
    "hand up": "hand.raised",
    "hand down": "hand.lowered",
    "done": "refused not_your_turn",
    "pass": "refused not_your_turn",
    "nothing_now": "refused not_your_turn",
    "step_out": "person.stepped_out",
    "step_in": "person.stepped_in",
    "move_phase": "refused not_a_participant",
    "give_floor": "refused not_a_participant",
    "set_parts": "refused not_a_participant",
    "have": "nothing",
    "typing": "nothing",
    "ping": "pong",
    "join again": "refused bad_frame",
    "close": "refused not_a_participant",
}
FRAMES = list(ANSWERS)
INTERPRETING = {"interpret": "message.interpreted"}
LEADING = {
    "open_small_rooms": "rooms.opened",
    "call_back": "rooms.called_back",
    "move_phase": "phase.moved",
    "give_floor": "floor.given",
    "set_parts": "parts.set",
    "close": "phase.moved",
}
# Whom the page gives a ticket: members, in rooms that are open. A ticket somebody still holds from before opens no more than this.
LET_IN = {(who, room) for who in MEMBERS for room in OPEN}
STALE = {
    **dict.fromkeys(FRAMES, "refused not_a_participant"),
    "have": "nothing",
    "typing": "nothing",
    "ping": "pong",
    "join again": "refused bad_frame",
}


def person(who: str, cohort: Cohort) -> User:
    user = make_user(coordinates=who == "site coordinator")
    if who == "removed":
        make_membership(cohort=cohort, person=user, ended_at=timezone.now())
    elif who not in {"site coordinator", "outsider"}:
        make_membership(cohort=cohort, person=user, part=Part(who))
    return user


def rooms(cohort: Cohort) -> dict[str, Room]:
    now, hour = timezone.now(), datetime.timedelta(hours=1)
    early = make_seminar(cohort=cohort, starts_at=now + 5 * hour, ends_at=now + 6 * hour)
    late = make_seminar(cohort=cohort, starts_at=now - 5 * hour, ends_at=now - 4 * hour)
    always = make_seminar(cohort=cohort, kind=Seminar.Kind.PRACTICE, starts_at=None, ends_at=None, languages=["fr"])
    return {
        "own": make_room(seminar=make_seminar(cohort=cohort, languages=["fr"])),
        "talk": make_room(seminar=make_seminar(cohort=cohort, kind=Seminar.Kind.TALK, languages=["fr"])),
        "practice": make_room(seminar=always),
        "not yet open": make_room(seminar=early),
        "closed": make_room(seminar=make_seminar(cohort=cohort), phase="closed", closed_at=now),
        "over": make_room(seminar=late),
        "of another cohort": make_room(seminar=make_seminar()),
    }


class MatrixTests(RoomCase):
    async def test_who_gets_a_ticket(self) -> None:
        """The page carries a ticket for exactly those the table lets in."""

        def ask() -> set[tuple[str, str]]:
            cohort = make_cohort()
            people, places = {who: person(who, cohort) for who in MEMBERS + OTHERS}, rooms(cohort)
            return {(who, name) for who, user in people.items() for name, room in places.items() if standing(user, room).may_enter()}

        # Who coordinates the site is coordinator of every cohort.
        assert await sync_to_async(ask)() == LET_IN | {("site coordinator", "of another cohort")}

    async def test_members_in_rooms_that_are_open(self) -> None:
        for who in MEMBERS:
            cohort = await sync_to_async(make_cohort)()
            places = await sync_to_async(rooms)(cohort)
            for name in OPEN:
                answers = await self._answers(await sync_to_async(person)(who, cohort), places[name])
                more = LEADING if who in FACILITATE else INTERPRETING if who == "interpreter" else {}
                asks = {"ask": "asked"} if name == "talk" else {}
                assert (who, name, answers) == (who, name, ANSWERS | more | asks)
        await self.rest()

    async def test_others_with_a_ticket_they_should_not_have_get_nothing_done(self) -> None:
        for who in OTHERS:
            cohort = await sync_to_async(make_cohort)()
            places = await sync_to_async(rooms)(cohort)
            answers = await self._answers(await sync_to_async(person)(who, cohort), places["own"])
            assert (who, answers) == (who, STALE)
        await self.rest()

    async def test_rooms_that_are_not_open_take_nothing(self) -> None:
        cohort = await sync_to_async(make_cohort)()
        places = await sync_to_async(rooms)(cohort)
        trainee = await sync_to_async(person)("trainee", cohort)

        acts = ["say", "hand up", "done", "pass", "nothing_now", "step_out", "step_in"]
        early = await self._answers(trainee, places["not yet open"], only=acts)
        foreign = await self._answers(trainee, places["of another cohort"], only=acts)

        assert (early, foreign) == (dict.fromkeys(acts, "refused room_closed"), dict.fromkeys(acts, "refused not_a_participant"))
        await self.rest()

    async def _answers(self, who: User, room: Room, only: list[str] | None = None) -> dict[str, str]:
        """Joins with a ticket (however come by) and sends each frame once."""
        mine: RoomEvent = await sync_to_async(make_event)(room=room, author=who)
        theirs: RoomEvent = await sync_to_async(make_event)(room=room, author=self.ana)
        frames: dict[str, dict[str, object]] = {
            "say": {"type": "say", "client_id": str(uuid.uuid4()), "text": "Words"},
            "ask": {"type": "ask", "text": "What about silence?"},
            "withdraw own": {"type": "withdraw", "seq": mine.seq},
            "withdraw another's": {"type": "withdraw", "seq": theirs.seq},
            "interpret": {"type": "interpret", "of": theirs.seq, "lang": "fr", "text": "Des mots"},
            "open_small_rooms": {"type": "open_small_rooms", "way": "hand", "places": [f"{who.pk}:1"]},
            "call_back": {"type": "call_back"},
            "bring_back": {"type": "bring_back", "text": "From us"},
            "react": {"type": "react", "seq": theirs.seq, "kind": "heard", "on": True},
            "flag": {"type": "flag", "seq": theirs.seq, "reason": "It hurts"},
            "hand up": {"type": "hand", "up": True},
            "hand down": {"type": "hand", "up": False},
            **{name: {"type": name} for name in ("done", "pass", "nothing_now", "step_out", "step_in", "close")},
            "move_phase": {"type": "move_phase", "phase": "arriving"},
            "give_floor": {"type": "give_floor", "person": who.pk},
            "set_parts": {"type": "set_parts", "seats": [f"{who.pk}:listener"]},
            "have": {"type": "have", "seq": 1},
            "typing": {"type": "typing"},
            "ping": {"type": "ping"},
            "join again": {"type": "join", "ticket": await sync_to_async(make_ticket)(who, room), "epoch": 1, "after": None},
        }
        socket = await self.join(who, room=room, after=None)
        answers = {name: await answer(socket, frames[name], name) for name in only or FRAMES}
        await socket.disconnect(timeout=WAIT)
        return answers


async def answer(socket: WebsocketCommunicator, frame: dict[str, object], name: str) -> str:
    """What comes back for a frame, besides what everybody is told of who is here."""
    await socket.send_json_to({"client_id": str(uuid.uuid4()), **frame})
    if name in {"have", "typing"}:
        await socket.send_json_to({"type": "ping"})  # answered in its turn: nothing came for the one before
    heard = set()
    while (told := await socket.receive_json_from(timeout=WAIT))["type"] in {"presence", "typing", "questions.changed"}:
        heard.add(told["type"])
    if told["type"] == "asked" and "questions.changed" not in heard:  # it comes to everybody, a moment sooner or later
        while (await socket.receive_json_from(timeout=WAIT))["type"] != "questions.changed":
            pass
    if name in {"have", "typing"} and told["type"] == "pong":
        return "nothing"
    return f"refused {told['code']}" if told["type"] == "refused" else str(told["type"])
