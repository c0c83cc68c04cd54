"""The socket of a room, through the entrance of the site: real commits, real frames."""

import asyncio
import datetime
import json
import uuid
from typing import Any
from unittest import mock

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client, TransactionTestCase
from django.utils import timezone

from courses.models import Membership
from live import actions, consumers
from live.hub import Hub, presence
from live.models import PresenceSpan, Room, RoomEvent
from lms.floor import Phase
from lms.permissions import Part
from lms.users.models import User
from tests.factories import make_membership, make_user
from tests.live.factories import SESSION, make_event, make_room, make_seminar, make_ticket, socket_to

WAIT = 5
Frame = dict[str, Any]


class RoomCase(TransactionTestCase):
    databases = {"default", "keys"}

    def setUp(self) -> None:
        self.ana, self.ben, self.outsider = make_user(display_name="Ana Ruiz"), make_user(display_name="Ben Oak"), make_user()
        self.room = make_room(members=[self.ana, self.ben])
        self.open: list[WebsocketCommunicator] = []
        self.enterContext(mock.patch.object(presence, "TICK", 0.1))

    async def connect(self, room: Room | None = None) -> WebsocketCommunicator:
        socket = socket_to((room or self.room).pk)
        connected, _ = await socket.connect(timeout=WAIT)
        assert connected
        self.open.append(socket)
        return socket

    async def join(self, person: User, *, after: int | None = 0, room: Room | None = None, epoch: int = 1) -> WebsocketCommunicator:
        """A socket that has joined and read its welcome."""
        place = room or self.room
        ticket = await sync_to_async(make_ticket)(person, place)
        socket = await self.connect(place)
        await socket.send_json_to({"type": "join", "ticket": ticket, "epoch": epoch, "after": after})
        socket.welcome = await socket.receive_json_from(timeout=WAIT)
        return socket

    async def rest(self) -> None:
        """Everybody leaves and the hub writes what it knows, so that no thread outlives the test."""
        for socket in self.open:
            await socket.disconnect(timeout=WAIT)
        hub = consumers.hub_here()
        async with asyncio.timeout(WAIT):
            while not hub.resting:
                await asyncio.sleep(0.05)


async def events(socket: WebsocketCommunicator, count: int, *, confirm: bool = True) -> list[Frame]:
    """The next so many events, however they are packed; presence and typing are let pass."""
    got: list[Frame] = []
    while len(got) < count:
        frame = await socket.receive_json_from(timeout=WAIT)
        got += frame["events"] if frame["type"] == "events" else [frame] if "seq" in frame else []
        if confirm and got:
            await socket.send_json_to({"type": "have", "seq": got[-1]["seq"]})
    return got


async def frame_of(socket: WebsocketCommunicator, kind: str) -> Frame:
    """The next frame of a type."""
    while (frame := await socket.receive_json_from(timeout=WAIT))["type"] != kind:
        pass
    return dict(frame)


async def closed(socket: WebsocketCommunicator, within: float = WAIT) -> int:
    """The close code; what comes before it is let pass."""
    async with asyncio.timeout(within):
        while (output := await socket.receive_output(timeout=within))["type"] != "websocket.close":
            pass
    return int(output["code"])


def say(text: str = "Hello", client_id: str | None = None, **fields: object) -> Frame:
    return {"type": "say", "client_id": client_id or str(uuid.uuid4()), "text": text, **fields}


