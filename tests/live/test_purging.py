"""Words that go when a room closes leave every process and every page."""

from asgiref.sync import sync_to_async

from live import actions
from live.consumers import hub_here
from live.models import Seminar
from lms.permissions import Part
from tests.factories import make_membership
from tests.live.sockets import RoomCase, closed, events, say


class PurgingTests(RoomCase):
    async def test_whoever_is_there_hears_of_it_and_no_memory_holds_the_words(self) -> None:
        await sync_to_async(Seminar.objects.update)(keeps_text=False)
        trainer = (await sync_to_async(make_membership)(cohort=self.room.seminar.cohort, part=Part.TRAINER)).person
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        await ana.send_json_to(say("Words of the evening"))
        for socket in (ana, ben):
            await events(socket, 1)
        held = hub_here().rooms[self.room.pk]

        await sync_to_async(actions.close_room)(actor=trainer, room_id=self.room.pk)

        told = [[(event["type"], event["html"]) for event in await events(socket, 2)] for socket in (ana, ben)]
        assert [kind for kind, _html in told[0]] == ["words.purged", "phase.moved"]
        assert told[0] == told[1]
        assert "Words of the evening" not in str([event.json for event in held.memory]) + str(held._batches)
        assert [await closed(socket) for socket in (ana, ben)] == [4410, 4410]
        await self.rest()

    async def test_who_comes_back_after_it_was_opened_again_gets_numbers_without_words(self) -> None:
        await sync_to_async(Seminar.objects.update)(keeps_text=False)
        trainer = (await sync_to_async(make_membership)(cohort=self.room.seminar.cohort, part=Part.TRAINER)).person
        ana = await self.join(self.ana)
        await ana.send_json_to(say("Words of the evening"))
        await events(ana, 1)
        for action in (actions.close_room, actions.open_room):
            await sync_to_async(action)(actor=trainer, room_id=self.room.pk)

        ben = await self.join(self.ben, after=0)
        heard = await events(ben, 4)

        assert [event["type"] for event in heard] == ["message.posted", "words.purged", "phase.moved", "phase.moved"]
        assert "Not kept" in heard[0]["html"] and "evening" not in str(heard)
        await self.rest()
