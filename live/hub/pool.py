"""Where a process of rooms does what may wait: a bounded pool of threads, and one thread that only looks who may still be here."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection, connections, transaction

P = ParamSpec("P")
R = TypeVar("R")

PATIENCE_MS = 5000

# The default of sync_to_async is one thread for all: one waiting row lock would stall every room.
_actions = ThreadPoolExecutor(max_workers=8, thread_name_prefix="live-action")
# On a thread and connection of its own, so that nothing that waits can delay it.
_watching = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live-watch")


async def in_pool(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs it on one of eight threads and gives its database connection back."""

    def run() -> R:
        close_old_connections()
        try:
            return function(*args, **kwargs)
        finally:
            close_old_connections()

    return await sync_to_async(run, thread_sensitive=False, executor=_actions)()


async def read_in_pool(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The same for what only reads; PostgreSQL gives it up after five seconds, as it does what writes (`actions.log.locked`)."""

    def read() -> R:
        if connection.vendor != "postgresql":
            return function(*args, **kwargs)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS}")
            return function(*args, **kwargs)

    return await in_pool(read)


async def on_watch(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs it on the watching thread, which keeps its connection until something goes wrong with it."""

    def run() -> R:
        try:
            return function(*args, **kwargs)
        except Exception:
            connections.close_all()
            raise

    return await sync_to_async(run, thread_sensitive=False, executor=_watching)()


def end_watch() -> None:
    """Gives the watching thread's connection back, once nobody is here."""
    _watching.submit(connections.close_all)