class JoinTests(RoomCase):
    async def test_join_is_welcomed_with_who_is_here_and_where_the_log_stands(self) -> None:
        ana = await self.join(self.ana)

        assert ana.welcome == {
            "type": "welcome",
            "you": {"id": self.ana.pk, "name": "Ana Ruiz", "initials": "AR", "part": "speaker", "speaks": True},
            "room": {"id": str(self.room.pk), "epoch": 1},
            "phase": "conversation",
            "roster": [{"id": self.ana.pk, "name": "Ana Ruiz", "initials": "AR", "part": "speaker"}],
            "latest": 0,
        }
        await self.rest()

    async def test_message_reaches_the_sender_and_everyone_else(self) -> None:
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        frame = say("Hello <b>")

        await ana.send_json_to(frame)

        heard = [await events(socket, 1) for socket in (ana, ben)]
        assert heard[0] == heard[1]
        assert [(event["type"], event["seq"], event["client_id"], event["author"]) for event in heard[0]] == [
            ("message.posted", 1, frame["client_id"], self.ana.pk)
        ]
        assert "Hello &lt;b&gt;" in heard[0][0]["html"]
        await self.rest()

    async def test_join_sends_nothing_before_it(self) -> None:
        await sync_to_async(make_event)(room=self.room, author=self.ben)

        stranger = await self.connect()

        assert await stranger.receive_nothing(timeout=0.3)
        await self.rest()

    async def test_join_comes_within_its_time_or_the_socket_closes(self) -> None:
        with mock.patch.object(consumers, "JOIN_WITHIN", 0.2):
            idle = await self.connect()

            assert await closed(idle) == 4400
        await self.rest()

    async def test_join_is_the_first_frame(self) -> None:
        odd: list[Any] = [{"type": "ping"}, say(), {"type": "join"}, {"type": "join", "ticket": 1, "epoch": 1}, [], {"type": "nothing"}]
        for frame in odd:
            socket = await self.connect()
            await socket.send_json_to(frame)
            assert await closed(socket) == 4400
        await self.rest()

    async def test_join_needs_a_ticket_of_ours_for_this_room_that_is_not_old(self) -> None:
        other = await sync_to_async(make_room)(members=[self.ana])
        good = await sync_to_async(make_ticket)(self.ana, self.room)
        elsewhere = await sync_to_async(make_ticket)(self.ana, other)
        with mock.patch("time.time", return_value=timezone.now().timestamp() - 301):
            old = await sync_to_async(make_ticket)(self.ana, self.room)
        codes = []

        for ticket in ("", "x", good[:-1] + ("a" if good[-1] != "a" else "b"), elsewhere, old):
            socket = await self.connect()
            await socket.send_json_to({"type": "join", "ticket": ticket, "epoch": 1, "after": 0})
            codes.append(await closed(socket))

        assert codes == [4400, 4401, 4401, 4401, 4401]
        await self.rest()

    async def test_join_of_a_room_that_is_not_there(self) -> None:
        ticket = await sync_to_async(make_ticket)(self.ana, self.room)
        await sync_to_async(Room.objects.all().delete)()
        socket = await self.connect()

        await socket.send_json_to({"type": "join", "ticket": ticket, "epoch": 1, "after": 0})

        assert await closed(socket) == 4404
        await self.rest()

    async def test_join_of_a_room_that_is_closed_or_over(self) -> None:
        past = timezone.now() - datetime.timedelta(hours=3)
        seminar = await sync_to_async(make_seminar)(starts_at=past, ends_at=past + datetime.timedelta(hours=1))
        over = await sync_to_async(make_room)(seminar=seminar)
        shut = await sync_to_async(make_room)(members=[self.ana], phase="closed", closed_at=timezone.now())
        codes = []

        for room in (over, shut):
            socket = await self.connect(room)
            ticket = await sync_to_async(make_ticket)(self.ana, room)
            await socket.send_json_to({"type": "join", "ticket": ticket, "epoch": 1, "after": 0})
            codes.append(await closed(socket))

        assert codes == [4410, 4410]
        await self.rest()

    async def test_origins_other_than_ours_are_refused_at_the_handshake(self) -> None:
        foreign = ["null", "https://testserver", "http://testserver:8080", "http://testserver.evil.example", "http://eviltestserver"]
        foreign += ["http://sub.testserver", "file://", "http://127.0.0.2", "http://evil.example", "ftp://testserver", ""]
        answers = []

        for headers in [[], *([(b"origin", origin.encode())] for origin in foreign)]:
            socket = socket_to(self.room.pk, headers=headers)
            answers.append((await socket.connect(timeout=WAIT))[0])

        assert answers == [False] * 12


