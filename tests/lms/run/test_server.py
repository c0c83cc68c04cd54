import pytest

from lms.run.server import PAUSE, SLICE, WITHIN, slices


@pytest.mark.parametrize("count", [0, 1, SLICE, SLICE + 1, 600, 5000])
def test_slices_send_everybody_away_a_few_at_a_time_and_in_time(count):
    sockets = list(range(count))

    steps = slices(sockets)

    assert [socket for step in steps for socket in step] == sockets
    assert len(steps) * PAUSE <= WITHIN
    assert all(len(step) <= max(SLICE, count * PAUSE / WITHIN + 1) for step in steps)
