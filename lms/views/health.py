"""For whoever runs the server: is the process up, and can it work?"""

import uuid
from collections.abc import Callable

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponseBase, JsonResponse

from lms.http import reads
from lms.keys.router import apps_in
from lms.views.metrics import may_read

OF_MACHINES = {"/healthz", "/readyz"}


def by_any_name(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: programs that watch a process ask for it by its address, which is among no site's names. What they get has no links.
    The numbers answer so only to who has their token; to everybody else they are an address like any other that is not there."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.path in OF_MACHINES or (request.path == "/metrics" and may_read(request)):
            request.META["HTTP_HOST"] = settings.ALLOWED_HOSTS[0]
        return get_response(request)

    return answer


@reads
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"process": "ok"})


@reads
def readyz(request: HttpRequest) -> JsonResponse:
    """Databases, migrations and the channel layer answer: 200, else 503 naming what does not (never why: that is for the log)."""
    state = {"database": _ask(_database), "migrations": _ask(_migrations), "layer": _ask(_layer)}
    return JsonResponse(state, status=200 if set(state.values()) == {"ok"} else 503)


def _ask(part: object) -> str:
    try:
        return "ok" if part() else "waiting"  # type: ignore[operator]
    except Exception:  # whatever it is, the answer is the same: not now
        return "down"


def _database() -> bool:
    for alias in connections:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    return True


def _migrations() -> bool:
    return not any(_waits(alias) for alias in connections)


def _waits(alias: str) -> bool:
    """Whether a migration waits to be done in this database."""
    executor = MigrationExecutor(connections[alias])
    (app,) = apps_in(alias) or (None,)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes(app)))


def _layer() -> bool:
    async def echo() -> bool:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        word = uuid.uuid4().hex
        await layer.send(channel, {"type": "echo", "word": word})
        message = await layer.receive(channel)
        return bool(message["word"] == word)

    return async_to_sync(echo)()