class ResumeTests(RoomCase):
    async def test_resume_gives_what_was_missed_once_and_in_order(self) -> None:
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        await ben.send_json_to(say("one"))
        await events(ana, 1)
        await ana.disconnect(timeout=WAIT)
        for text in ("two", "three"):
            await ben.send_json_to(say(text))
        await events(ben, 3)

        back = await self.join(self.ana, after=1)
        missed = await events(back, 2)
        await ben.send_json_to(say("four"))

        assert [event["seq"] for event in missed + await events(back, 1)] == [2, 3, 4]
        assert back.welcome["latest"] == 3
        await self.rest()

    async def test_resume_comes_in_batches_of_at_most_two_hundred(self) -> None:
        await sync_to_async(self._talk)(450)
        ana = await self.join(self.ana)
        sizes: list[int] = []
        seqs: list[int] = []

        while len(seqs) < 450:
            frame = await frame_of(ana, "events")
            sizes.append(len(frame["events"]))
            seqs += [event["seq"] for event in frame["events"]]
            await ana.send_json_to({"type": "have", "seq": seqs[-1]})

        assert (seqs, max(sizes) <= 200, frame["complete"]) == (list(range(1, 451)), True, True)
        await self.rest()

    async def test_resume_of_what_memory_no_longer_holds_reads_the_log(self) -> None:
        await sync_to_async(self._talk)(900)
        ana = await self.join(self.ana)

        assert [event["seq"] for event in await events(ana, 900)] == list(range(1, 901))
        await self.rest()

    async def test_resume_from_too_far_or_another_numbering_reads_the_page_anew(self) -> None:
        await sync_to_async(self._talk)(1001)
        frames, codes = [], []

        for epoch, after in ((1, 0), (2, 1001), (1, 1002)):
            socket = await self.join(self.ana, epoch=epoch, after=after)
            frames.append(socket.welcome)
            codes.append(await closed(socket))

        assert (frames, codes) == ([{"type": "reset", "epoch": 1, "latest": 1001}] * 3, [1000] * 3)
        await self.rest()

    async def test_resume_without_a_place_begins_now(self) -> None:
        await sync_to_async(self._talk)(5)
        ana = await self.join(self.ana, after=None)
        await ana.send_json_to(say("six"))

        assert [event["seq"] for event in await events(ana, 1)] == [6]
        await self.rest()

    async def test_restore_that_breaks_the_numbering_sends_everybody_to_the_page(self) -> None:
        ana = await self.join(self.ana)

        await sync_to_async(Room.objects.filter(pk=self.room.pk).update)(epoch=2)

        assert await frame_of(ana, "reset") == {"type": "reset", "epoch": 2, "latest": 0}
        assert await closed(ana) == 1000
        await self.rest()

    def _talk(self, count: int) -> None:
        made = [
            RoomEvent(room=self.room, seq=seq, kind="message.posted", author=self.ben, client_id=uuid.uuid4(), text="x")
            for seq in range(1, count + 1)
        ]
        RoomEvent.objects.bulk_create(made)
        Room.objects.filter(pk=self.room.pk).update(last_seq=count)


