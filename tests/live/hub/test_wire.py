"""Which way frames go out, and that both keep them whole and in order."""

import asyncio
import functools
import socket as sockets
from typing import Any
from unittest import mock

from django.test import SimpleTestCase, override_settings

from live.hub import wire
from live.hub.wire import Asgi, Frame, Straight, framed, short_text, wire_to

OPEN, CLOSED = 3, 0


class Transport:
    """What twisted keeps for a connection: a buffer that the reactor empties when it comes round to it."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.connected, self.disconnecting, self.offset = 1, 0, 0
        self.dataBuffer = b""
        self._tempDataBuffer: list[bytes] = []

    @property
    def _tempDataLen(self) -> int:  # noqa: N802
        return sum(map(len, self._tempDataBuffer))

    def write(self, data: bytes) -> None:
        self._tempDataBuffer.append(data)


class Protocol:
    STATE_OPEN = OPEN

    def __init__(self, transport: Transport) -> None:
        self.transport, self.state = transport, OPEN
        self.codes: list[int] = []
        self.data, self.current_frame, self.inside_message, self.last_ping = b"", None, False, 0.0
        self.read: list[bytes] = []

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        self.read.append(data)

    def serverClose(self, code: int) -> None:  # noqa: N802
        self.codes.append(code)
        self.state = CLOSED


def deaf(text: str) -> bool:
    return False


class StraightTests(SimpleTestCase):
    def setUp(self) -> None:
        ours, self.theirs = sockets.socketpair()
        self.addCleanup(ours.close)
        self.addCleanup(self.theirs.close)
        for one in (ours, self.theirs):
            one.setblocking(False)
        self.transport = Transport(ours)
        self.protocol = Protocol(self.transport)
        self.heard: list[str] = []
        self.wire = Straight(self.protocol, self.hear)

    def hear(self, text: str) -> bool:
        self.heard.append(text)
        return text.startswith("have")

    def read(self) -> bytes:
        got = b""
        while True:
            try:
                got += self.theirs.recv(1 << 20)
            except BlockingIOError:
                return got

    def test_send_goes_to_the_socket_at_once(self) -> None:
        self.wire.send(Frame("Hello"))

        assert (self.read(), self.transport._tempDataBuffer) == (b"\x81\x05Hello", [])

    def test_send_stands_behind_what_waits(self) -> None:
        self.transport.write(b"ping")
        self.wire.send(Frame("Hello"))

        assert (self.read(), self.transport._tempDataBuffer) == (b"", [b"ping", b"\x81\x05Hello"])

    def test_send_loses_and_doubles_nothing_when_the_socket_is_full(self) -> None:
        frames = [Frame(f"{number} " + "x" * 60_000) for number in range(40)]
        for frame in frames:
            self.wire.send(frame)
        full, got = self.wire.full, self.read()

        assert got + b"".join(self.transport._tempDataBuffer) == b"".join(frame.raw for frame in frames)
        assert (full, bool(got), bool(self.transport._tempDataBuffer)) == (True, True, True)

    def test_send_to_a_broken_socket_leaves_it_to_the_server_to_find_out(self) -> None:
        self.transport.socket.close()

        self.wire.send(Frame("Hello"))

        assert self.transport._tempDataBuffer == [b"\x81\x05Hello"]

    def test_send_after_the_end_writes_nothing(self) -> None:
        for end in ("connected", "disconnecting"):
            with mock.patch.object(self.transport, end, int(end == "disconnecting")):
                self.wire.send(Frame("Hello"))
        self.wire.close(4403)
        self.wire.send(Frame("Hello"))
        self.wire.close(4408)

        assert (self.read(), self.transport._tempDataBuffer, self.protocol.codes) == (b"", [], [4403])

    def test_close_says_the_last_frame_first(self) -> None:
        self.wire.close(1000, Frame("reset"))

        assert (self.read(), self.protocol.codes) == (b"\x81\x05reset", [1000])

    def test_what_is_short_is_heard_before_the_server_reads_it(self) -> None:
        mine, other = from_browser(b"have 7"), from_browser(b"say")
        for data in (mine, other):
            self.protocol.dataReceived(data)

        assert (self.heard, self.protocol.read) == (["have 7", "say"], [other])
        assert self.protocol.last_ping > 0  # somebody is there

    def test_what_is_no_frame_of_its_own_is_read_by_the_server_alone(self) -> None:
        frame = from_browser(b"have 7")
        for name, value in (("data", b"x"), ("current_frame", object()), ("inside_message", True), ("state", CLOSED)):
            with mock.patch.object(self.protocol, name, value):
                self.protocol.dataReceived(frame)
        for part in (frame[:5], frame[5:], frame + frame):
            self.protocol.dataReceived(part)

        assert (self.heard, self.protocol.read) == ([], [frame] * 4 + [frame[:5], frame[5:], frame + frame])

    def test_end_leaves_reading_to_the_server(self) -> None:
        self.wire.end()
        self.protocol.dataReceived(from_browser(b"have 7"))

        assert (self.heard, len(self.protocol.read)) == ([], 1)


def from_browser(payload: bytes, first: int = 0x81, mask: bytes = b"\x01\x80\xfe\x7f") -> bytes:
    """A short frame as a browser makes it (RFC 6455, 5.3)."""
    return bytes((first, 0x80 | len(payload))) + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


class ShortTextTests(SimpleTestCase):
    def test_short_text_is_what_the_browser_masked(self) -> None:
        texts = ["x", "have", '{"type":"have","seq":7}', "é" * 62, "x" * 125]

        assert [short_text(from_browser(text.encode())) for text in texts] == texts

    def test_short_text_is_nothing_but_one_whole_masked_text(self) -> None:
        whole = from_browser(b"have 7")
        others = [
            b"",
            whole[:6],
            whole[:-1],
            whole + b"x",
            from_browser(b""),
            from_browser(b"have 7", first=0x01),  # the beginning of a longer one
            from_browser(b"have 7", first=0x80),  # the end of one
            from_browser(b"have 7", first=0x82),  # bytes
            from_browser(b"have 7", first=0x8A),  # an answer to a ping
            from_browser(b"have 7", first=0xC1),  # compressed
            from_browser(b"\xff\xfe"),
            b"\x81\x06have 7",  # not masked
            b"\x81\xfe\x00\x7f" + bytes(4 + 127),
        ]

        assert [short_text(data) for data in others] == [None] * len(others)


class WireToTests(SimpleTestCase):
    def setUp(self) -> None:
        self.sent: list[dict[str, Any]] = []
        wire._stands.cache_clear()
        self.addCleanup(wire._stands.cache_clear)

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    def daphnes(self) -> Any:
        """What daphne hands out for a connection, as far as one looks at it."""
        from daphne.ws_protocol import WebSocketProtocol

        async def handle_reply(protocol: Any, message: dict[str, Any]) -> None:
            self.sent.append(message)

        return functools.partial(handle_reply, WebSocketProtocol())

    async def test_wire_to_any_other_server_goes_through_asgi(self) -> None:
        way = wire_to(self.send, deaf)
        for text in ("one", "two"):
            way.send(Frame(text))
        way.close(4410, Frame("last"))
        await asyncio.sleep(0.05)

        assert isinstance(way, Asgi)
        assert self.sent == [{"type": "websocket.send", "text": "last"}, {"type": "websocket.close", "code": 4410}]
        way.end()

    async def test_wire_to_daphne_is_straight_only_if_everything_is_as_we_know_it(self) -> None:
        ways: list[Any] = []
        with (
            mock.patch.object(wire, "_is_plain", return_value=True),
            mock.patch.object(wire, "Straight", lambda protocol, hear: "straight"),
        ):
            ways.append(wire_to(self.daphnes(), deaf))
            with override_settings(STRAIGHT_TO_SOCKET=False):
                ways.append(wire_to(self.daphnes(), deaf))
            for part in ("_classes_fit", "_frames_alike"):
                wire._stands.cache_clear()
                with mock.patch.object(wire, part, side_effect=AttributeError), self.assertLogs("live.hub.wire", "WARNING"):
                    ways += [wire_to(self.daphnes(), deaf), wire_to(self.daphnes(), deaf)]
        assert [way if way == "straight" else type(way) for way in ways] == ["straight", *[Asgi] * 5]
        for way in ways[1:]:
            way.end()

    async def test_wire_to_a_connection_that_is_compressed_encrypted_or_elsewhere_goes_through_asgi(self) -> None:
        from twisted.internet import reactor, tcp

        def plain(**odd: Any) -> bool:
            transport = mock.Mock(spec=tcp.Server, TLS=False, _tempDataBuffer=[], _tempDataLen=0)
            transport.configure_mock(**odd.pop("transport", {}))
            known = {"transport": transport, "state": OPEN, "STATE_OPEN": OPEN, "_perMessageCompress": None, "send_queue": []}
            reading = {"logOctets": False, "data": b"", "inside_message": False, "last_ping": 0.0, "current_frame": None}
            return wire._is_plain(mock.Mock(**{**known, **reading, **odd}))

        with mock.patch.object(reactor, "_asyncioEventloop", asyncio.get_running_loop(), create=True):
            answers = [
                plain(),
                plain(_perMessageCompress=object()),
                plain(transport={"TLS": True}),
                plain(state=CLOSED),
                plain(send_queue=[1]),
                plain(data=None),
                plain(inside_message=None),
                plain(last_ping=None),
            ]
        elsewhere = plain()

        assert (answers, elsewhere) == ([True, *[False] * 7], False)

    def test_framed_is_what_the_library_frames(self) -> None:
        assert wire._classes_fit()
        assert wire._frames_alike()
        with mock.patch.object(wire, "framed", lambda payload: framed(payload) + b" "):
            assert not wire._frames_alike()
