"""Too much of anything closes the socket it comes from, and no other."""

import asyncio
import json
import uuid
from unittest import mock

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from live import actions, consumers, hub
from live.hub import pace, presence
from tests.live.factories import make_ticket
from tests.live.sockets import WAIT, RoomCase, closed, events, frame_of, say


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
        for frame in ({"type": "ping"}, {"type": "have", "seq": 0}):
            ana = await self.join(self.ana)
            with mock.patch.object(consumers, "FLOOD", 20):
                for _ in range(21):
                    await ana.send_json_to(frame)

                assert await closed(ana) == 4429
        await self.rest()

    async def test_one_person_asks_no_more_by_many_sockets_than_by_one(self) -> None:
        """Each socket alone stays below every limit; together they would keep everybody else waiting for the room's row."""
        ben = await self.join(self.ben)
        with mock.patch.object(pace, "MOST", 6), mock.patch.object(actions.log, "PACE", 10_000):
            sockets = [await self.join(self.ana) for _ in range(3)]
            for socket in sockets * 2:
                await socket.send_json_to(say("Ana is heard"))
            heard = await events(ben, 6)
            for socket in sockets:
                await socket.send_json_to(say("Ana too fast"))
            refused = [await frame_of(socket, "refused") for socket in sockets]
            await ben.send_json_to(say("Ben is heard"))
            heard += await events(ben, 1)

        assert [(frame["code"], bool(frame["client_id"])) for frame in refused] == [("too_fast", True)] * 3
        assert (len(heard), "Ben is heard" in heard[-1]["html"]) == (7, True)
        await self.rest()

    async def test_one_person_has_so_many_sockets_in_a_room_and_no_more(self) -> None:
        with mock.patch.object(hub, "MOST_SOCKETS", 2):
            one, two = await self.join(self.ana), await self.join(self.ana)
            ticket = await sync_to_async(make_ticket)(self.ana, self.room)
            three = await self.connect()
            await three.send_json_to({"type": "join", "ticket": ticket, "epoch": 1, "after": 0})
            refused = await closed(three)
            await one.disconnect(timeout=WAIT)
            back = await self.join(self.ana)
            ben = await self.join(self.ben)

        assert (refused, two.welcome["type"], back.welcome["type"], ben.welcome["type"]) == (4429, "welcome", "welcome", "welcome")
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