class SayTests(RoomCase):
    async def test_say_again_is_answered_with_the_same_event_though_the_room_has_closed(self) -> None:
        ana, frame = await self.join(self.ana), say("Once")
        await ana.send_json_to(frame)
        first = await events(ana, 1)

        await sync_to_async(Room.objects.filter(pk=self.room.pk).update)(phase="closed")
        await ana.send_json_to(frame)
        again = await events(ana, 1)

        assert again == first
        assert await sync_to_async(self.room.events.count)() == 1
        await self.rest()

    async def test_say_keeps_the_order_of_one_person(self) -> None:
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        ids = [str(uuid.uuid4()) for _ in range(15)]

        for client_id in ids:
            await ana.send_json_to(say(client_id=client_id))

        assert [event["client_id"] for event in await events(ben, 15)] == ids
        await self.rest()

    async def test_say_is_refused_with_a_code_and_a_sentence(self) -> None:
        ana = await self.join(self.ana)
        listening = await self.join(self.ben)
        await sync_to_async(self.room.participants.update_or_create)(person=self.ben, defaults={"part": "listener"})
        codes = []

        for socket, text in ((ana, "x" * 4001), (ana, "  "), (listening, "May I?")):
            frame = say(text)
            await socket.send_json_to(frame)
            refused = await frame_of(socket, "refused")
            codes.append((refused["code"], refused["client_id"] == frame["client_id"], bool(refused["sentence"])))

        assert codes == [("too_long", True, True), ("bad_frame", True, True), ("not_your_turn", True, True)]
        assert await sync_to_async(self.room.events.count)() == 0
        await self.rest()

    async def test_say_too_much_at_once_is_refused(self) -> None:
        ana = await self.join(self.ana)

        for _ in range(21):
            await ana.send_json_to(say())
        told = [await ana.receive_json_from(timeout=WAIT) for _ in range(1)]
        while not any(frame["type"] == "refused" for frame in told):
            told.append(await ana.receive_json_from(timeout=WAIT))

        assert [frame["code"] for frame in told if frame["type"] == "refused"] == ["too_fast"]
        assert await sync_to_async(self.room.events.count)() == 20
        await self.rest()

    async def test_say_while_the_database_is_away_is_not_acknowledged(self) -> None:
        from django.db import OperationalError

        ana, frame = await self.join(self.ana), say("canary-words")
        with (
            mock.patch.dict(consumers.ACTIONS, say=mock.Mock(side_effect=OperationalError)),
            self.assertLogs("live.consumers", "WARNING") as logs,
        ):
            await ana.send_json_to(frame)
            refused = await frame_of(ana, "refused")

        assert (refused["code"], refused["client_id"], "canary-words" in str(logs.output)) == ("not_kept", frame["client_id"], False)
        await self.rest()

    async def test_say_arrives_although_the_channel_layer_is_down(self) -> None:
        with mock.patch("lms.realtime.publish"):
            ana, ben = await self.join(self.ana), await self.join(self.ben)
            for text in ("one", "two", "three"):
                await ana.send_json_to(say(text))

            assert [event["seq"] for event in await events(ben, 3)] == [1, 2, 3]
        await self.rest()

    async def test_say_lost_by_the_layer_is_healed_by_the_next(self) -> None:
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        with mock.patch("lms.realtime.publish"):
            await sync_to_async(actions.say)(actor=self.ben, room_id=self.room.pk, text="lost", client_id=uuid.uuid4())
        await ben.send_json_to(say("heard"))

        assert [event["seq"] for event in await events(ana, 2)] == [1, 2]
        await self.rest()

    async def test_say_taking_up_words_shows_them(self) -> None:
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        await ana.send_json_to(say("I noticed I was counting"))
        await events(ben, 1)

        await ben.send_json_to(say("I heard that", answers=1, quote="I was counting"))
        answer = (await events(ben, 1))[0]
        await ben.send_json_to(say("And that", answers=1, quote="words never said"))
        refused = await frame_of(ben, "refused")

        assert ("I was counting" in answer["html"], refused["code"]) == (True, "bad_frame")
        await self.rest()


class WithdrawTests(RoomCase):
    async def test_withdraw_reaches_everyone_and_is_gone_for_who_comes_later(self) -> None:
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        await ana.send_json_to(say("canary-words"))
        await events(ben, 1)

        await ana.send_json_to({"type": "withdraw", "seq": 1})
        told = (await events(ben, 1))[0]
        later = await self.join(self.ben)
        log = await events(later, 2)

        assert (told["type"], told["of"], told["seq"]) == ("message.withdrawn", 1, 2)
        assert ["canary-words" in json.dumps(event) for event in log] == [False, False]
        assert "Withdrawn" in log[0]["html"]
        await self.rest()

    async def test_withdraw_is_for_the_author(self) -> None:
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        await ana.send_json_to(say("Mine"))
        await events(ben, 1)

        await ben.send_json_to({"type": "withdraw", "seq": 1})

        assert (await frame_of(ben, "refused"))["code"] == "not_a_participant"
        assert await sync_to_async(lambda: self.room.events.get(seq=1).text)() == "Mine"
        await self.rest()


