"""The way out to one browser, and the only file that knows what stands under it.

`Straight` writes a finished WebSocket frame to the socket of daphne's connection itself: one system call instead of a message to
the server, framing, logging and a turn of its event loop for each browser. It needs daphne on plain TCP, on the event loop this
runs on, without compression, and is taken only after each of these was looked at. `Asgi` is the way through any ASGI server.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import struct
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from django.conf import settings

log = logging.getLogger(__name__)

FRAMES_WAITING = 100  # that are no events, at a server that takes one after the other
BYTES_WAITING = 512 * 1024  # twice the window of events


Send = Callable[[dict[str, Any]], Awaitable[None]]
Hear = Callable[[str], bool]  # a short text of the browser's, read at once; False: it goes the usual way


class Frame:
    """One text for browsers. Its WebSocket frame is built once, for as many as get it."""

    __slots__ = ("_raw", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._raw = b""

    @property
    def raw(self) -> bytes:
        if not self._raw:
            self._raw = framed(self.text.encode())
        return self._raw


def framed(payload: bytes) -> bytes:
    """A whole text message as a server sends it (RFC 6455, section 5.2): unmasked, unfragmented, uncompressed."""
    length = len(payload)
    if length < 126:
        return bytes((0x81, length)) + payload
    if length < 1 << 16:
        return struct.pack("!BBH", 0x81, 126, length) + payload
    return struct.pack("!BBQ", 0x81, 127, length) + payload


def short_text(data: bytes) -> str | None:
    """What a browser says in these bytes, if they are one whole and short text frame as browsers send them (masked); else None."""
    length = len(data) - 6
    if not 0 < length < 126 or data[0] != 0x81 or data[1] != 0x80 | length:
        return None
    mask = (data[2:6] * (length // 4 + 1))[:length]
    plain = int.from_bytes(data[6:], "big") ^ int.from_bytes(mask, "big")
    try:
        return plain.to_bytes(length, "big").decode()
    except UnicodeDecodeError:
        return None


class Wire(Protocol):
    """Where frames of one browser go, in order."""

    def send(self, frame: Frame) -> None: ...

    @property
    def full(self) -> bool:
        """More waits than a browser that reads would let wait."""

    def close(self, code: int, last: Frame | None = None) -> None:
        """Ends the connection; of what this end still held back nothing goes out any more but the last frame."""

    def end(self) -> None:
        """The browser is gone."""


def wire_to(send: Send, hear: Hear) -> Wire:
    """The quickest way to this browser that can be trusted, and back from it for what is short."""
    protocol = _daphne_of(send) if settings.STRAIGHT_TO_SOCKET else None
    if protocol is not None and _stands() and _is_plain(protocol):
        return Straight(protocol, hear)
    return Asgi(send)


class Asgi:
    """Through the server, one frame after the other, by a task of its own."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._out: deque[dict[str, Any]] = deque()
        self._wake = asyncio.Event()
        self._writer = asyncio.create_task(self._write())

    @property
    def full(self) -> bool:
        return len(self._out) > FRAMES_WAITING

    def send(self, frame: Frame) -> None:
        self._put({"type": "websocket.send", "text": frame.text})

    def close(self, code: int, last: Frame | None = None) -> None:
        self._out.clear()
        if last is not None:
            self.send(last)
        self._put({"type": "websocket.close", "code": code})

    def end(self) -> None:
        self._writer.cancel()

    def _put(self, message: dict[str, Any]) -> None:
        self._out.append(message)
        self._wake.set()

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._out:
                try:
                    await self._send(self._out.popleft())
                except Exception:  # some servers raise when the browser has just gone; its consumer hears of it by itself
                    return


class Straight:
    """Past the server, to the socket. What the socket does not take at once goes through the server's buffer, and then all of it."""

    __slots__ = ("_protocol", "_socket", "_transport")

    def __init__(self, protocol: Any, hear: Hear) -> None:
        self._protocol = protocol
        self._transport = protocol.transport
        self._socket = protocol.transport.socket
        protocol.dataReceived = functools.partial(_receive, protocol, hear)

    @property
    def full(self) -> bool:
        transport = self._transport
        waiting: int = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
        return waiting > BYTES_WAITING

    def send(self, frame: Frame) -> None:
        transport, raw = self._transport, frame.raw
        if self._protocol.state != self._protocol.STATE_OPEN or not transport.connected or transport.disconnecting:
            return  # it is ending; its consumer hears of it by itself
        sent = 0
        if not (transport.dataBuffer or transport._tempDataBuffer):  # else something stands before us
            try:
                sent = self._socket.send(raw)
            except OSError:  # full, or broken: the server tries again and finds out which
                sent = 0
        if sent < len(raw):
            transport.write(raw[sent:])

    def close(self, code: int, last: Frame | None = None) -> None:
        if last is not None:
            self.send(last)
        if self._protocol.state == self._protocol.STATE_OPEN:
            self._protocol.serverClose(code)

    def end(self) -> None:
        """Nothing of it waits here."""
        self._protocol.__dict__.pop("dataReceived", None)


