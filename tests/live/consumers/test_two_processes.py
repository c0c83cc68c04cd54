"""Two hubs over one layer and one database, as two processes are."""

import asyncio
from unittest import mock

from asgiref.sync import sync_to_async

from live import actions, consumers
from live.hub import Hub
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
