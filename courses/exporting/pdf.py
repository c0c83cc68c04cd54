"""The same document as a PDF, set by WeasyPrint, which needs Pango from the system: without it there is no PDF, and all else works."""

from __future__ import annotations

import logging
from functools import lru_cache

from courses.exporting import Cover
from courses.exporting.document import Document

MISSING = "Pango is not on this machine"


@lru_cache
def is_possible() -> bool:
    """Whether WeasyPrint and the system's Pango are here. Looked up once a process, at the first question."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


class Pdf(Document):
    """Collects pages as Document does and sets them at the end: that takes the whole text at once, so callers limit its size."""

    def __init__(self, cover: Cover) -> None:
        if not is_possible():
            raise OSError(MISSING)
        super().__init__(cover)

    def finish(self) -> bytes:
        return set_type(self.text())


def set_type(html: str) -> bytes:
    """The document as a PDF. Its letters are inside it; nothing is read from disk or fetched for it. Raises OSError without Pango."""
    if not is_possible():
        raise OSError(MISSING)
    import weasyprint
    from weasyprint.urls import URLFetcher

    # Its warnings quote the text; nobody's words belong in a log.
    for name in ("weasyprint", "weasyprint.progress", "fontTools"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    made: bytes = weasyprint.HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=["data"])).write_pdf()
    return made
