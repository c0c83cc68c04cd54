"""A folder of Markdown files, packed: one for each entry, and an index."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import ClassVar

from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from courses.exporting import Attached, Cover, Page
from courses.exporting.markdown import escape, to_markdown
from lms.files.kinds import Kind

SLUG = 40  # characters of a title in a file's name; four bytes each still are a name everywhere


class Folder:
    """Collects pages as files of a zip archive; what stood with an entry lies in a folder called like its file."""

    carries: ClassVar[frozenset[Kind]] = frozenset(Kind)

    def __init__(self, cover: Cover) -> None:
        self._file = io.BytesIO()
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)
        self._names: set[str] = set()
        title = escape(_("The journal of %(name)s") % {"name": cover.name})
        self._index = [f"# {title}", ""]

    def add(self, page: Page) -> None:
        name = self._name(page)
        places = self._write_attached(name.removesuffix(".md"), page)
        self._write(name, page, as_file(page, places).encode())
        label = escape(page.title) or _("Without a title")
        if page.is_map:
            label = _("%(title)s (relational map)") % {"title": label}
        self._index.append(f"- {date_format(page.at, 'j F Y, H:i')}: [{label}](<{name}>)")

    def finish(self) -> bytes:
        self._zip.writestr("journal/index.md", "\n".join([*self._index, ""]))
        self._zip.close()
        return self._file.getvalue()

    def _name(self, page: Page) -> str:
        """2026-11-22-the-room-with-two-windows.md; the second of that name ends with -2."""
        kind = "map" if page.is_map else "entry"
        base = f"{page.at:%Y-%m-%d}-{slugify(page.title, allow_unicode=True)[:SLUG].strip('-') or kind}"
        name, number = base, 2
        while name in self._names:
            name, number = f"{base}-{number}", number + 1
        self._names.add(name)
        return f"{name}.md"

    def _write_attached(self, folder: str, page: Page) -> list[str]:
        """Where each of them lies, as seen from the entry's file; nothing for what is not here."""
        places: list[str] = []
        for one in page.attached:
            place, number = f"{folder}/{one.name}", 2
            while place in places:
                stem, _dot, ending = one.name.rpartition(".")
                place, number = f"{folder}/{stem}-{number}.{ending}", number + 1
            places.append(place if one.content is not None else "")
            if one.content is not None:
                self._write(place, page, one.content, packed=False)
        return places

    def _write(self, name: str, page: Page, content: bytes, *, packed: bool = True) -> None:
        """`packed` is False for what is packed in itself already."""
        entry = zipfile.ZipInfo(f"journal/{name}", page.at.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        self._zip.writestr(entry, content)


def as_file(page: Page, places: Sequence[str] = ()) -> str:
    """One entry as a Markdown file: title, day, what it answers, words, and what stood with it (`places`: where that lies)."""
    parts = [f"# {escape(page.title)}"] if page.title else []
    parts.append(f"*{date_format(page.at, 'l j F Y, H:i')}*")
    if page.activity:
        parts.append(escape(page.activity))
    if page.prompt:
        parts.append(f"> {escape(page.prompt)}")
    parts.append(to_markdown(page.html).rstrip("\n") if page.readable else _("This entry could not be opened."))
    parts += [_line(one, place) for one, place in zip(page.attached, places, strict=True)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _line(one: Attached, place: str) -> str:
    if not one.readable:
        return _("Here was a file that could not be opened.")
    name, words = escape(one.name), escape(one.words)
    if not place:
        return f"{name}: {words}" if words else name
    if one.is_picture:
        return f"![{words or name}](<{place}>)"
    return f"[{name}](<{place}>): {words}" if words else f"[{name}](<{place}>)"
