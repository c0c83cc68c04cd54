"""A journal as files: pure functions from opened entries to Markdown, HTML and PDF. Nothing here asks the database or decrypts."""

from __future__ import annotations

import base64
import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from lms.files.kinds import PICTURES, Kind


@dataclass(frozen=True)
class Cover:
    """What stands on the first page: whose journal, from the first entry's day to the last's."""

    name: str
    first_day: datetime.date
    last_day: datetime.date


@dataclass(frozen=True)
class Attached:
    """What stood with an entry, with what its author said of it. `content` is None where this form of file does not carry it."""

    name: str
    kind: Kind
    words: str = ""
    content: bytes | None = None
    readable: bool = True

    @property
    def is_picture(self) -> bool:
        return self.kind in PICTURES

    @property
    def inline(self) -> str:
        """The content as an address that needs nothing else, for a file that stands alone."""
        return f"data:{self.kind.mime};base64,{base64.b64encode(self.content or b'').decode()}"


@dataclass(frozen=True)
class Page:
    """One opened entry, or a map in words. `html` was cleaned by lms.richtext; `at` is in its author's zone.

    `readable` is False if its bytes do not open.
    """

    at: datetime.datetime
    title: str = ""
    html: str = ""
    activity: str = ""
    prompt: str = ""
    readable: bool = True
    is_map: bool = False
    attached: Sequence[Attached] = ()


class Writer(Protocol):
    """Takes pages one after the other, so that no more than a batch of them is open at a time; `finish` gives the file.

    `carries` are the kinds of attached files that it takes in; of the others it says their names and words.
    """

    carries: ClassVar[frozenset[Kind]]

    def __init__(self, cover: Cover) -> None: ...

    def add(self, page: Page) -> None: ...

    def finish(self) -> bytes: ...
