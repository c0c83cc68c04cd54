"""What a file is, as its bytes say it; never its name, nor what a browser believes of it."""

import codecs
import re
import struct
import zipfile
from enum import StrEnum
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    """The kinds of files that are known here. Which of them a place takes, the place says."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    PDF = "pdf"
    TEXT = "text"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"
    WEBM = "webm"
    OGG = "ogg"
    MP4 = "mp4"
    MP3 = "mp3"
    WAV = "wav"

    @property
    def mime(self) -> str:
        """As which it is given out."""
        return _MIMES[self]

    @property
    def endings(self) -> tuple[str, ...]:
        """How names of such files end; the first is ours."""
        return _ENDINGS.get(self, (self.value,))

    @property
    def word(self) -> Promise:
        """What people call it."""
        return _WORDS[self]


PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.GIF})
SOUNDS = frozenset({Kind.WEBM, Kind.OGG, Kind.MP4, Kind.MP3, Kind.WAV})
DOCUMENTS = frozenset({Kind.PDF, Kind.TEXT, Kind.DOCX, Kind.XLSX, Kind.ODT})

_MIMES = {
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.WEBP: "image/webp",
    Kind.GIF: "image/gif",
    Kind.PDF: "application/pdf",
    Kind.TEXT: "text/plain; charset=utf-8",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.ODT: "application/vnd.oasis.opendocument.text",
    Kind.WEBM: "audio/webm",
    Kind.OGG: "audio/ogg",
    Kind.MP4: "audio/mp4",
    Kind.MP3: "audio/mpeg",
    Kind.WAV: "audio/wav",
}
_ENDINGS: dict[Kind, tuple[str, ...]] = {
    Kind.JPEG: ("jpg", "jpeg"),
    Kind.TEXT: ("txt", "md", "csv"),
    Kind.WEBM: ("webm", "weba"),
    Kind.OGG: ("ogg", "oga", "opus"),
    Kind.MP4: ("m4a", "mp4"),
}
_WORDS: dict[Kind, Promise] = {
    Kind.JPEG: _("JPEG picture"),
    Kind.PNG: _("PNG picture"),
    Kind.WEBP: _("WebP picture"),
    Kind.GIF: _("GIF picture"),
    Kind.PDF: _("PDF"),
    Kind.TEXT: _("plain text"),
    Kind.DOCX: _("Word document"),
    Kind.XLSX: _("Excel sheet"),
    Kind.ODT: _("OpenDocument text"),
    Kind.WEBM: _("WebM sound"),
    Kind.OGG: _("Ogg sound"),
    Kind.MP4: _("M4A sound"),
    Kind.MP3: _("MP3 sound"),
    Kind.WAV: _("WAV sound"),
}

HEAD = 512  # bytes; enough to know all but text and what is packed in a zip
LARGEST_CONTENTS = 1_000_000  # bytes of a zip's list of contents; a document's is a few thousand

_BEGINNINGS = [
    (Kind.JPEG, re.compile(rb"\xff\xd8\xff")),
    (Kind.PNG, re.compile(rb"\x89PNG\r\n\x1a\n")),
    (Kind.GIF, re.compile(rb"GIF8[79]a")),
    (Kind.WEBP, re.compile(rb"RIFF....WEBPVP8", re.DOTALL)),
    (Kind.WAV, re.compile(rb"RIFF....WAVE", re.DOTALL)),
    (Kind.PDF, re.compile(rb"%PDF-[12]\.")),
    (Kind.WEBM, re.compile(rb"\x1a\x45\xdf\xa3.{0,60}?\x42\x82.webm", re.DOTALL)),
    (Kind.OGG, re.compile(rb"OggS\x00.{21,60}?(OpusHead|\x01vorbis|\x7fFLAC|Speex)", re.DOTALL)),
    (Kind.MP4, re.compile(rb".{4}ftyp(M4A |M4B |mp4[12]|iso[m2-9]|dash)", re.DOTALL)),
    (Kind.MP3, re.compile(rb"ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb][^\x00-\x0f\xf0-\xff]")),
]
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_MARKUP = re.compile(r"\s*<(\?|!|html|head|body|svg|script|math|iframe)", re.IGNORECASE)


def kind_of(file: BinaryIO) -> Kind | None:
    """What this is, or None if it is nothing known here: a program, a page, a zip that is no document. Leaves the file at its beginning."""
    file.seek(0)
    head = file.read(HEAD)
    try:
        for kind, beginning in _BEGINNINGS:
            if beginning.match(head):
                return kind
        if head.startswith(b"PK\x03\x04"):
            return _packed(file)
        return Kind.TEXT if head and _is_text(file) else None
    finally:
        file.seek(0)


def _is_text(file: BinaryIO) -> bool:
    """UTF-8 to its end, without control characters, and not what a browser could take for a page or a drawing."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    file.seek(0)
    try:
        beginning = text = decoder.decode(file.read(65_536))
        while text:
            if _NOT_TEXT.search(text):
                return False
            text = decoder.decode(file.read(65_536))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return not _MARKUP.match(beginning)


def _packed(file: BinaryIO) -> Kind | None:
    """Which document a zip holds, by the list of its contents; nothing is unpacked. One with macros is none."""
    if not _contents_are_small(file):
        return None
    try:
        with zipfile.ZipFile(file) as packed:
            names = set(packed.namelist())
            first = packed.infolist()[0] if names else None
            is_odt = (
                first is not None
                and first.filename == "mimetype"
                and first.compress_type == zipfile.ZIP_STORED
                and first.file_size < 100
                and packed.read(first) == Kind.ODT.mime.encode()
            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, struct.error):
        return None
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".js")) or name.startswith("Basic/") for name in names):
        return None
    if is_odt and "content.xml" in names:
        return Kind.ODT
    if "[Content_Types].xml" not in names:
        return None
    return Kind.DOCX if "word/document.xml" in names else Kind.XLSX if "xl/workbook.xml" in names else None


def _contents_are_small(file: BinaryIO) -> bool:
    """Reads what the end of the zip says of its list, before anything reads that. A second end, for zips beyond 4 GB, is not followed."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) - at < 22 or b"PK\x06\x07" in end[max(0, at - 20) : at]:
        return False
    length: int = struct.unpack_from("<I", end, at + 12)[0]
    return length <= LARGEST_CONTENTS
