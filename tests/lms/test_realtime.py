"""The layer answers, is silent, is gone: nobody waits for it."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from lms import realtime


class Layer:
    """A channel layer that answers, or not."""

    def __init__(self) -> None:
        self.asked = 0
        self.trouble: Exception | None = None
        self.silent = False

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self.asked += 1
        if self.silent:
            await asyncio.sleep(60)
        if self.trouble:
            raise self.trouble


@pytest.fixture
def layer() -> Iterator[Layer]:
    layer = Layer()
    with (
        mock.patch.object(realtime, "get_channel_layer", lambda: layer),
        mock.patch.object(realtime, "WITHIN", 0.1),
        mock.patch.object(realtime, "QUIET", 0.2),
        mock.patch.multiple(realtime._Line, lost=False, quiet_until=0.0, listening=()),
    ):
        yield layer


def test_publish_does_not_wait_for_a_layer_that_says_nothing(layer):
    layer.silent = True
    began = time.monotonic()

    for _ in range(50):
        realtime.publish("room", {})

    assert layer.asked == 1
    assert time.monotonic() - began < 5


def test_publish_asks_again_after_a_while_and_goes_on_when_the_layer_is_back(layer):
    layer.trouble = ConnectionError()
    for _ in range(3):
        realtime.publish("room", {})
    while_away = layer.asked
    layer.trouble = None
    time.sleep(0.25)

    for _ in range(3):
        realtime.publish("room", {})

    assert (while_away, layer.asked) == (1, 4)


def test_publish_lets_one_ask_whether_the_layer_is_back(layer):
    realtime._Line.lost = True

    async def several() -> list[object]:
        layer.silent = True
        asks = (realtime._ask(lambda: layer.group_send("room", {})) for _ in range(5))
        return list(await asyncio.gather(*asks, return_exceptions=True))

    outcomes = [type(outcome) for outcome in asyncio.run(several())]

    assert (layer.asked, sorted(kind.__name__ for kind in outcomes)) == (1, ["Away"] * 4 + ["TimeoutError"])


def test_publish_is_heard_here_at_once_though_the_layer_says_nothing(layer):
    heard: list[Any] = []
    layer.silent = True

    async def listener() -> None:
        realtime.listen(heard.append)
        for number in range(3):
            await asyncio.to_thread(realtime.publish, "room", {"number": number})
        await asyncio.sleep(0.05)
        assert heard == [{"number": 0}, {"number": 1}, {"number": 2}]
        realtime.stop_listening(heard.append)

    asyncio.run(listener())

    assert (layer.asked, realtime._Line.listening) == (1, ())


def test_publish_after_the_listener_has_ended_goes_to_the_layer(layer):
    heard: list[Any] = []

    async def listener() -> None:
        realtime.listen(heard.append)

    asyncio.run(listener())
    realtime.publish("room", {})

    assert (heard, layer.asked) == ([], 1)