def _receive(protocol: Any, hear: Hear, data: bytes) -> None:
    """What has come, before the server reads it: that takes ten times as long, and one short confirmation is nearly all there is."""
    between = not protocol.data and protocol.current_frame is None and not protocol.inside_message
    if between and protocol.state == protocol.STATE_OPEN and (text := short_text(data)) is not None and hear(text):
        protocol.last_ping = time.time()  # so daphne knows of whom it need not ask whether they are there
    else:
        type(protocol).dataReceived(protocol, data)


# --- what has to be true of what stands under us ----------------------------------------------------------------------


def _daphne_of(send: Send) -> Any | None:
    """The server's own object for the connection, if the server is daphne: it hands out `partial(handle_reply, protocol)`."""
    if not isinstance(send, functools.partial) or len(send.args) != 1 or send.keywords:
        return None
    protocol = send.args[0]
    return protocol if type(protocol).__module__ == "daphne.ws_protocol" else None


@functools.cache
def _stands() -> bool:
    """Once in a process: daphne, autobahn and twisted are as we know them, and frame as we do."""
    try:
        fits = _classes_fit() and _frames_alike()
    except Exception:
        fits = False
    if fits:
        _spare_what_nobody_reads()
    else:
        log.warning("This version of daphne is not known to us: rooms go the slower way, through ASGI.")
    return fits


def _spare_what_nobody_reads() -> None:
    """For lines that its log throws away, autobahn sets out a connection's options in columns, a fifth of what a handshake costs, and
    names what has heard something, a tenth of what hearing costs."""
    from autobahn.twisted import websocket as adapter
    from autobahn.websocket import protocol

    if hasattr(protocol, "pformat"):
        protocol.pformat = lambda what: ""
    if hasattr(adapter, "hltype"):
        adapter.hltype = lambda what: ""


def _classes_fit() -> bool:
    from daphne.ws_protocol import WebSocketProtocol
    from twisted.internet.abstract import FileDescriptor
    from twisted.internet.tcp import Connection

    buffers = {"dataBuffer": bytes, "offset": int, "connected": int, "disconnecting": int}
    return (
        issubclass(Connection, FileDescriptor)
        and all(type(getattr(FileDescriptor, name)) is kind for name, kind in buffers.items())
        and callable(WebSocketProtocol.serverClose)
    )


def _frames_alike() -> bool:
    """autobahn frames short, middling and long texts, and others than English ones, exactly so."""
    from autobahn.twisted.websocket import WebSocketServerFactory

    factory: Any = WebSocketServerFactory()  # type: ignore[no-untyped-call]
    payloads = [text.encode() for text in ("x", "é" * 62, "x" * 126, "ж" * 32_767, "x" * 65_536)]
    return all(factory.prepareMessage(payload).payloadHybi == framed(payload) for payload in payloads)


def _is_plain(protocol: Any) -> bool:
    """This connection is TCP with nothing around it, on our own event loop, open, uncompressed, and nothing of it is under way."""
    from twisted.internet import reactor, tcp

    transport = protocol.transport
    return (
        isinstance(transport, tcp.Server)
        and not transport.TLS
        and isinstance(transport._tempDataBuffer, list)
        and isinstance(transport._tempDataLen, int)
        and protocol.state == protocol.STATE_OPEN
        and protocol._perMessageCompress is None
        and not protocol.send_queue
        and not protocol.logOctets
        and isinstance(protocol.data, bytes)
        and isinstance(protocol.inside_message, bool)
        and isinstance(protocol.last_ping, float)
        and hasattr(protocol, "current_frame")
        and getattr(reactor, "_asyncioEventloop", None) is asyncio.get_running_loop()
    )
