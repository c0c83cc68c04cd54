"""Files sealed in parts: any part opens alone, and nothing opens in another order, place or length."""

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms import crypto, sealed_files
from lms.sealed_files import AROUND, check_end, open_file, seal_file

KEY = crypto.new_key()
PLACE = "test:1"


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(sealed_files, "PART", 10)


def opened(sealed: bytes, size: int, begin: int = 0, end: int | None = None, *, key: bytes = KEY, place: str = PLACE) -> bytes:
    return b"".join(open_file(io.BytesIO(sealed), begin, size if end is None else end, size=size, key=key, place=place))


def whole_until_it_breaks(sealed: bytes, size: int) -> None:
    check_end(io.BytesIO(sealed), size=size, key=KEY, place=PLACE)
    opened(sealed, size)


@pytest.mark.parametrize("size", [1, 9, 10, 11, 20, 25, 100])
def test_seal_file_opens_again_whole(size):
    plain = os.urandom(size)

    sealed = seal_file(plain, key=KEY, place=PLACE)

    assert opened(sealed, size) == plain
    assert len(sealed) == size + AROUND * -(-size // 10)
    check_end(io.BytesIO(sealed), size=size, key=KEY, place=PLACE)


@given(st.data())
def test_open_file_gives_any_part(data):
    plain = bytes(range(57))
    sealed = seal_file(plain, key=KEY, place=PLACE)
    begin = data.draw(st.integers(0, 56))
    end = data.draw(st.integers(begin + 1, 57))

    assert opened(sealed, 57, begin, end) == plain[begin:end]


def test_open_file_reads_only_the_parts_it_needs():
    sealed = bytearray(seal_file(bytes(57), key=KEY, place=PLACE))
    sealed[0:AROUND] = bytes(AROUND)  # the first part is broken

    assert opened(bytes(sealed), 57, 30, 40) == bytes(10)


def parts(sealed: bytes) -> list[bytes]:
    return [sealed[at : at + 10 + AROUND] for at in range(0, len(sealed), 10 + AROUND)]


@pytest.mark.parametrize(
    ("change", "size"),
    [
        (lambda parts: parts[:-1], 35),  # cut off at a part
        (lambda parts: parts[:-1], 30),  # and the row says so too
        (lambda parts: [*parts[:-1], parts[-1][:-1]], 35),
        (lambda parts: [parts[1], parts[0], *parts[2:]], 35),
        (lambda parts: [parts[0], parts[0], *parts[2:]], 35),
        (lambda parts: [*parts, parts[-1]], 35),
        (lambda parts: [*parts, b"x"], 35),
        (lambda parts: parts, 34),
        (lambda parts: parts, 36),
        (lambda parts: parts, 45),
        (lambda parts: [], 35),
        (lambda parts: [parts[0][:20] + bytes([parts[0][20] ^ 1]) + parts[0][21:], *parts[1:]], 35),
    ],
)
def test_open_file_opens_nothing_that_was_changed(change, size):
    sealed = seal_file(bytes(range(35)), key=KEY, place=PLACE)

    with pytest.raises(crypto.Unreadable):
        whole_until_it_breaks(b"".join(change(parts(sealed))), size)


@pytest.mark.parametrize("other", [{"place": "test:2"}, {"key": crypto.new_key()}])
def test_open_file_opens_nothing_elsewhere(other):
    sealed = seal_file(bytes(35), key=KEY, place=PLACE)

    with pytest.raises(crypto.Unreadable):
        opened(sealed, 35, **other)
