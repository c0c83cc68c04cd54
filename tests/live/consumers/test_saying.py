"""What is said and taken back by a socket, and what is refused."""

import json
import uuid
from unittest import mock

from asgiref.sync import sync_to_async

from live import acting, actions
from live.models import Room, Seminar
from tests.live.sockets import WAIT, RoomCase, events, frame_of, say


class SayTests(RoomCase):
    async def test_say_again_is_answered_with_the_same_event_though_the_room_has_closed(self) -> None:
        ana, frame = await self.join(self.ana), say("Once")
        await ana.send_json_to(frame)
        first = await events(ana, 1)

        await sync_to_async(Room.objects.filter(pk=self.room.pk).update)(phase="closed")
        await ana.send_json_to(frame)
        again = await events(ana, 1)

        assert again == first
        assert await sync_to_async(self.room.events.count)() == 1
        await self.rest()

    async def test_say_keeps_the_order_of_one_person(self) -> None:
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        ids = [str(uuid.uuid4()) for _ in range(15)]

        for client_id in ids:
            await ana.send_json_to(say(client_id=client_id))

        assert [event["client_id"] for event in await events(ben, 15)] == ids
        await self.rest()

    async def test_say_is_refused_with_a_code_and_a_sentence(self) -> None:
        ana = await self.join(self.ana)
        listening = await self.join(self.ben)
        await sync_to_async(self.room.participants.update_or_create)(person=self.ben, defaults={"part": "listener"})
        codes = []

        for socket, text in ((ana, "x" * 4001), (ana, "  "), (listening, "May I?")):
            frame = say(text)
            await socket.send_json_to(frame)
            refused = await frame_of(socket, "refused")
            codes.append((refused["code"], refused["client_id"] == frame["client_id"], bool(refused["sentence"])))

        assert codes == [("too_long", True, True), ("bad_frame", True, True), ("not_your_turn", True, True)]
        assert await sync_to_async(self.room.events.count)() == 0
        await self.rest()

    async def test_say_too_much_at_once_is_refused(self) -> None:
        ana = await self.join(self.ana)

        for _ in range(21):
            await ana.send_json_to(say())
        told = [await ana.receive_json_from(timeout=WAIT) for _ in range(1)]
        while not any(frame["type"] == "refused" for frame in told):
            told.append(await ana.receive_json_from(timeout=WAIT))

        assert [frame["code"] for frame in told if frame["type"] == "refused"] == ["too_fast"]
        assert await sync_to_async(self.room.events.count)() == 20
        await self.rest()

    async def test_say_while_the_database_is_away_is_not_acknowledged(self) -> None:
        from django.db import OperationalError

        ana, frame = await self.join(self.ana), say("canary-words")
        with (
            mock.patch.dict(acting.ACTIONS, say=mock.Mock(side_effect=OperationalError)),
            self.assertLogs("live.consumers", "WARNING") as logs,
        ):
            await ana.send_json_to(frame)
            refused = await frame_of(ana, "refused")

        assert (refused["code"], refused["client_id"], "canary-words" in str(logs.output)) == ("not_kept", frame["client_id"], False)
        await self.rest()

    async def test_say_arrives_although_the_channel_layer_is_down(self) -> None:
        with mock.patch("lms.realtime.publish"):
            ana, ben = await self.join(self.ana), await self.join(self.ben)
            for text in ("one", "two", "three"):
                await ana.send_json_to(say(text))

            assert [event["seq"] for event in await events(ben, 3)] == [1, 2, 3]
        await self.rest()

    async def test_say_lost_by_the_layer_is_healed_by_the_next(self) -> None:
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        with mock.patch("lms.realtime.publish"):
            await sync_to_async(actions.say)(actor=self.ben, room_id=self.room.pk, text="lost", client_id=uuid.uuid4())
        await ben.send_json_to(say("heard"))

        assert [event["seq"] for event in await events(ana, 2)] == [1, 2]
        await self.rest()

    async def test_say_taking_up_words_shows_them(self) -> None:
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        await ana.send_json_to(say("I noticed I was counting"))
        await events(ben, 1)

        await ben.send_json_to(say("I heard that", answers=1, quote="I was counting"))
        answer = (await events(ben, 1))[0]
        await ben.send_json_to(say("And that", answers=1, quote="words never said"))
        refused = await frame_of(ben, "refused")

        assert ("I was counting" in answer["html"], refused["code"]) == (True, "bad_frame")
        await self.rest()


class AskTests(RoomCase):
    async def test_ask_is_told_to_who_asked_and_everybody_hears_that_something_changed(self) -> None:
        await sync_to_async(Seminar.objects.update)(kind=Seminar.Kind.TALK)
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        frame = {"type": "ask", "client_id": str(uuid.uuid4()), "text": "What about silence?"}

        await ana.send_json_to(frame)
        [heard] = await events(ben, 1)
        answers = [await frame_of(ana, "asked")]
        await ana.send_json_to(frame)  # the line was lost before the answer came
        answers.append(await frame_of(ana, "asked"))

        assert answers == [{"type": "asked", "client_id": frame["client_id"]}] * 2
        assert (heard["type"], heard["author"], heard["html"], "What about" in json.dumps(heard)) == ("questions.changed", None, "", False)
        assert await sync_to_async(self.room.questions.count)() == 1
        await self.rest()

    async def test_ask_without_words_or_with_too_many_is_refused_with_its_name(self) -> None:
        await sync_to_async(Seminar.objects.update)(kind=Seminar.Kind.TALK)
        ana = await self.join(self.ana)
        refused = []
        for text in ("", "x" * 1001):
            await ana.send_json_to({"type": "ask", "client_id": str(uuid.uuid4()), "text": text})
            refused.append(await frame_of(ana, "refused"))

        assert [one["code"] for one in refused] == ["bad_frame", "too_long"]
        assert all(one["client_id"] for one in refused)
        await self.rest()


class WithdrawTests(RoomCase):
    async def test_withdraw_reaches_everyone_and_is_gone_for_who_comes_later(self) -> None:
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        await ana.send_json_to(say("canary-words"))
        await events(ben, 1)

        await ana.send_json_to({"type": "withdraw", "seq": 1})
        told = (await events(ben, 1))[0]
        later = await self.join(self.ben)
        log = await events(later, 2)

        assert (told["type"], told["of"], told["seq"]) == ("message.withdrawn", 1, 2)
        assert ["canary-words" in json.dumps(event) for event in log] == [False, False]
        assert "Withdrawn" in log[0]["html"]
        await self.rest()

    async def test_withdraw_is_for_the_author(self) -> None:
        ana, ben = await self.join(self.ana), await self.join(self.ben)
        await ana.send_json_to(say("Mine"))
        await events(ben, 1)

        await ben.send_json_to({"type": "withdraw", "seq": 1})

        assert (await frame_of(ben, "refused"))["code"] == "not_a_participant"
        assert await sync_to_async(lambda: self.room.events.get(seq=1).text)() == "Mine"
        await self.rest()
