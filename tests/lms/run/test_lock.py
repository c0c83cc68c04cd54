import subprocess
import sys

import pytest

from lms.run import lock


def test_hold_refuses_a_second_holder_until_the_first_lets_go(tmp_path):
    first = lock.hold(tmp_path / "a.lock")

    with pytest.raises(lock.Held):
        lock.hold(tmp_path / "a.lock")
    first.release()

    lock.hold(tmp_path / "a.lock").release()


def test_hold_does_not_refuse_another_file(tmp_path):
    first, second = lock.hold(tmp_path / "a.lock"), lock.hold(tmp_path / "b.lock")

    first.release()
    second.release()


def test_hold_ends_with_a_process_that_is_killed(tmp_path):
    path = tmp_path / "a.lock"
    holds = f"from lms.run import lock; from pathlib import Path; lock.hold(Path({str(path)!r})); print('held', flush=True); input()"
    holder = subprocess.Popen([sys.executable, "-c", holds], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(lock.Held):
        lock.hold(path)

    holder.kill()
    holder.communicate()

    lock.hold(path).release()
