"""A web process of its own, as on a server (daphne), asked over one kept connection; it says itself what CPU time it has spent."""

import http.client
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections
from django.test import Client

from lms.run.children import manage
from tests.runner.servers import free_port, wait_until

IN_ONE_TURN = 5  # requests between two readings of the clock


class Server:
    """The web process, and a connection to it."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, address: str, client: Client | None = None) -> bytes:
        """What a person, signed in as this client is, gets there. Raises AssertionError if it is no page."""
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()) if client else ""
        self.connection.request("GET", address, headers={"Cookie": cookies} if cookies else {})
        response = self.connection.getresponse()
        body = response.read()
        assert response.status == 200, (address, response.status)
        return body

    def answers(self) -> bool:
        try:
            return bool(self.get("/spent/"))
        except OSError:
            self.connection.close()
            return False

    def spent(self) -> float:
        """CPU seconds of the web process so far."""
        return int(self.get("/spent/")) / 1e9

    def cost(self, address: str | None = None, client: Client | None = None) -> float:
        """CPU seconds of one request, over a few; without an address, what reading the clock adds to that."""
        before = self.spent()
        for _ in range(IN_ONE_TURN if address else 0):
            self.get(address or "", client)
        return (self.spent() - before) / IN_ONE_TURN


@contextmanager
def serving() -> Iterator[Server]:
    """A web process on the databases of this one, stopped at the end."""
    port = free_port()
    names = {f"BENCH_DATABASE_{alias.upper()}": str(connections[alias].settings_dict["NAME"]) for alias in settings.DATABASES}
    process = subprocess.Popen(manage("run_web", "--host", "127.0.0.1", "--port", str(port)), env=os.environ | names)
    server = Server(port)
    try:
        wait_until(server.answers, "The web process", process)
        yield server
    finally:
        server.connection.close()
        process.terminate()
        process.wait(10)
