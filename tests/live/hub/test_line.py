"""The channel of a process while the layer comes and goes."""

from unittest import mock

from django.test import SimpleTestCase

from live.hub.line import Line
from lms import realtime


class LineTests(SimpleTestCase):
    async def test_keep_tells_what_the_layer_missed_while_it_was_away(self) -> None:
        line = Line()
        with (
            mock.patch.object(realtime, "new_channel", mock.AsyncMock(side_effect=ConnectionError)),
            self.assertLogs("live.hub.line", "WARNING"),
        ):
            await line.add("room.1")
            await line.add("room.2")
            await line.drop("room.2")

        with (
            mock.patch.object(realtime, "new_channel", mock.AsyncMock(return_value="mine")),
            mock.patch.object(realtime, "subscribe", mock.AsyncMock()) as subscribe,
        ):
            for _ in range(2):
                await line.keep()
            told = [call.args for call in subscribe.await_args_list]
            await line.keep(renew=True)

        assert told == [("room.1", "mine")]
        assert len(subscribe.await_args_list) == 2

    async def test_hang_up_begins_anew_with_a_channel_of_its_own(self) -> None:
        line = Line()
        with (
            mock.patch.object(realtime, "new_channel", mock.AsyncMock(side_effect=["one", "two"])),
            mock.patch.object(realtime, "subscribe", mock.AsyncMock()) as subscribe,
        ):
            await line.add("notices")
            line.hang_up()
            await line.add("notices")

        assert [call.args for call in subscribe.await_args_list] == [("notices", "one"), ("notices", "two")]
