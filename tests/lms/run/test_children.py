import os
import sys
import time

from lms.run import children
from lms.run.children import Child


def make_child(script: str) -> Child:
    return Child("child", [sys.executable, "-c", script], dict(os.environ))


def wait_for_end(child: Child) -> None:
    assert child.process is not None
    child.process.wait(20)


def test_keep_starts_a_process_that_ended_again_and_says_so(monkeypatch):
    monkeypatch.setattr(children, "LATER", 0.0)
    told: list[str] = []
    child = make_child("pass")
    child.start()
    wait_for_end(child)

    child.keep(told.append)
    child.keep(told.append)

    assert told == ["The child stopped by itself; starting it again."]
    assert child.process is not None
    wait_for_end(child)


def test_keep_waits_longer_each_time_a_process_ends_at_once():
    child = make_child("pass")
    pauses = []
    for _ in range(7):
        child.start()
        wait_for_end(child)
        child.next_start_at = 0
        child.keep(lambda _: None)
        pauses.append(child.pause)

    assert pauses == [2, 4, 8, 16, 30, 30, 30]


def test_keep_leaves_a_running_process_alone():
    child = make_child("import time; time.sleep(60)")
    child.start()
    first = child.process

    child.keep(lambda _: None)

    assert child.process is first
    child.ask_to_stop()
    wait_for_end(child)


def test_wait_kills_a_process_that_will_not_end():
    child = make_child("import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)")
    child.start()
    time.sleep(1)

    child.ask_to_stop()
    child.wait(time.monotonic())

    assert child.is_alive is False
