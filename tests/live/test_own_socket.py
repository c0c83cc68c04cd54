"""A person's own socket: told that something waits, never what, and closed with the way in."""

import asyncio
import time
from typing import Any
from unittest import mock

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client
from django.urls import reverse

from live import consumers, tickets
from live.hub import people
from lms.notifications.actions.notices import notify, take_from_pages
from lms.notifications.models import Notice
from lms.users.actions import deactivate
from lms.users.models import User
from tests.factories import PASSWORD
from tests.live.factories import ORIGIN, SESSION, make_ticket
from tests.live.sockets import WAIT, RoomCase, closed, say

CLOSES_WITHIN = 1.0  # seconds


def tell(*told: User, key: str = "post:1") -> None:
    notify(people=[person.pk for person in told], kind=Notice.Kind.ANSWER, key=key, url="/journal/", who="canary", words="canary")


class OwnSocketTests(RoomCase):
    async def test_notice_reaches_every_page_of_whom_it_is_for_and_nobody_else(self) -> None:
        first, second, bens = await self.come_in(self.ana), await self.come_in(self.ana), await self.come_in(self.ben)

        await sync_to_async(tell)(self.ana)

        assert [await socket.receive_from(timeout=WAIT) for socket in (first, second)] == ['{"type": "notice"}'] * 2
        assert await bens.receive_nothing(timeout=0.3)
        await self.rest()

    async def test_words_that_are_gone_are_named_by_their_place_to_whom_they_stood_before(self) -> None:
        anas, bens = await self.come_in(self.ana), await self.come_in(self.ben)

        await sync_to_async(take_from_pages)(people=[self.ana.pk], anchor="post-7")

        assert await anas.receive_json_from(timeout=WAIT) == {"type": "gone", "anchor": "post-7"}
        assert await bens.receive_nothing(timeout=0.3)
        await self.rest()

    async def test_notice_is_told_after_commit_only(self) -> None:
        socket = await self.come_in(self.ana)

        def undone() -> None:
            from django.db import transaction

            with transaction.atomic():
                tell(self.ana)
                transaction.set_rollback(True)

        await sync_to_async(undone)()

        assert await socket.receive_nothing(timeout=0.3)
        await self.rest()

    async def test_a_stranger_is_sent_nothing_and_closed(self) -> None:
        room_ticket = await sync_to_async(make_ticket)(self.ana, self.room)
        own = tickets.sign_own(self.ana.pk, SESSION)
        with mock.patch.object(time, "time", lambda: 0.0):
            old = tickets.sign_own(self.ana.pk, SESSION)
        odd: list[tuple[Any, int]] = [
            ({"type": "come_in", "ticket": "x"}, 4401),
            ({"type": "come_in", "ticket": room_ticket}, 4401),
            ({"type": "come_in", "ticket": own[:-1]}, 4401),
            ({"type": "come_in", "ticket": old}, 4401),
            ({"type": "come_in"}, 4400),
            ({"type": "join", "ticket": own, "epoch": 1}, 4400),
            (say(), 4400),
            ([], 4400),
        ]
        for frame, code in odd:
            socket = await self.knock()
            await socket.send_json_to(frame)
            assert (await socket.receive_output(timeout=WAIT))["code"] == code, frame
        await self.rest()

    async def test_an_own_ticket_opens_no_room(self) -> None:
        for frame, code in (({"type": "join", "epoch": 1, "after": 0}, 4401), ({"type": "come_in"}, 4400)):
            socket = await self.connect()
            await socket.send_json_to({**frame, "ticket": tickets.sign_own(self.ana.pk, SESSION)})
            assert await closed(socket) == code
        await self.rest()

    async def test_who_says_nothing_is_closed(self) -> None:
        with mock.patch.object(consumers, "JOIN_WITHIN", 0.2):
            assert await closed(await self.knock()) == 4400
        await self.rest()

    async def test_a_foreign_origin_is_refused_at_the_handshake(self) -> None:
        for origin in (b"https://evil.example", b"null", b"http://testserver:81"):
            socket = await self.knock([(b"origin", origin)], refused=True)
            await socket.disconnect(timeout=WAIT)

    async def test_a_ticket_needs_the_sign_in_that_it_was_given_to(self) -> None:
        socket = await self.knock(headers=[ORIGIN[0], (b"cookie", b"sessionid=another-session-key")])

        await socket.send_json_to({"type": "come_in", "ticket": tickets.sign_own(self.ana.pk, SESSION)})

        assert await closed(socket) == 4401
        await self.rest()

    async def test_whatever_else_comes_is_not_read_and_too_much_of_it_closes(self) -> None:
        socket = await self.come_in(self.ana)
        for _ in range(consumers.BAD_FRAMES):
            await socket.send_to(text_data="[" * 1000)
        assert await socket.receive_nothing(timeout=0.2)

        await socket.send_json_to(say())

        assert await closed(socket) == 4429
        await self.rest()

    async def test_signing_out_closes_this_sign_ins_pages_within_a_second(self) -> None:
        here, there = await self.device(), await self.device()
        sockets = [await self.come_in_by_page(client) for client in (here, there)]

        await sync_to_async(here.post)(reverse("account_logout"))

        assert await closed(sockets[0], within=CLOSES_WITHIN) == 4401
        await sync_to_async(tell)(self.ana)
        assert await sockets[1].receive_json_from(timeout=WAIT) == {"type": "notice"}
        await self.rest()

    async def test_a_closed_account_hears_nothing_more(self) -> None:
        socket = await self.come_in(self.ana, ago=10)

        await sync_to_async(deactivate)(actor=None, person=self.ana)

        assert await closed(socket, within=CLOSES_WITHIN) == 4403
        late = await self.knock()
        await late.send_json_to({"type": "come_in", "ticket": tickets.sign_own(self.ana.pk, SESSION)})
        assert await closed(late) == 4403
        await self.rest()

    async def test_many_pages_of_one_person_make_room_for_the_newest(self) -> None:
        with mock.patch.object(people, "MOST_PAGES", 2):
            oldest = await self.come_in(self.ana)
            newer = [await self.come_in(self.ana) for _ in range(2)]

            assert await closed(oldest) == 4408
        await sync_to_async(tell)(self.ana)
        assert [await socket.receive_json_from(timeout=WAIT) for socket in newer] == [{"type": "notice"}] * 2
        await self.rest()

    async def test_the_hub_rests_with_the_last_page_and_wakes_with_the_next(self) -> None:
        first = await self.come_in(self.ana)
        await first.disconnect(timeout=WAIT)
        await self.rest()
        self.open.clear()

        again = await self.come_in(self.ana)
        await sync_to_async(tell)(self.ana)

        assert await again.receive_json_from(timeout=WAIT) == {"type": "notice"}
        await self.rest()

    async def test_rooms_and_pages_share_one_hub(self) -> None:
        page, room = await self.come_in(self.ana), await self.join(self.ben)
        await page.disconnect(timeout=WAIT)
        await asyncio.sleep(0.3)

        await room.send_json_to({"type": "ping"})

        assert consumers.hub_here().resting is False
        await self.rest()

    # --- inside

    async def knock(self, headers: Any = ORIGIN, *, refused: bool = False) -> WebsocketCommunicator:
        from lms.asgi import application

        socket = WebsocketCommunicator(application, "/ws/me/", headers=headers)
        connected, _ = await socket.connect(timeout=WAIT)
        assert connected is not refused
        if connected:
            self.open.append(socket)
        return socket

    async def come_in(self, person: User, *, ago: float = 0, ticket: str = "", session: str = SESSION) -> WebsocketCommunicator:
        """A socket that was let in; its ticket was made so many seconds ago."""
        moment = time.time() - ago
        with mock.patch.object(time, "time", lambda: moment):
            ticket = ticket or tickets.sign_own(person.pk, session)
        socket = await self.knock([ORIGIN[0], (b"cookie", f"sessionid={session}".encode())])
        await socket.send_json_to({"type": "come_in", "ticket": ticket})
        assert await socket.receive_json_from(timeout=WAIT) == {"type": "welcome"}
        return socket

    async def device(self) -> Client:
        def sign_in() -> Client:
            client = Client()
            client.post(reverse("account_login"), {"login": self.ana.email, "password": PASSWORD})
            return client

        return await sync_to_async(sign_in)()

    async def come_in_by_page(self, client: Client) -> WebsocketCommunicator:
        page = await sync_to_async(client.get)("/account/")
        return await self.come_in(self.ana, ticket=page.context["frame"].ticket, session=client.cookies["sessionid"].value)
