"""Files sealed in parts, so that one part can be opened without the rest: what is listened to is never whole in the open anywhere.

Each part is sealed as lms.crypto seals, bound to the file's place, to its number and to whether it is the last. So parts do not
open in another order, in another file, or as the end of a file that was cut off.
"""

from collections.abc import Iterator
from typing import BinaryIO

from lms import crypto

PART = 256 * 1024  # bytes in the open
AROUND = crypto.HEAD + 16  # bytes that sealing adds


def seal_file(plain: bytes, *, key: bytes, place: str) -> bytes:
    """All parts of it, one after the other. `plain` is at least one byte."""
    last = _last_part(len(plain))
    parts = (plain[number * PART : (number + 1) * PART] for number in range(last + 1))
    return b"".join(crypto.seal(part, key=key, place=_place(place, number, last)) for number, part in enumerate(parts))


def open_file(file: BinaryIO, begin: int, end: int, *, size: int, key: bytes, place: str) -> Iterator[bytes]:
    """The bytes from `begin` up to, not including, `end` of a file of `size` bytes, part by part. Only the parts needed are read.

    Raises crypto.Unreadable at the part that does not open.
    """
    last = _last_part(size)
    for number in range(begin // PART, _last_part(end) + 1):
        plain = _open_part(file, number, last, key=key, place=place)
        if len(plain) != min(PART, size - number * PART):
            raise crypto.Unreadable("another length")
        yield plain[max(0, begin - number * PART) : end - number * PART]


def check_end(file: BinaryIO, *, size: int, key: bytes, place: str) -> None:
    """Raises crypto.Unreadable unless the file ends as one of `size` bytes does: a look at its last part, before anything is sent."""
    for _part in open_file(file, size - 1, size, size=size, key=key, place=place):
        pass
    if file.read(1):
        raise crypto.Unreadable("more than there should be")


# --- inside ---------------------------------------------------------------------------------------------------------


def _last_part(size: int) -> int:
    return max(0, size - 1) // PART


def _place(place: str, number: int, last: int) -> str:
    return f"{place}:{number}:{'last' if number == last else 'more'}"


def _open_part(file: BinaryIO, number: int, last: int, *, key: bytes, place: str) -> bytes:
    file.seek(number * (PART + AROUND))
    return crypto.unseal(file.read(PART + AROUND), key=key, place=_place(place, number, last))
