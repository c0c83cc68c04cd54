import errno
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lms.run import __main__ as start
from lms.run import lock
from lms.run.bootstrap import FULL, Trouble

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def make_run(**variables: str) -> subprocess.CompletedProcess[str]:
    """Runs the site's starter with these variables; for starts that are refused."""
    command = [sys.executable, "-m", "lms.run"]
    return subprocess.run(command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", "80 80", ""])
def test_port_from_refuses_what_is_no_port(text):
    with pytest.raises(Trouble, match="is not a port"):
        start.port_from(text)


def test_port_from_reads_a_number():
    assert start.port_from("9000") == 9000


def test_check_port_refuses_a_taken_one_and_offers_the_next(taken_port):
    with pytest.raises(Trouble, match=f"Port {taken_port} is taken .* PORT={taken_port + 1}"):
        start.check_port(taken_port)


def test_check_port_takes_one_that_was_used_a_moment_ago(taken_port):
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as our web process does
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()

    start.check_port(port)


def test_start_refuses_a_taken_port_in_one_sentence(taken_port, tmp_path):
    done = make_run(PORT=str(taken_port), LMS_VAR=str(tmp_path))

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith(f"Port {taken_port} is taken by another program.")


def test_start_refuses_a_folder_where_the_site_runs_already(tmp_path):
    held = lock.hold(tmp_path / "run.lock")

    done = make_run(PORT="8999", LMS_VAR=str(tmp_path))

    held.release()
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith(f"The site is already running with the folder {tmp_path}.")


def test_start_says_that_the_disk_is_full(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(start, "hold_folder", full)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(os, "chdir", lambda _: None)

    with pytest.raises(SystemExit) as ended:
        start.main()

    assert ended.value.code == FULL


def test_a_second_web_process_on_the_same_folder_is_refused(tmp_path):
    held = lock.hold(tmp_path / "web.lock")
    variables = {"LMS_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "lms.settings.embedded", "PORT": "8999"}

    done = subprocess.run(
        [sys.executable, "manage.py", "run_web"],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    held.release()
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("CommandError: Another web process runs on this folder already.")


def test_children_end_when_the_process_that_started_them_is_killed(tmp_path):
    mark = tmp_path / "alive"
    child = (
        "import time, pathlib; from lms.run.children import stop_with_parent; stop_with_parent()\n"
        f"while True: pathlib.Path({str(mark)!r}).touch(); time.sleep(0.05)"
    )
    parent = (
        "import sys, time, os; from lms.run.children import Child\n"
        f"Child('child', [sys.executable, '-c', {child!r}], dict(os.environ)).start(); time.sleep(60)"
    )
    started = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT)
    until = time.monotonic() + 20
    while not mark.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert mark.exists()

    started.kill()
    started.wait()
    time.sleep(1)
    mark.unlink()
    time.sleep(0.5)

    assert not mark.exists()
