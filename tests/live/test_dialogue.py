"""The form of a dialogue by sockets: who may speak is said to everybody, and what ends by itself does."""

import asyncio
import datetime
import uuid
from unittest import mock

from asgiref.sync import sync_to_async
from django.utils import timezone

from live.actions import tending
from live.hub import presence
from live.models import Room
from lms.permissions import Part
from lms.users.models import User
from tests.factories import make_membership, make_user
from tests.live.sockets import WAIT, Frame, RoomCase, events, frame_of, say


def act(kind: str, **fields: object) -> Frame:
    return {"type": kind, "client_id": str(uuid.uuid4()), **fields}


class DialogueTests(RoomCase):
    def setUp(self) -> None:
        super().setUp()
        self.trainer: User = make_user(display_name="Tom Lee")
        make_membership(cohort=self.room.seminar.cohort, person=self.trainer, part=Part.TRAINER)
        self.enterContext(mock.patch.object(presence, "TEND", 1))

    async def come(self) -> list:
        """Ana, Ben and the trainer, each known to be here."""
        sockets = [await self.join(person) for person in (self.ana, self.ben, self.trainer)]
        async with asyncio.timeout(WAIT):
            while await sync_to_async(self.room.spans.now().count)() < 3:
                await asyncio.sleep(0.05)
        return sockets

    async def test_a_move_reaches_everybody_with_whose_turn_it_is(self) -> None:
        ana, ben, trainer = await self.come()

        await trainer.send_json_to(act("move_phase", phase="round"))
        told = [(await events(socket, 1))[0] for socket in (ana, ben, trainer)]
        await ben.send_json_to(say("May I?"))
        refused = await frame_of(ben, "refused")
        await ana.send_json_to(act("pass", back=True))
        passed = (await events(ben, 1))[0]

        assert told[0] == told[1] == told[2]
        assert (told[0]["type"], told[0]["form"]["speaking"]) == ("phase.moved", {"seats": [], "people": [self.ana.pk]})
        assert refused["code"] == "not_your_turn"
        assert (passed["type"], passed["form"]["turns"]["holder"]) == ("turn.passed", self.ben.pk)
        await self.rest()

    async def test_the_same_act_sent_again_is_answered_with_what_happened(self) -> None:
        ana, _ben, trainer = await self.come()
        await trainer.send_json_to(act("move_phase", phase="round"))
        await events(ana, 1)
        frame = act("done")

        await ana.send_json_to(frame)
        first = await events(ana, 1)
        await ana.send_json_to(frame)

        assert await events(ana, 1) == first
        await self.rest()

    async def test_a_silence_ends_for_everybody_though_nobody_does_anything(self) -> None:
        ana, _ben, trainer = await self.come()
        await trainer.send_json_to(act("move_phase", phase="silence", minutes=1))
        quiet = (await events(ana, 1))[0]
        soon = timezone.now() + datetime.timedelta(seconds=0.3)

        await sync_to_async(Room.objects.filter(pk=self.room.pk).update)(quiet_until=soon)
        ended = (await events(ana, 1))[0]

        assert (quiet["phase"], quiet["form"]["until"] is not None) == ("silence", True)
        assert (ended["phase"], ended["after_silence"], ended["author"]) == ("conversation", True, None)
        await self.rest()

    async def test_the_turn_moves_on_when_who_has_it_drops_out(self) -> None:
        ana, ben, trainer = await self.come()
        await trainer.send_json_to(act("move_phase", phase="round"))
        await events(ben, 1)

        await ana.disconnect(timeout=WAIT)

        given = (await events(ben, 1))[0]
        assert (given["type"], given["form"]["turns"]["holder"], given["form"]["turns"]["waiting"]) == (
            "floor.given",
            self.ben.pk,
            [self.trainer.pk, self.ana.pk],
        )
        await self.rest()

    async def test_the_room_goes_on_in_conversation_when_nobody_facilitates(self) -> None:
        ana, _ben, trainer = await self.come()
        await trainer.send_json_to(act("move_phase", phase="reflecting"))
        await events(ana, 1)

        with mock.patch.object(tending, "ALONE", datetime.timedelta(seconds=0.2)):
            await trainer.disconnect(timeout=WAIT)
            went_on = (await events(ana, 1))[0]

        assert (went_on["phase"], went_on["alone"]) == ("conversation", True)
        await self.rest()
