"""Coming into a room by a socket: the first frame, its ticket, and what is answered."""

import datetime
from typing import Any
from unittest import mock

from asgiref.sync import sync_to_async
from django.utils import timezone

from live import consumers
from live.models import Room
from tests.live.factories import make_event, make_room, make_seminar, make_ticket, socket_to
from tests.live.sockets import WAIT, RoomCase, closed, events, say


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

    async def test_join_needs_the_sign_in_that_its_ticket_was_given_to(self) -> None:
        """Somebody else's ticket, or one that was copied out of a page, opens nothing."""
        ticket = await sync_to_async(make_ticket)(self.ana, self.room)
        codes = []

        for session in ("another-session-key", ""):
            socket = await self.connect(session=session)
            await socket.send_json_to({"type": "join", "ticket": ticket, "epoch": 1, "after": 0})
            codes.append(await closed(socket))

        assert codes == [4401, 4401]
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
