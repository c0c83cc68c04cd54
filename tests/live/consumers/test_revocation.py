"""Ways in that end close their sockets within a second."""

import asyncio
import json
from unittest import mock

from asgiref.sync import sync_to_async
from django.test import Client

from courses.models import Membership
from live import actions
from lms.users.models import User
from tests.factories import make_membership, make_user
from tests.live.factories import SESSION, make_ticket
from tests.live.sockets import WAIT, Frame, RoomCase, closed, events, frame_of, say


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
        socket = await self.connect(session=key)
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