class FloodTests(RoomCase):
    async def test_bad_frames_are_answered_and_too_many_close_only_this_socket(self) -> None:
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        odd = ["", "{", "[]", "null", "1", '"x"', "{}", '{"type":1}', '{"type":"say"}', "[" * 5000, '{"type":"have","seq":NaN}']
        for text in odd[1:]:
            await ana.send_to(text_data=text)
        answers = [(await frame_of(ana, "refused"))["code"] for _ in odd[1:]]
        await ana.send_to(bytes_data=b"\xff\x00")

        assert (answers, await closed(ana)) == (["bad_frame"] * 10, 4429)
        await ben.send_json_to({"type": "ping"})
        assert (await frame_of(ben, "pong"))["latest"] == 0
        await self.rest()

    async def test_flood_of_good_frames_closes_the_socket(self) -> None:
        ana = await self.join(self.ana)
        with mock.patch.object(consumers, "FLOOD", 20):
            for _ in range(21):
                await ana.send_json_to({"type": "ping"})

            assert await closed(ana) == 4429
        await self.rest()

    async def test_reader_that_confirms_nothing_is_let_go_and_comes_back_for_the_rest(self) -> None:
        with mock.patch.object(presence, "PATIENCE", 1.0), mock.patch.object(actions.log, "PACE", 10_000):
            ana, ben = await self.join(self.ana), await self.join(self.ben)
            reading = asyncio.create_task(events(ben, 250))
            await sync_to_async(self._talk)(250)

            heard = await reading
            got: list[int] = []
            while (output := await ana.receive_output(timeout=WAIT))["type"] != "websocket.close":
                frame = json.loads(output["text"])
                got += [event["seq"] for event in frame.get("events", [frame]) if "seq" in event]
            back = await self.join(self.ana, after=got[-1])
            rest = await events(back, 50)

        assert (output["code"], got, len(heard)) == (4408, list(range(1, 201)), 250)
        assert [event["seq"] for event in rest] == list(range(201, 251))
        await self.rest()

    async def test_burst_reaches_everybody_whole_and_in_order(self) -> None:
        with mock.patch.object(actions.log, "PACE", 10_000):
            sockets = [await self.join([self.ana, self.ben][number % 2]) for number in range(20)]

            async def read(socket: WebsocketCommunicator) -> list[int]:
                return [event["seq"] for event in await events(socket, 100)]

            readers = [asyncio.create_task(read(socket)) for socket in sockets]
            for number in range(100):
                await sockets[number % 20].send_json_to(say(str(number)))

            assert await asyncio.gather(*readers) == [list(range(1, 101))] * 20
        await self.rest()

    def _talk(self, count: int) -> None:
        for _ in range(count):
            actions.say(actor=self.ben, room_id=self.room.pk, text="x", client_id=uuid.uuid4())


