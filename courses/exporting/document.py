"""The journal as one HTML file that needs nothing else: styles and letters are inside it."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from courses.exporting import Cover, Page
from lms.files.kinds import PICTURES, Kind

LATIN = "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC"
LATIN_EXT = "U+0100-0130, U+0132-0151, U+0154-02BA, U+1E00-1EFF"
# Family, file, style, letters. Two families, because WeasyPrint takes letters of one family from one file.
FACES = [
    ("Literata", "literata-latin-wght-normal", "normal", LATIN),
    ("Literata", "literata-latin-wght-italic", "italic", LATIN),
    ("Literata Ext", "literata-latin-ext-wght-normal", "normal", LATIN_EXT),
    ("Literata Ext", "literata-latin-ext-wght-italic", "italic", LATIN_EXT),
]
HERE = mark_safe("<!-- entries -->")  # where they go in the document's template; a name could not be written like this


class Document:
    """Collects pages as one HTML file, a heading for each month, and one for the maps. Pictures are inside it."""

    carries: ClassVar[frozenset[Kind]] = PICTURES

    def __init__(self, cover: Cover) -> None:
        self._file = io.StringIO()
        self._heading = ""
        before, _mark, self._after = render_to_string(
            "courses/exported/document.html", {"cover": cover, "style": style_of("paper.css"), "here": HERE}
        ).partition(HERE)
        self._file.write(before)

    def add(self, page: Page) -> None:
        heading = _("Relational maps") if page.is_map else date_format(page.at, "F Y")
        context = {"page": page, "heading": heading if heading != self._heading else ""}
        self._file.write(render_to_string("courses/exported/entry.html", context))
        self._heading = heading

    def text(self) -> str:
        return self._file.getvalue() + self._after

    def finish(self) -> bytes:
        return self.text().encode()


@lru_cache
def style_of(name: str) -> str:
    """The letters, and a stylesheet from beside this file."""
    faces = "\n".join(_face(*face) for face in FACES)
    paper = (Path(__file__).parent / name).read_text()
    return mark_safe(f"{faces}\n{paper}")  # noqa: S308  our own files


def _face(family: str, name: str, style: str, letters: str) -> str:
    data = base64.b64encode((settings.BASE_DIR / "static" / "fonts" / f"{name}.woff2").read_bytes()).decode()
    source = f'url("data:font/woff2;base64,{data}") format("woff2")'
    return f"@font-face {{ font-family: '{family}'; font-style: {style}; font-weight: 200 900; src: {source}; unicode-range: {letters} }}"
