"""How much one person asks of the database by all the sockets they have in one process."""

from __future__ import annotations

import time
from collections import Counter

MOST = 60  # frames that ask the database: three times what a room takes of one person …
SECONDS = 10.0  # … within so many seconds


class Pace:
    """Each socket has a limit of its own; who opens many would have many times that, and everybody else would wait behind it."""

    def __init__(self) -> None:
        self._asked: Counter[int] = Counter()
        self._since = time.monotonic()

    def is_too_fast(self, person: int) -> bool:
        """Counts one more."""
        now = time.monotonic()
        if now - self._since > SECONDS:
            self._asked.clear()
            self._since = now
        self._asked[person] += 1
        return self._asked[person] > MOST
