"""Very many browsers in one process, as cheap as Python allows: sockets, epoll, and frames that are counted rather than parsed.

What a browser does and a server notices is done: the handshake, `join`, `have` every eight seconds or after a hundred events, pongs. What
only a browser would do with what it gets (reading JSON, drawing) is left out, so that the crowd is not what is measured.
"""

import os
import re
import select
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

HAVE_EVERY, HAVE_AT_ONCE = 8.0, 100  # as static/js/room.js
MARK = re.compile(rb"#(\d+)#")
SEQ = re.compile(rb'"seq": (\d+)')

# What a system's browsers say: (their number, the last event they hold) -> path; … -> first frames; (text) -> a frame that says it.
Address = Callable[[int, int], str]
Greeting = Callable[[int, int], bytes]
Saying = Callable[[str], bytes]


@dataclass(frozen=True)
class Manner:
    """How one meets a system: where, what is said first, how something is said, and whether what comes is confirmed."""

    address: Address
    greeting: Greeting
    saying: Saying
    headers: str
    confirms: bool
    ready: bytes  # what stands in the frame that says one is in; empty: the handshake does


def client_frame(payload: bytes, opcode: int = 1) -> bytes:
    """A frame as browsers send it; masked with nothing, which is a mask too and costs nothing."""
    length = len(payload)
    head = struct.pack("!BB", 0x80 | opcode, 0x80 | length) if length < 126 else struct.pack("!BBH", 0x80 | opcode, 0xFE, length)
    return head + bytes(4) + payload


@dataclass(slots=True, eq=False)
class Browser:
    number: int
    line: socket.socket | None = None
    open: bool = False  # the handshake is done
    inside: bool = False  # and it may hear
    buffer: bytearray = field(default_factory=bytearray)
    last: int = 0  # the highest number held
    told: int = 0  # and confirmed
    got: int = 0  # messages
    wrong: int = 0  # numbers that were not the next
    twice: int = 0  # numbers they had already
    refused: int = 0
    again_at: float = 0.0


