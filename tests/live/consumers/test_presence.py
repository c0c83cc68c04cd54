"""Who is here, who is writing, and rooms that close."""

import asyncio
import datetime
import uuid
from unittest import mock

from asgiref.sync import sync_to_async
from django.utils import timezone

from live import actions, consumers
from live.hub import presence
from live.models import PresenceSpan, Room
from lms.floor import Phase
from lms.permissions import Part
from tests.factories import make_membership, make_user
from tests.live.factories import make_ticket
from tests.live.sockets import WAIT, RoomCase, closed, events, frame_of


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

    async def test_presence_vouches_again_and_again_for_who_facilitates_where_they_are_waited_for(self) -> None:
        trainer = await sync_to_async(make_user)()
        await sync_to_async(make_membership)(cohort=self.room.seminar.cohort, person=trainer, part=Part.TRAINER)
        with mock.patch.object(presence, "TEND", 1):
            for person in (self.ana, trainer):
                await self.join(person)
            await self.until_kept(2)
            counts = {}
            for phase in (Phase.CONVERSATION, Phase.REFLECTING):
                if phase != Phase.CONVERSATION:
                    await sync_to_async(actions.move_phase)(actor=trainer, room_id=self.room.pk, client_id=uuid.uuid4(), phase=phase)
                    await asyncio.sleep(0.3)
                before = await self.vouched()
                await asyncio.sleep(0.5)
                counts[phase] = sum(at != before[who] for who, at in (await self.vouched()).items())
            here = await self.vouched()
        await self.rest()

        assert counts == {Phase.CONVERSATION: 0, Phase.REFLECTING: 1}
        assert max(here, key=lambda who: here[who]) == trainer.pk

    async def vouched(self) -> dict[int, datetime.datetime]:
        return await sync_to_async(lambda: dict(PresenceSpan.objects.values_list("person", "vouched_at")))()

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

    async def test_typing_is_told_only_of_who_has_the_floor(self) -> None:
        """A frame that a listener's page would never send changes nothing; in a round that is everybody but one."""
        trainer = await sync_to_async(make_user)(display_name="Tara Holm")
        await sync_to_async(make_membership)(cohort=self.room.seminar.cohort, person=trainer, part=Part.TRAINER)
        sockets = {person.pk: await self.join(person) for person in (self.ana, self.ben)}
        await self.until_kept(2)
        await sync_to_async(actions.move_phase)(actor=trainer, room_id=self.room.pk, client_id=uuid.uuid4(), phase=Phase.ROUND)
        holder = (await sync_to_async(Room.objects.get)(pk=self.room.pk)).turns["holder"]
        listener = next(person for person in sockets if person != holder)

        shown = []
        for person in (listener, holder):
            await sockets[person].send_json_to({"type": "typing"})
            await sockets[person].send_json_to({"type": "ping"})  # answered in its turn
            await frame_of(sockets[person], "pong")
            shown.append(set(consumers.hub_here().rooms[self.room.pk].typing))

        assert shown == [set(), {holder}]
        await self.rest()

    async def test_typing_of_who_watches_or_stepped_out_is_not_told(self) -> None:
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        await sync_to_async(self.room.participants.update_or_create)(person=self.ana, defaults={"part": "listener"})
        await sync_to_async(actions.step_out)(actor=self.ben, room_id=self.room.pk, client_id=uuid.uuid4())

        for socket in (ana, ben):
            await socket.send_json_to({"type": "typing"})
            await socket.send_json_to({"type": "ping"})
            await frame_of(socket, "pong")

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
