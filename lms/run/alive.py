"""A sign of life from processes that answer no requests: a file that they touch whenever they come round to it.

`ALIVE_FILE` names it; without that nothing is shown. lms.run.health asks.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

EVERY = 5.0  # seconds between two signs, at least
STALE = 300.0  # seconds without one after which somebody should look; longer than any task goes without asking the database

_shown_at = float("-inf")


def show() -> None:
    """Touches the file, if it was not touched just now. A disk that is full must not stop the work."""
    global _shown_at
    path, now = os.environ.get("ALIVE_FILE"), time.monotonic()
    if path and now - _shown_at >= EVERY:
        _shown_at = now
        try:
            Path(path).touch()
        except OSError:
            return


def while_asking(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """For `connection.execute_wrapper`: whoever asks the database again and again is alive, even where it does not answer."""
    show()
    return execute(sql, params, many, context)


def is_alive(path: str) -> bool:
    """Whether somebody showed up there lately."""
    try:
        return time.time() - Path(path).stat().st_mtime < STALE
    except OSError:
        return False
