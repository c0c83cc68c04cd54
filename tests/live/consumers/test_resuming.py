"""A browser that comes back asks for everything after what it holds."""

import uuid
from dataclasses import replace
from unittest import mock

from asgiref.sync import sync_to_async

from live import consumers
from live.models import Room, RoomEvent
from tests.live.sockets import WAIT, RoomCase, closed, events, frame_of, say


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

    async def test_resume_within_memory_asks_the_database_for_no_events(self) -> None:
        """Six hundred people come back at once; what all of them missed is here already."""
        ana = await self.join(self.ana)
        for number in range(12):
            await ana.send_json_to(say(str(number)))
        await events(ana, 12)
        hub = consumers.hub_here()
        asked = mock.Mock(side_effect=AssertionError("asked"))

        with mock.patch.object(hub, "doors", replace(hub.doors, after=asked, newest=asked)):
            back = [await self.join(person, after=after) for person, after in ((self.ben, 0), (self.ana, 5), (self.ben, 12))]
            missed = [[event["seq"] for event in await events(socket, count)] for socket, count in zip(back, (12, 7, 0), strict=True)]

        assert (missed, asked.call_count) == ([list(range(1, 13)), list(range(6, 13)), []], 0)
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
