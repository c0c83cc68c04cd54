"""Runs the whole site on this machine until Ctrl-C: pages and rooms, the worker, the scheduler. What `make run` does last."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from lms.run import lock
from lms.run.bootstrap import FULL, ROOT, Trouble, say
from lms.run.children import Child, manage
from lms.run.health import is_well

READY_WITHIN = 90.0  # seconds; a slow laptop's first start
STOPPED_WITHIN = 20.0

WELCOME = """
The site is running: http://localhost:{port}

  Sign in as    trainee@example.org      a trainee; trainee2@example.org is another, for a second browser
                trainer@example.org      teaches and opens rooms
                coordinator@example.org  asks people in and looks after dates
                interpreter@example.org  listens and translates
                aftercare@example.org    is on duty for "Please contact me"
                outsider@example.org     learns in another cohort
  Password      open-dialogue
  Letters       http://localhost:{port}/outbox/ (nothing leaves this machine)
  Practice room open at any time: sign in, go to Live, choose the practice room; a private window makes a second person

Everything is kept in {var}. Ctrl-C stops it.
"""


class Stop(BaseException):
    """Somebody asked us to stop."""


def port_from(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Trouble(f"PORT={text} is not a port. Choose a number, such as PORT=9000.")
    return int(text)


def check_port(port: int) -> None:
    """Refuses a port that something else listens on already."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Trouble(f"Port {port} is taken by another program. Choose another: make run PORT={port % 65535 + 1}") from None
        if error.errno == errno.EACCES:
            raise Trouble(f"Port {port} is kept for the system. Choose a number above 1023: make run PORT=8000") from None
        raise


def hold_folder(var: Path) -> None:
    """One `make run` on one folder: two would each have half of the news."""
    try:
        lock.hold(var / "run.lock")
    except lock.Held:
        raise Trouble(f"The site is already running with the folder {var}. Stop that one first (Ctrl-C where it runs).") from None


def prepare(environment: dict[str, str]) -> None:
    """In a process group of its own: Ctrl-C is ours to answer, calmly."""
    command = [sys.executable, "-m", "lms.run.prepare"]
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, process_group=0, check=False)
    if done.returncode:
        sys.exit(done.returncode)  # it has said why


def wait_until_ready(web: Child, port: int) -> None:
    until = time.monotonic() + READY_WITHIN
    while not is_well("/readyz", port, f"localhost:{port}"):
        if not web.is_alive:
            raise Trouble("The web process did not start; what it said stands above.")
        if time.monotonic() > until:
            raise Trouble(f"The site did not get ready within {READY_WITHIN:.0f} seconds; what it said stands above.")
        time.sleep(0.2)


def stop(children: list[Child]) -> None:
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + STOPPED_WITHIN
    for child in children:
        child.wait(until)


def run(port: int, var: Path, environment: dict[str, str]) -> None:
    """Everything from the lock to the last process stopped. Ends by Stop or Trouble."""
    children = [
        Child("web process", manage("run_web", "--port", str(port)), environment),
        Child("worker", manage("run_worker"), environment),
        Child("scheduler", manage("run_scheduler"), environment),
    ]
    try:
        for child in children:
            child.start()
        wait_until_ready(children[0], port)
        say(WELCOME.format(port=port, var=var))
        parent = os.getppid()
        while os.getppid() == parent or "MAKELEVEL" not in environment:  # a killed make takes us with it
            for child in children:
                child.keep(say)
            time.sleep(0.5)
    except Stop:
        say("\nStopping …")
    finally:
        stop(children)


def ask_to_stop(number: int, frame: FrameType | None) -> None:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)  # once is enough; stopping takes a moment
    raise Stop


def main() -> None:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if name != signal.SIGHUP or signal.getsignal(name) != signal.SIG_IGN:  # nohup means: go on
            signal.signal(name, ask_to_stop)
    os.chdir(ROOT)
    var = Path(os.environ.get("LMS_VAR") or ROOT / "var").resolve()
    try:
        port = port_from(os.environ.get("PORT") or "8000")
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "lms.settings.embedded", "PORT": str(port), "LMS_VAR": str(var)}
        hold_folder(var)
        check_port(port)
        prepare(environment)
        run(port, var, environment)
    except Stop:
        pass  # before anything was started
    except Trouble as trouble:
        sys.exit(str(trouble))
    except OSError as error:
        sys.exit(FULL if error.errno == errno.ENOSPC else f"The site could not be started: {error}")
    say("Stopped. What was written is kept.")


if __name__ == "__main__":
    main()
