"""Exactly one scheduler: a lock that the database keeps for as long as its holder is connected, or a file lock with SQLite."""

import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from lms.run import alive, lock

NUMBER = 0x6F646C63  # ours among the advisory locks of the database
OURS = "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND pid = pg_backend_pid()"
PAUSE = 5.0  # seconds between two tries


class OneScheduler:
    """The right to be the scheduler. Nothing is written, so nothing is left behind when one is killed."""

    def __init__(self) -> None:
        self._connection: BaseDatabaseWrapper | None = None
        self._file: lock.Lock | None = None

    def take(self) -> bool:
        """Whether it is ours now. Does not wait."""
        if connections["default"].vendor != "postgresql":
            return self._take_file()
        self._connection = self._connection or connection_of_our_own()
        return ask(self._connection, "SELECT pg_try_advisory_lock(%s)")

    def wait(self, tell: Callable[[str], object]) -> None:
        """Until it is ours."""
        if self.take():
            return
        tell("Another scheduler is running; this one waits to take over.")
        while not self.take():
            alive.show()
            time.sleep(PAUSE)

    def is_still_ours(self) -> bool:
        """False once the connection that held the lock is gone."""
        if self._connection is None:
            return self._file is not None
        try:
            return ask(self._connection, OURS)
        except DatabaseError:
            return False

    def release(self) -> None:
        """Lets another be the scheduler."""
        if self._connection is not None:
            ask(self._connection, "SELECT pg_advisory_unlock(%s)")  # closing alone would let go a moment later
            self._connection.close()
        if self._file is not None:
            self._file.release()
        self._connection = self._file = None

    def _take_file(self) -> bool:
        try:
            self._file = lock.hold(settings.VAR_DIR / "scheduler.lock")
        except lock.Held:
            return False
        return True


def ask(connection: BaseDatabaseWrapper, question: str) -> bool:
    """The answer to a question about our number."""
    with connection.cursor() as cursor:
        cursor.execute(question, [NUMBER])
        (answer,) = cursor.fetchone()
    return bool(answer)


def connection_of_our_own() -> BaseDatabaseWrapper:
    """Outside the pool, which would lend the connection, and the lock with it, to somebody else."""
    own = connections["default"].copy()
    own.settings_dict["OPTIONS"] = {name: value for name, value in own.settings_dict["OPTIONS"].items() if name != "pool"}
    own.inc_thread_sharing()  # taken by the main thread, looked after by the scheduler's
    return own