class RevocationTests(RoomCase):
    async def test_removed_member_is_out_within_a_second_though_the_layer_is_down(self) -> None:
        for publish in (mock.patch("lms.realtime.publish"), mock.patch("lms.realtime.log")):
            with publish:
                member = await sync_to_async(make_user)()
                membership = await sync_to_async(make_membership)(cohort=self.room.seminar.cohort, person=member)
                leaving, ana = await self.join(member), await self.join(self.ana)

                await sync_to_async(_remove)(membership)
                await ana.send_json_to(say("after"))
                seen: list[Frame] = []
                began = asyncio.get_running_loop().time()
                while (output := await leaving.receive_output(timeout=1))["type"] != "websocket.close":
                    seen.append(json.loads(output["text"]))

                assert output["code"] == 4403
                assert asyncio.get_running_loop().time() - began < 1
                await ana.send_json_to(say("long after"))
                await events(ana, 1)
                assert await leaving.receive_nothing(timeout=0.3)
        await self.rest()

    async def test_removed_member_says_nothing_more_even_before_the_socket_closes(self) -> None:
        membership = await sync_to_async(Membership.objects.get)(person=self.ben)
        ben = await self.join(self.ben)
        with mock.patch("live.hub.watch.Watch.close"):
            await sync_to_async(_remove)(membership)
            await ben.send_json_to(say("Still here"))

            assert (await frame_of(ben, "refused"))["code"] == "not_a_participant"
        await self.rest()

    async def test_ticket_from_before_the_removal_opens_nothing(self) -> None:
        membership = await sync_to_async(Membership.objects.get)(person=self.ben)
        ticket = await sync_to_async(make_ticket)(self.ben, self.room)
        await sync_to_async(_remove)(membership)
        socket = await self.connect()

        await socket.send_json_to({"type": "join", "ticket": ticket, "epoch": 1, "after": 0})

        assert await socket.receive_output(timeout=WAIT) == {"type": "websocket.close", "code": 4403}
        await self.rest()

    async def test_signing_out_closes_the_sockets_of_that_sign_in_only(self) -> None:
        client = await sync_to_async(self._signed_in)()
        key = await sync_to_async(lambda: str(client.session.session_key))()
        mine = await sync_to_async(make_ticket)(self.ana, self.room, session=key)
        socket = await self.connect()
        await socket.send_json_to({"type": "join", "ticket": mine, "epoch": 1, "after": 0})
        elsewhere = await self.join(self.ana)

        answer = await sync_to_async(client.post)("/accounts/logout/")

        assert (answer.status_code, await closed(socket, within=1)) == (302, 4401)
        await elsewhere.send_json_to({"type": "ping"})
        assert (await frame_of(elsewhere, "pong"))["latest"] == 0
        await self.rest()

    async def test_sessions_that_ended_close_theirs_or_all(self) -> None:
        from lms.users.signals import sessions_ended

        one, two = await self.join(self.ana), await self.join(self.ben)

        await sync_to_async(sessions_ended.send)(User, person=self.ana, session_keys=None)
        all_of_one = await closed(one, within=1)
        await sync_to_async(sessions_ended.send)(User, person=self.ben, session_keys=[SESSION])

        assert (all_of_one, await closed(two, within=1)) == (4403, 4401)
        await self.rest()

    async def test_person_without_sessions_is_out(self) -> None:
        ana, ben = await self.join(self.ana), await self.join(self.ben)

        await sync_to_async(actions.end_access)(person=self.ana)

        assert await closed(ana, within=1) == 4403
        await ben.send_json_to({"type": "ping"})
        assert (await frame_of(ben, "pong"))["latest"] == 0
        await self.rest()

    def _signed_in(self) -> Client:
        client = Client()
        client.force_login(self.ana)
        return client


def _remove(membership: Membership) -> None:
    from courses.actions.members import remove_member

    remove_member(actor=make_user(coordinates=True), membership=membership)


