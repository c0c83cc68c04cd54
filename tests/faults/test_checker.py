"""The checker sees each thing it is there to see; above all the three mistakes that are easiest to make."""

import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg
import pytest

from tests.faults.checker import Entry, History, Reading, check
from tests.faults.servers import Postgres

ANA, BEN = 1, 2


def good() -> tuple[History, list[Entry]]:
    """Ana says two things, Ben one and takes it back; Ben came when the first was there."""
    log = [Entry(1, ANA, "a1"), Entry(2, BEN, "b1"), Entry(3, ANA, "a2"), Entry(4, BEN)]
    history = History(7, {ANA: ["a1", "a2"], BEN: ["b1"]}, [((ANA, "a1"), 1), ((BEN, "b1"), 2), ((ANA, "a2"), 3)])
    heard = [(entry.seq, entry.key, float(entry.seq)) for entry in log]
    history.readings = {
        "ana": Reading(0, heard, {1: "x", 2: None, 3: "z", 4: None}),
        "ben": Reading(1, heard[1:], {2: None, 3: "z", 4: None}),
    }
    return history, log


FRESH = {1: "x", 2: None, 3: "z", 4: None}


def test_check_finds_nothing_where_everything_is_as_promised():
    assert check(*good(), FRESH) == []


def lost(history: History, log: list[Entry]) -> None:
    log.pop(2)


def renumbered(history: History, log: list[Entry]) -> None:
    history.acknowledged[0] = (history.acknowledged[0][0], 9)


def doubled(history: History, log: list[Entry]) -> None:
    log.append(Entry(5, ANA, "a1"))


def skipped(history: History, log: list[Entry]) -> None:
    history.readings["ana"].heard.pop(1)


def swapped(history: History, log: list[Entry]) -> None:
    heard = history.readings["ben"].heard
    heard[0], heard[1] = heard[1], heard[0]


def twice(history: History, log: list[Entry]) -> None:
    heard = history.readings["ben"].heard
    heard.append(heard[-1])


def other_words(history: History, log: list[Entry]) -> None:
    heard = history.readings["ben"].heard
    heard[0] = (2, (ANA, "a9"), 2.0)


def other_order(history: History, log: list[Entry]) -> None:
    history.said[ANA].reverse()


def heard_after_removal(history: History, log: list[Entry]) -> None:
    history.readings["ben"].removed_at = 2.5


def kept_withdrawn_words(history: History, log: list[Entry]) -> None:
    history.readings["ana"].state[2] = "y"


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lost, "acknowledged as 3, but in the log it is not"),
        (lost, "numbers with gaps: missing [3]"),
        (renumbered, "acknowledged as 9, but in the log it is 1"),
        (doubled, "2 times in the log"),
        (skipped, "ana did not hear an unbroken range in order after 0: 3 instead of 2"),
        (swapped, "ben did not hear an unbroken range in order after 1: 3 instead of 2"),
        (twice, "ben did not hear an unbroken range in order after 1: 4 instead of 5"),
        (other_words, "ben heard something else than the log has at [2]"),
        (other_order, "1 said it in another order than the log has"),
        (heard_after_removal, "ben was removed and still heard [4]"),
        (kept_withdrawn_words, "ana has put together something else than is given now"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_check_sees(harm: Callable[[History, list[Entry]], None], words: str):
    history, log = good()

    harm(history, log)

    assert any(sentence.startswith(words) and sentence.endswith("(seed 7)") for sentence in check(history, log, FRESH))


# --- three planted mistakes, made by a real database ------------------------------------------------------------------


@pytest.fixture
def table(postgres: Postgres) -> Iterator[str]:
    """A log as somebody in a hurry would make it: numbered by an identity column, nothing unique."""
    url = f"{postgres.url}/postgres"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE hurried (seq bigserial, author int, client_id text)")
        yield url
        connection.execute("DROP TABLE hurried")


def insert(connection: psycopg.Connection, author: int, name: str) -> int:
    row = connection.execute("INSERT INTO hurried (author, client_id) VALUES (%s, %s) RETURNING seq", (author, name)).fetchone()
    assert row is not None
    return int(row[0])


def log_of(url: str) -> list[Entry]:
    with psycopg.connect(url) as connection:
        return [Entry(*row) for row in connection.execute("SELECT seq, author, client_id FROM hurried ORDER BY seq")]


def tail(url: str, reading: Reading) -> None:
    after = max((seq for seq, *_ in reading.heard), default=reading.after)
    reading.heard += [(entry.seq, entry.key, 0.0) for entry in log_of(url) if entry.seq > after]


def test_check_catches_acknowledging_before_commit(table):
    history = History()
    with psycopg.connect(table) as connection:
        history.acknowledged.append(((ANA, "a1"), insert(connection, ANA, "a1")))
        connection.rollback()  # what a crash does to what was not committed

    assert check(history, log_of(table)) == ["acknowledged as 1, but in the log it is not: (1, 'a1') (seed 0)"]


def test_check_catches_reading_on_by_an_identity_column(table):
    history = History(readings={"ben": Reading()})
    with psycopg.connect(table) as slow, psycopg.connect(table) as quick:
        insert(slow, ANA, "a1")
        insert(quick, BEN, "b1")
        quick.commit()
        tail(table, history.readings["ben"])
        slow.commit()
        tail(table, history.readings["ben"])

    assert check(history, log_of(table)) == ["ben did not hear an unbroken range in order after 0: 2 instead of 1 (seed 0)"]


def test_check_catches_saying_again_without_a_name_for_it(table):
    history, name = History(said={ANA: []}), str(uuid.uuid4())
    history.said[ANA].append(name)

    def say() -> None:
        with psycopg.connect(table) as connection:
            insert(connection, ANA, name)

    for _ in range(2):  # the answer to the first was lost on the way
        thread = threading.Thread(target=say)
        thread.start()
        thread.join()
    history.acknowledged.append(((ANA, name), 2))

    assert check(history, log_of(table)) == [f"2 times in the log: (1, '{name}') (seed 0)"]


def test_check_reads_what_it_is_given_and_changes_nothing():
    history, log = good()
    before = (replace(history), list(log))

    check(history, log, FRESH)

    assert (history, log) == before
