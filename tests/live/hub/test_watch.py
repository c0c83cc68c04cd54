"""Whose way in has ended, and for which tickets."""

import time
import uuid

import pytest

from live.hub.watch import FRESH, MARGIN, Row, Watch
from live.tickets import Ticket

ROOM = uuid.uuid4()
NOW = time.time() - 60
LATER = NOW + 3600  # than it is: the clock was set back since
BEFORE, SHORTLY_AFTER, AFTER = NOW - 60, NOW + MARGIN / 2, NOW + MARGIN + 1


@pytest.mark.parametrize(
    ("row", "issued", "code"),
    [
        ((1, "", None, NOW), BEFORE, 4403),
        ((1, "", None, NOW), SHORTLY_AFTER, 4403),
        ((1, "", None, NOW), AFTER, None),
        ((1, "", ROOM, NOW), BEFORE, 4403),
        ((1, "", ROOM, NOW), LATER, 4403),
        ((None, "mine", None, NOW), LATER, 4401),
        ((2, "", ROOM, NOW), LATER, None),
        ((1, "", uuid.uuid4(), NOW), BEFORE, None),
        ((2, "", None, NOW), BEFORE, None),
        ((None, "mine", None, NOW), BEFORE, 4401),
        ((None, "mine", None, NOW), AFTER, None),
        ((None, "other", None, NOW), BEFORE, None),
        ((None, "", None, NOW), BEFORE, None),
    ],
    ids=lambda value: "",  # moments differ between the processes that share the tests
)
def test_code_for(row: Row, issued: float, code: int | None) -> None:
    watch = Watch()
    watch.learn([row])
    ticket = Ticket(person=1, room=ROOM.hex, name="A", initials="A", seat="speaker", speaks=True, session="mine", until=None, issued=issued)

    assert watch.code_for(ticket) == code


def test_watch_is_trusted_only_after_it_has_looked() -> None:
    watch = Watch()
    before = watch.trusted

    watch.learn([])

    assert (before, watch.trusted) == (False, True)


def test_learn_says_whether_there_is_anything_new() -> None:
    watch, row = Watch(), (1, "", None, NOW)

    assert [watch.learn(rows) for rows in ([], [row], [row], [row, (2, "", None, NOW)], [])] == [False, True, False, True, True]


def test_an_answer_that_was_long_on_its_way_is_not_fresh() -> None:
    watch = Watch()

    watch.learn([], asked_at=time.monotonic() - FRESH)
    late = (watch.trusted, watch.fresh)
    watch.learn([], asked_at=time.monotonic())

    assert (late, watch.fresh) == ((True, False), True)
