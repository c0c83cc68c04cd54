"""Small files of every kind, for tests of what comes in: each is what its name says, with nothing to see or hear in it."""

import io
import struct
import wave
import zipfile
from typing import Any

from PIL import Image

GPS = 0x8825
CANARY = "Kuckuck-4711"


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", colour: Any = "teal", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, form, **options)
    return file.getvalue()


def photograph(size: tuple[int, int] = (40, 30), orientation: int = 1) -> bytes:
    """A JPEG as a telephone makes it: where, when and with what it was taken stands in it, our canary too."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112], exif[0x9286] = "Telephone", f"Model {CANARY}", orientation, CANARY
    exif.get_ifd(GPS).update({1: "N", 2: (65.0, 44.0, 10.0), 3: "E", 4: (24.0, 33.0, 0.0), 29: CANARY})
    return picture("JPEG", size, exif=exif, comment=CANARY.encode(), xmp=f"<x:xmpmeta>{CANARY}</x:xmpmeta>".encode())


def packed(contents: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        for name, words in contents.items():
            zipped.writestr(name, words)
    return file.getvalue()


def sound(seconds: float = 0.1) -> bytes:
    """A WAV of silence."""
    file = io.BytesIO()
    with wave.open(file, "wb") as silence:
        silence.setnchannels(1)
        silence.setsampwidth(2)
        silence.setframerate(8000)
        silence.writeframes(b"\0\0" * int(8000 * seconds))
    return file.getvalue()


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm" + b"\x42\x87\x81\x04" * 20
OGG = b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead\x01\x01" + bytes(40)
M4A = struct.pack(">I", 24) + b"ftypM4A \x00\x00\x00\x00M4A mp42" + bytes(40)
MP3 = b"\xff\xfb\x90\x64" + bytes(400)
DOCX = packed({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"})
XLSX = packed({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"})
ODT = packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<office/>"})
ZIP = packed({"notes.txt": "notes"})
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HEIC = struct.pack(">I", 24) + b"ftypheic\x00\x00\x00\x00mif1heic" + bytes(40)
