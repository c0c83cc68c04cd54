"""One at a time: a lock on a file, gone with the process that holds it, however it ends."""

import fcntl
import os
from pathlib import Path


class Held(Exception):
    """Another process has it."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"Another process holds {path}.")


class Lock:
    """A lock taken; it ends with the process at the latest."""

    def __init__(self, file: int) -> None:
        self._file: int | None = file

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def hold(path: Path) -> Lock:
    """Takes the lock, or raises Held. Children do not inherit it; dropping the answer does not end it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise Held(path) from None
    return Lock(file)