class PresenceTests(RoomCase):
    async def test_presence_says_who_came_and_who_left(self) -> None:
        ana = await self.join(self.ana)
        await frame_of(ana, "presence")  # herself
        ben = await self.join(self.ben)

        came = await frame_of(ana, "presence")
        await ben.disconnect(timeout=WAIT)
        gone = await frame_of(ana, "presence")

        assert ([person["name"] for person in came["joined"]], came["left"]) == (["Ben Oak"], [])
        assert (gone["joined"], gone["left"]) == ([], [self.ben.pk])
        await self.rest()

    async def test_presence_of_two_tabs_is_one_person(self) -> None:
        ana = await self.join(self.ana)
        await frame_of(ana, "presence")
        one, two = await self.join(self.ben), await self.join(self.ben)
        came = await frame_of(ana, "presence")

        await one.disconnect(timeout=WAIT)
        with self.assertRaises(TimeoutError):
            async with asyncio.timeout(0.5):
                await ana.receive_output(timeout=1)

        still_here = await sync_to_async(lambda: set(PresenceSpan.objects.now().values_list("person", flat=True)))()

        assert ([person["id"] for person in came["joined"]], still_here) == ([self.ben.pk], {self.ana.pk, self.ben.pk})
        assert [person["id"] for person in two.welcome["roster"]] == [self.ana.pk, self.ben.pk]
        await self.rest()

    async def test_presence_is_kept_as_spans_that_end(self) -> None:
        ana = await self.join(self.ana)
        await frame_of(ana, "presence")
        here = await sync_to_async(lambda: list(PresenceSpan.objects.now().values_list("person", "seat")))()
        await self.rest()

        assert here == [(self.ana.pk, "speaker")]
        assert await sync_to_async(lambda: (PresenceSpan.objects.now().count(), PresenceSpan.objects.count()))() == (0, 1)

    async def test_typing_is_told_to_others_and_ends(self) -> None:
        with mock.patch.object(presence, "TYPING", 0.5):
            ana, ben = await self.join(self.ana), await self.join(self.ben)

            await ben.send_json_to({"type": "typing"})

            assert [(await frame_of(ana, "typing"))["people"] for _ in range(2)] == [[self.ben.pk], []]
        assert await sync_to_async(self.room.events.count)() == 0
        await self.rest()

    async def test_typing_is_told_to_nobody_in_a_silence_or_while_some_reflect(self) -> None:
        trainer = await sync_to_async(make_user)()
        await sync_to_async(make_membership)(cohort=self.room.seminar.cohort, person=trainer, part=Part.TRAINER)
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        for phase in (Phase.SILENCE, Phase.REFLECTING):
            await sync_to_async(actions.move_phase)(actor=trainer, room_id=self.room.pk, client_id=uuid.uuid4(), phase=phase)
            await events(ana, 1)

            await ben.send_json_to({"type": "typing"})
            await asyncio.sleep(0.3)

            assert consumers.hub_here().rooms[self.room.pk].typing == {}
        await self.rest()

    async def test_pong_carries_the_latest_number_and_a_ticket_that_opens(self) -> None:
        ana = await self.join(self.ana)
        await ana.send_json_to({"type": "ping"})
        pong = await frame_of(ana, "pong")
        socket = await self.connect()

        await socket.send_json_to({"type": "join", "ticket": pong["ticket"], "epoch": pong["epoch"], "after": pong["latest"]})

        assert (await frame_of(socket, "welcome"))["you"]["id"] == self.ana.pk
        await self.rest()

    async def test_room_that_is_closed_says_so_and_lets_everybody_go(self) -> None:
        trainer = await sync_to_async(make_user)()
        await sync_to_async(make_membership)(cohort=self.room.seminar.cohort, person=trainer, part=Part.TRAINER)
        ana = await self.join(self.ana)

        await sync_to_async(actions.close_room)(actor=trainer, room_id=self.room.pk)
        told = (await events(ana, 1))[0]

        assert (told["type"], told["phase"], await closed(ana)) == ("phase.moved", "closed", 4410)
        await self.rest()

    async def test_room_whose_time_is_over_lets_everybody_go(self) -> None:
        ticket = await sync_to_async(make_ticket)(self.ana, self.room, until=timezone.now().timestamp() + 0.5)
        ana = await self.connect()
        await ana.send_json_to({"type": "join", "ticket": ticket, "epoch": 1, "after": 0})

        assert await closed(ana) == 4410
        await self.rest()


class TwoProcessesTests(RoomCase):
    """Two hubs over one layer and one database, as two processes are."""

    async def test_words_people_and_removals_pass_from_one_to_the_other(self) -> None:
        ana = await self.join(self.ana)
        first = consumers.hub_here()
        other = Hub(first.doors)
        with mock.patch.object(consumers, "hub_here", return_value=other):
            ben = await self.join(self.ben)
        await ana.send_json_to(say("From there"))

        assert [event["seq"] for event in await events(ben, 1)] == [1]
        assert sorted(person["id"] for person in ben.welcome["roster"]) in ([self.ben.pk], sorted([self.ana.pk, self.ben.pk]))
        names: set[str] = set()
        while names != {"Ana Ruiz", "Ben Oak"}:
            names |= {person["name"] for person in (await frame_of(ana, "presence"))["joined"]}

        await sync_to_async(actions.end_access)(person=self.ben)
        assert await closed(ben, within=1) == 4403
        await self.rest()
        async with asyncio.timeout(WAIT):
            while not other.resting:
                await asyncio.sleep(0.05)
