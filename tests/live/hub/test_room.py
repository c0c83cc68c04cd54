"""An open room's memory: in order, never twice, bounded."""

import json
import uuid
from typing import Any
from unittest import mock

from live.events import Drawn, Person, Place
from live.hub.room import FRAME_BYTES, MEMORY, OpenRoom, circles, presence_of
from live.hub.socket import Batch
from lms.management.commands.run_web import MESSAGE_SIZE


def event(seq: int, size: int = 10, touches: int | None = None, phase: str | None = None) -> Drawn:
    return Drawn(seq, json.dumps({"seq": seq, "x": "x" * size}), touches, phase)


def room(latest: int = 0) -> OpenRoom:
    return OpenRoom.at(uuid.uuid4(), Place(1, latest, "conversation"))


def numbers(batch: Batch) -> list[int]:
    frame = json.loads(batch.frame.text)
    return [one["seq"] for one in frame.get("events", [frame])]


def test_take_takes_the_next_number_only() -> None:
    place = room(5)

    answers = [place.take(event(seq)) for seq in (5, 7, 6, 6, 7)]

    assert (answers, place.latest, [one.seq for one in place.memory]) == ([False, False, True, False, True], 7, [6, 7])


def test_take_moves_the_phase_and_forgets_what_is_no_longer_true() -> None:
    place = room()
    place.take(event(1))

    place.take(event(2, touches=1))
    place.take(event(3, phase="closed"))

    assert ([one.seq for one in place.memory], place.phase, place.forgot) == ([2, 3], "closed", 1)


def test_memory_is_bounded() -> None:
    place = room()
    for seq in range(1, MEMORY + 10):
        place.take(event(seq))

    assert (len(place.memory), place.remembers_after(8), place.remembers_after(9)) == (MEMORY, False, True)


def test_remember_joins_what_was_read_to_what_was_heard_meanwhile() -> None:
    place = room(5)
    place.take(event(6))

    place.remember([event(seq) for seq in range(3, 9)])  # 7 and 8 are in the log already, but were not heard yet

    assert [one.seq for one in place.memory] == [3, 4, 5, 6]
    assert [place.take(event(7)), place.memory[-1].seq] == [True, 7]


def test_next_batch_is_encoded_once_and_says_whether_it_is_all() -> None:
    place = room()
    for seq in range(1, 6):
        place.take(event(seq))

    part, everything, last = place.next_batch(0, 3), place.next_batch(0, 200), place.next_batch(4, 200)

    assert [numbers(batch) for batch in (part, everything, last)] == [[1, 2, 3], [1, 2, 3, 4, 5], [5]]
    assert [json.loads(batch.frame.text).get("complete") for batch in (part, everything, last)] == [False, True, None]
    assert place.next_batch(0, 199) is everything
    assert (last.last, last.count, last.size) == (5, 1, len(event(5).json))


def test_next_batch_is_bounded_in_bytes_but_holds_at_least_one() -> None:
    place = room()
    for seq, size in ((1, FRAME_BYTES + 1), (2, FRAME_BYTES // 2), (3, FRAME_BYTES // 2)):
        place.take(event(seq, size))

    assert [numbers(place.next_batch(after, 200)) for after in (0, 1, 2)] == [[1], [2], [3]]


def test_next_batch_is_never_longer_than_the_server_sends() -> None:
    place = room()
    for seq in range(1, 201):
        place.take(Drawn(seq, json.dumps({"seq": seq, "x": "ж" * 4000}, ensure_ascii=False)))

    assert len(place.next_batch(0, 200).frame.raw) < MESSAGE_SIZE


def test_news_is_what_came_since_the_last_asking() -> None:
    place = room(2)
    nothing = place.news()
    for seq in (3, 4):
        place.take(event(seq))
    two = place.news()
    place.take(event(5))
    place.take(event(6, touches=4))  # what is drawn otherwise now has to be read again

    assert (nothing, two and numbers(two), two and two.after, place.news()) == (None, [3, 4], 2, None)
    place.take(event(7))
    assert [numbers(one) for one in [place.news()] if one] == [[7]]


def test_put_by_waits_for_what_is_missing_and_is_bounded() -> None:
    place = room()
    for seq in (3, 2, 5):
        place.put_by(event(seq))

    place.take(event(1))

    assert ([one.seq for one in place.memory], sorted(place.early)) == ([1, 2, 3], [5])
    for seq in range(10, 10 + 2 * MEMORY):
        place.put_by(event(seq))
    assert len(place.early) == MEMORY


def person(number: int, name: str = "Ana") -> Person:
    return Person(number, name, "A", "speaker")


def test_circles_divide_what_is_too_long_for_one_frame() -> None:
    people = [person(number, "Ж" * 150) for number in range(600)]

    parts = list(circles(people))

    assert [one["id"] for part in parts for one in json.loads(part)] == list(range(600))
    assert len(parts) > 1
    assert max(len(presence_of(part).raw) for part in parts) < MESSAGE_SIZE
    assert list(circles([])) == ["[]"]


def socket_of(number: int) -> Any:
    return mock.Mock(person=person(number), closed=False)


def test_look_round_tells_differences_once() -> None:
    place = room()
    ana, ben = socket_of(1), socket_of(2)
    for one in (ana, ben):
        place.enter(one)
    first = [json.loads(frame.text) for frame in place.look_round()]
    place.sockets.pop(ben)
    place.enter(gone := socket_of(3))
    met = list(place.circle())
    place.sockets.pop(gone)

    told = [json.loads(frame.text) for frame in place.look_round()]

    assert [([one["id"] for one in frame["joined"]], frame["left"]) for frame in first] == [([1, 2], [])]
    assert met == [1, 2, 3]
    assert [(frame["joined"], frame["left"]) for frame in told] == [([], [2, 3])]
    assert place.look_round() == []
