"""A process of the site and how it is kept going: started again when it ends, stopped with the one that started it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from signal import SIGTERM

SOON = 1.0  # seconds until the first new start
LATER = 30.0  # and at most between two, when one start after the other fails
STEADY = 60.0  # a process that ran this long was well


class Child:
    """One process. Its standard input is a pipe that ends with us: see `stop_with_parent`."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.name = name
        self.command = command
        self.environment = environment | {"LMS_STOPS_WITH_PARENT": "1"}
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.next_start_at = 0.0
        self.pause = SOON

    def start(self) -> None:
        """In a process group of its own, so that Ctrl-C reaches only us and we stop things in order."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.PIPE, process_group=0)

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def keep(self, tell: Callable[[str], None]) -> None:
        """Starts it again if it ended, waiting longer each time it ends at once."""
        now = time.monotonic()
        if self.is_alive or now < self.next_start_at:
            return
        if self.process is not None:
            self.process = None
            self.pause = SOON if now - self.started_at > STEADY else min(self.pause * 2, LATER)
            self.next_start_at = now + self.pause
            tell(f"The {self.name} stopped by itself; starting it again.")
            return
        self.start()

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        """Waits for its end until that moment (time.monotonic), then insists."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def manage(*arguments: str) -> list[str]:
    """The command line of a management command."""
    return [sys.executable, "manage.py", *arguments]


def stop_with_parent() -> None:
    """For a child: end when the parent is gone, even if it was killed and could not say so. Nothing without the variable."""
    if os.environ.pop("LMS_STOPS_WITH_PARENT", "") != "1":
        return

    def watch() -> None:
        while os.read(0, 1024):
            pass  # nobody writes; the end of the pipe is the news
        os.kill(os.getpid(), SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