class Crowd:
    """So many browsers in one room."""

    def __init__(self, port: int, count: int, manner: Manner) -> None:
        self.port, self.manner = port, manner
        self.browsers = [Browser(number) for number in range(count)]
        self.epoll = select.epoll()
        self.by_file: dict[int, Browser] = {}
        self.heard = 0  # messages, by all of them together
        self.sent_at: dict[int, float] = {}  # mark -> when
        self.delays: list[float] | None = None  # seconds from saying to hearing, where they are wanted
        self._turn, self._turned_at = 0, time.monotonic()

    # --- coming and going

    def come(self, browsers: list[Browser] | None = None, within: float = 120.0) -> float:
        """All of them at once. Returns the seconds until the last is in; a refused one tries again half a second later."""
        began = time.monotonic()
        coming = browsers if browsers is not None else self.browsers
        for browser in coming:
            self.knock(browser)
        while not all(browser.inside for browser in coming):
            self.listen(0.05)
            now = time.monotonic()
            for browser in coming:
                if browser.line is None and browser.again_at < now:
                    self.knock(browser)
            if now - began > within:
                raise TimeoutError(f"{sum(not browser.inside for browser in coming)} of {len(coming)} never came in.")
        return time.monotonic() - began

    def knock(self, browser: Browser) -> None:
        line = socket.socket()
        line.setblocking(False)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.connect_ex(("127.0.0.1", self.port))
        browser.line, browser.open, browser.inside = line, False, False
        browser.buffer.clear()
        self.by_file[line.fileno()] = browser
        self.epoll.register(line, select.EPOLLOUT)

    def leave(self, browsers: list[Browser] | None = None) -> None:
        """Without a word, as when a train enters a tunnel."""
        for browser in browsers if browsers is not None else self.browsers:
            self._lost(browser)

    def _lost(self, browser: Browser, refused: bool = False) -> None:
        if browser.line is not None:
            self.by_file.pop(browser.line.fileno(), None)
            browser.line.close()  # epoll forgets it with that
        browser.line, browser.open, browser.inside = None, False, False
        if refused:
            browser.refused += 1
            browser.again_at = time.monotonic() + 0.5

    # --- saying

    def say(self, number: int, mark: int) -> None:
        """Somebody says something that can be known again by its mark."""
        self.sent_at[mark] = time.monotonic()
        self._write(self.browsers[number], self.manner.saying(f"I heard the chair she was not sitting in, and I wonder. #{mark}#"))

    def _write(self, browser: Browser, data: bytes) -> None:
        if browser.line is not None:
            try:
                browser.line.sendall(data)
            except OSError:
                self._lost(browser, refused=True)

    # --- hearing

    def listen(self, seconds: float) -> None:
        """One round of what has come, waiting at most so long for it."""
        for file, what in self.epoll.poll(seconds):
            browser = self.by_file.get(file)
            if browser is None or browser.line is None:
                continue
            if what & select.EPOLLOUT:
                self._connected(browser)
            else:
                self._read(browser)
        if self.manner.confirms:
            self._confirm_in_turn()

    def _connected(self, browser: Browser) -> None:
        assert browser.line is not None
        if browser.line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            return self._lost(browser, refused=True)
        self.epoll.modify(browser.line, select.EPOLLIN)
        self._write(
            browser,
            (
                f"GET {self.manner.address(browser.number, browser.last)} HTTP/1.1\r\nHost: localhost:{self.port}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
                f"{self.manner.headers}\r\n"
            ).encode(),
        )
        return None

    def _read(self, browser: Browser) -> None:
        assert browser.line is not None
        try:
            data = browser.line.recv(1 << 18)
        except BlockingIOError:
            return None
        except OSError:
            data = b""
        if not data:
            return self._lost(browser, refused=not browser.inside)
        browser.buffer += data
        if not browser.open and not self._handshake(browser):
            return None
        self._frames(browser)
        return None

    def _handshake(self, browser: Browser) -> bool:
        end = browser.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        if not browser.buffer.startswith(b"HTTP/1.1 101"):
            self._lost(browser, refused=True)
            return False
        del browser.buffer[: end + 4]
        browser.open, browser.inside = True, not self.manner.ready
        if greeting := self.manner.greeting(browser.number, browser.last):
            self._write(browser, greeting)
        return True

    def _frames(self, browser: Browser) -> None:
        buffer, at, size = browser.buffer, 0, len(browser.buffer)
        while size - at >= 2:
            length, head = buffer[at + 1], 2
            if length == 126:
                if size - at < 4:
                    break
                length, head = (buffer[at + 2] << 8) | buffer[at + 3], 4
            elif length == 127:
                if size - at < 10:
                    break
                length, head = struct.unpack_from("!Q", buffer, at + 2)[0], 10
            if size - at < head + length:
                break
            opcode = buffer[at] & 15
            payload = bytes(buffer[at + head : at + head + length])
            at += head + length
            if opcode == 1:
                self._text(browser, payload)
            elif opcode == 9:
                self._write(browser, client_frame(payload, 10))
            elif opcode == 8:
                return self._lost(browser, refused=not browser.inside)
        del buffer[:at]
        return None

    def _text(self, browser: Browser, payload: bytes) -> None:
        if not browser.inside and self.manner.ready in payload:
            browser.inside = True
            return
        numbers = SEQ.findall(payload)
        for number in numbers:
            seq = int(number)
            browser.wrong += seq != browser.last + 1
            browser.twice += seq <= browser.last
            browser.last = max(seq, browser.last)
        browser.got += len(numbers)
        self.heard += len(numbers)
        if self.delays is not None:
            now = time.monotonic()
            self.delays += [now - self.sent_at[mark] for mark in map(int, MARK.findall(payload)) if mark in self.sent_at]
        if self.manner.confirms and browser.last - browser.told >= HAVE_AT_ONCE:
            self._confirm(browser)

    def _confirm_in_turn(self) -> None:
        """Each in its turn, one after the other, as clocks of their own would."""
        now = time.monotonic()
        due = int((now - self._turned_at) / HAVE_EVERY * len(self.browsers))
        for _ in range(min(due, len(self.browsers))):
            browser = self.browsers[self._turn]
            self._turn = (self._turn + 1) % len(self.browsers)
            if browser.inside and browser.last > browser.told:
                self._confirm(browser)
        if due:
            self._turned_at = now

    def _confirm(self, browser: Browser) -> None:
        browser.told = browser.last
        self._write(browser, client_frame(b'{"type":"have","seq":%d}' % browser.last))


def spent(pid: int) -> float:
    """CPU seconds of a process with all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    """Bytes that a process holds in memory."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024
