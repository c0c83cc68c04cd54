"""How a file is given out: as what it is and nothing else, to no cache, and in parts to who asks for a part (players of sound do).

What is not sealed may be sent by the proxy: we say who may have it and under which headers, and it does the sending.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from http import HTTPStatus

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.encoding import filepath_to_uri
from django.utils.http import content_disposition_header

from lms.files.kinds import PICTURES, SOUNDS, Kind

# Gives the bytes from the first number up to, not including, the second. It runs outside the request: no database, no current language.
Read = Callable[[int, int], Iterator[bytes]]

INSIDE = "/inside/media/"  # where the proxy finds them; nobody from outside reaches that

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def headers(kind: Kind, name: str) -> dict[str, str]:
    """What stands above every file. Pictures and sounds show where they are; everything else is only to be saved."""
    disposition = content_disposition_header(as_attachment=kind not in PICTURES | SOUNDS, filename=name)
    return {
        "Content-Type": kind.mime,
        "Content-Disposition": disposition or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Accept-Ranges": "bytes",
    }


def by_proxy(stored_as: str, about: dict[str, str]) -> HttpResponse | None:
    """Has the proxy send the file of this name in the storage. None where no proxy does that, or for an empty name (it is sealed)."""
    if not settings.FILES_BY_PROXY or not stored_as:
        return None
    return HttpResponse(headers=about | {"X-Accel-Redirect": INSIDE + filepath_to_uri(stored_as)})


def file_response(request: HttpRequest, *, kind: Kind, name: str, size: int, read: Read, stored_as: str = "") -> HttpResponseBase:
    """Answers GET and HEAD with the file of `size` bytes, or with the part that was asked for.

    With `stored_as`, its name in the storage, the proxy may send it; what is sealed has none, since only we can open it.
    """
    begin, end = 0, size
    about = headers(kind, name)
    if sent := by_proxy(stored_as, about):
        return sent
    status = HTTPStatus.OK
    if asked := _RANGE.fullmatch(request.headers.get("Range", "")):
        found = _part(asked[1], asked[2], size)
        if found is None:
            return HttpResponse(status=416, headers=about | {"Content-Range": f"bytes */{size}"})
        begin, end = found
        status = HTTPStatus.PARTIAL_CONTENT
        about["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
    about["Content-Length"] = str(end - begin)
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=about)
    return StreamingHttpResponse(_streamed(read(begin, end)), status=status, headers=about)


def _part(first: str, last: str, size: int) -> tuple[int, int] | None:
    """RFC 9110, 14.1.2: `first-last`, `first-` or the final `-last` bytes. None if there are no such bytes."""
    if not first:
        begin, end = max(0, size - int(last or 0)), size
    else:
        begin, end = int(first), min(size, int(last) + 1) if last else size
    return (begin, end) if begin < end else None


async def _streamed(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """One part after the other. From a plain iterator Django would gather the whole file before it sends any of it."""
    read_on = sync_to_async(lambda: next(parts, None))
    while (part := await read_on()) is not None:
        yield part
