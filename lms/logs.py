"""How the log is written: one line for each thing that happened, and never anybody's words."""

import datetime
import json
import logging
import re
import traceback
from collections.abc import Iterator
from copy import copy
from types import TracebackType

from django.core.exceptions import ImproperlyConfigured

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Links of letters carry them: whoever reads the log must not get in by it. What has an id of ours in it keeps that.
_TOKENS = re.compile(r"/(?![0-9a-f-]{36}(?![\w:-]))[\w:-]{30,}")
# Their messages speak of files, settings and servers. All others may quote a value, and a database quotes whole rows.
_OF_MACHINES = (OSError, ImproperlyConfigured)
_OF_MACHINES_BY_NAME = {"OperationalError"}

Trouble = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Wordless(logging.Formatter):
    """Says where something broke and what kind of trouble it was, but not what the trouble said."""

    def format(self, record: logging.LogRecord) -> str:
        """Of a copy: another handler may have left its own telling of the trouble in the record."""
        own = copy(record)
        own.exc_text = None
        return super().format(own)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        return _cleared(super().formatMessage(record))

    def formatException(self, ei: Trouble) -> str:  # noqa: N802
        return "\n".join(_told(trouble) for trouble in _chain(ei[1])) if ei[1] is not None else ""


class WordlessJson(Wordless):
    """The same as one JSON object for each thing, for programs that gather logs."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "name": record.name,
            "process": record.process,
            "message": _cleared(record.getMessage()),
        }
        if record.exc_info and (trouble := self.formatException(record.exc_info)):
            line["trouble"] = trouble
        return json.dumps(line)


def _cleared(message: str) -> str:
    return _TOKENS.sub("/…", _BREAKS.sub(" ", message))


def _chain(trouble: BaseException) -> Iterator[BaseException]:
    """What caused it first."""
    before = trouble.__cause__ or (None if trouble.__suppress_context__ else trouble.__context__)
    if before is not None:
        yield from _chain(before)
    yield trouble


def _told(trouble: BaseException) -> str:
    kind = f"{type(trouble).__module__}.{type(trouble).__qualname__}"
    if isinstance(trouble, _OF_MACHINES) or type(trouble).__name__ in _OF_MACHINES_BY_NAME:
        kind += f": {_BREAKS.sub(' ', str(trouble))}"
    return "".join(traceback.format_tb(trouble.__traceback__)) + kind
