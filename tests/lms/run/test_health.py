import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from lms.run.health import is_well


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if (self.path, self.headers["Host"]) == ("/readyz", "training.example.org") else 503)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def port():
    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "host", "well"),
    [("/readyz", "training.example.org", True), ("/readyz", "localhost", False), ("/other", "training.example.org", False)],
)
def test_is_well_is_true_for_200_alone(port, path, host, well):
    assert is_well(path, port, host) is well


def test_is_well_is_false_where_nobody_answers(port):
    assert is_well("/readyz", 1, "localhost") is False
