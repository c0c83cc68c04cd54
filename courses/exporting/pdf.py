"""The same document as a PDF, set by WeasyPrint, which needs Pango from the system: without it there is no PDF, and all else works."""

from __future__ import annotations

import logging
from functools import lru_cache

from courses.exporting import Cover
from courses.exporting.document import Document


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
            raise OSError("Pango is not on this machine")
        super().__init__(cover)

    def finish(self) -> bytes:
        return written(self.text())


def written(html: str) -> bytes:
    """A whole document as a PDF. Raises OSError where it is not possible."""
    if not is_possible():
        raise OSError("Pango is not on this machine")
    import weasyprint
    from weasyprint.urls import URLFetcher

    # Its warnings quote the text; nobody's words belong in a log.
    for name in ("weasyprint", "weasyprint.progress", "fontTools"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    # The letters are inside the document; nothing is read from disk or fetched for it.
    fetcher = URLFetcher(allowed_protocols=["data"])
    made: bytes = weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf()
    return made
