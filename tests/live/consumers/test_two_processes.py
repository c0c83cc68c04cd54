"""Two hubs over one layer and one database, as two processes are."""

import asyncio
from unittest import mock

from asgiref.sync import sync_to_async

from live import actions, consumers
from live.events import group_of
from live.hub import Hub
from lms import realtime
from tests.live.factories import make_room
from tests.live.sockets import WAIT, RoomCase, closed, events, frame_of, say


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

    async def test_a_process_hears_of_a_room_only_while_somebody_of_its_own_is_in_it(self) -> None:
        """One channel for each process, first in to last out: with many rooms and processes all else would be every process' work."""
        another = await sync_to_async(make_room)(members=[self.ana])
        with mock.patch.object(realtime, "subscribe", wraps=realtime.subscribe) as told, mock.patch.object(
            realtime, "unsubscribe", wraps=realtime.unsubscribe
        ) as untold:  # fmt: skip
            await self.join(self.ana, room=another)
            ben, again = await self.join(self.ben), await self.join(self.ben)
            await ben.disconnect(timeout=WAIT)
            await asyncio.sleep(0.5)
            kept = [call.args[0] for call in untold.await_args_list]
            await again.disconnect(timeout=WAIT)
            async with asyncio.timeout(WAIT):
                while self.room.pk in consumers.hub_here().rooms or not untold.await_args_list:
                    await asyncio.sleep(0.05)
            left = [call.args[0] for call in untold.await_args_list]

        asked = [group for group, _ in (call.args for call in told.await_args_list) if group.startswith("room")]
        assert (sorted(asked), kept, left) == (sorted(map(group_of, (another.pk, self.room.pk))), [], [group_of(self.room.pk)])
        assert len({channel for _, channel in (call.args for call in told.await_args_list)}) == 1
        await self.rest()
