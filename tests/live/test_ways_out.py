"""S5, S6 from end to end: what somebody does on a page closes the sockets it should, and pages refuse at once."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client
from django.urls import reverse

from courses.models import Membership
from lms.permissions import Part
from lms.users.actions import deactivate
from tests.factories import PASSWORD, make_block, make_module, make_user
from tests.live.sockets import RoomCase, closed, frame_of

ROOM_CLOSES_WITHIN = 1.0  # seconds


class WaysOutTests(RoomCase):
    async def test_changing_the_password_ends_the_other_sign_ins_and_their_sockets(self) -> None:
        here, there = await self._device(), await self._device()
        socket_there, bens = await self._enter(there), await self.join(self.ben)

        passwords = {"oldpassword": PASSWORD, "password1": "quiet-river-lantern-9", "password2": "quiet-river-lantern-9"}
        answer = await sync_to_async(here.post)(reverse("account_change_password"), passwords)

        assert answer.status_code == 302
        assert await closed(socket_there, within=ROOM_CLOSES_WITHIN) == 4401
        assert [await self._status(client, "account") for client in (here, there)] == [200, 302]
        await self._still_there(bens)
        await self.rest()

    async def test_a_sign_in_that_has_just_changed_the_password_can_itself_be_ended(self) -> None:
        """Its session has a new key since; sockets and the list of sign-ins must know that one."""
        first, second = await self._device(), await self._device()
        await self._change_password(first, PASSWORD, "quiet-river-lantern-9")
        socket = await self._enter(first)
        second = await self._device("quiet-river-lantern-9")

        await self._change_password(second, "quiet-river-lantern-9", "another-long-evening-3")

        assert await closed(socket, within=ROOM_CLOSES_WITHIN) == 4401
        assert await self._status(first, "account") == 302
        await self.rest()

    async def test_ending_a_sign_in_from_the_list_closes_its_sockets_only(self) -> None:
        here, there = await self._device(), await self._device()
        socket_here, socket_there = await self._enter(here), await self._enter(there)

        await sync_to_async(here.post)(reverse("sign-ins-end-others"))

        assert await closed(socket_there, within=ROOM_CLOSES_WITHIN) == 4401
        await self._still_there(socket_here)
        await self.rest()

    async def test_a_closed_account_is_out_of_pages_and_rooms(self) -> None:
        client = await self._device()
        socket, bens = await self._enter(client), await self.join(self.ben)

        await sync_to_async(deactivate)(actor=None, person=self.ana)

        assert await closed(socket, within=ROOM_CLOSES_WITHIN) == 4403
        assert await self._status(client, "account") == 302
        await self._still_there(bens)
        await self.rest()

    async def test_removed_by_a_page_one_is_out_of_pages_and_rooms_at_once(self) -> None:
        client, coordinator = await self._device(), await self._coordinator()
        cohort, membership = self.room.seminar.cohort, await sync_to_async(Membership.objects.get)(person=self.ana)
        pages = await sync_to_async(self._pages)()
        socket = await self._enter(client)
        before = [(await sync_to_async(client.get)(page)).status_code for page in pages]

        answer = await sync_to_async(coordinator.post)(
            reverse("courses:people-member", args=[cohort.slug, membership.pk]),
            {"part": Part.TRAINEE, "seen": Part.TRAINEE, "remove": "on"},
        )

        assert (answer.status_code, before) == (302, [200] * len(pages))
        assert [(await sync_to_async(client.get)(page)).status_code for page in pages] == [404] * len(pages)
        assert await closed(socket, within=ROOM_CLOSES_WITHIN) == 4403
        assert await self._status(client, "courses:journal") == 200  # one's own stays one's own
        await self.rest()

    async def test_another_part_given_by_a_page_closes_the_socket_that_had_the_old_one(self) -> None:
        client, coordinator = await self._device(), await self._coordinator()
        cohort, membership = self.room.seminar.cohort, await sync_to_async(Membership.objects.get)(person=self.ana)
        socket = await self._enter(client)

        address = reverse("courses:people-member", args=[cohort.slug, membership.pk])
        await sync_to_async(coordinator.post)(address, {"part": Part.ALUMNUS, "seen": Part.TRAINEE})

        assert await closed(socket, within=ROOM_CLOSES_WITHIN) == 4403
        assert (await sync_to_async(client.get)(self._room_page())).status_code == 404
        await self.rest()

    # --- inside

    async def _device(self, password: str = PASSWORD) -> Client:
        """A browser in which Ana has signed in by the form."""

        def sign_in() -> Client:
            client = Client()
            answer = client.post(reverse("account_login"), {"login": self.ana.email, "password": password})
            assert urlsplit(answer["Location"]).path == "/", answer.content
            return client

        return await sync_to_async(sign_in)()

    async def _coordinator(self) -> Client:
        def make() -> Client:
            client = Client()
            client.force_login(make_user(coordinates=True))
            return client

        return await sync_to_async(make)()

    async def _enter(self, client: Client) -> WebsocketCommunicator:
        """The socket of the room's page, by the ticket that page carries."""
        page = await sync_to_async(client.get)(self._room_page())
        socket = await self.connect(session=client.cookies["sessionid"].value)
        await socket.send_json_to({"type": "join", "ticket": page.context["ticket"], "epoch": 1, "after": 0})
        await frame_of(socket, "welcome")
        return socket

    async def _still_there(self, socket: WebsocketCommunicator) -> None:
        await asyncio.sleep(0.6)  # longer than between two looks at who may be here
        await socket.send_json_to({"type": "ping"})
        assert (await frame_of(socket, "pong"))["latest"] == 0

    async def _change_password(self, client: Client, old: str, new: str) -> None:
        passwords = {"oldpassword": old, "password1": new, "password2": new}
        answer = await sync_to_async(client.post)(reverse("account_change_password"), passwords)
        assert answer.status_code == 302, answer.content

    async def _status(self, client: Client, name: str) -> int:
        return int((await sync_to_async(client.get)(reverse(name))).status_code)

    def _room_page(self) -> str:
        return reverse("live:room", args=[self.room.pk])

    def _pages(self) -> list[str]:
        cohort = self.room.seminar.cohort
        make_block(cohort=cohort, module=make_module(programme=cohort.programme))
        names: list[Any] = ["cohort-today", "courses:course", "courses:people", "forums:forum", "live:seminar-list"]
        return [reverse(name, args=[cohort.slug]) for name in names] + [self._room_page()]
