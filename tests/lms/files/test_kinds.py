"""What a file is, its bytes say."""

import io
import struct
import zipfile

import pytest

from lms.files.kinds import DOCUMENTS, PICTURES, SOUNDS, Kind, kind_of
from tests.files import DOCX, HEIC, M4A, MP3, ODT, OGG, PDF, SVG, WEBM, XLSX, ZIP, packed, picture, sound

EXAMPLES = {
    Kind.JPEG: picture("JPEG"),
    Kind.PNG: picture("PNG"),
    Kind.WEBP: picture("WEBP"),
    Kind.GIF: picture("GIF"),
    Kind.PDF: PDF,
    Kind.TEXT: "Grüße, ein Satz.\r\n\tUnd noch einer.".encode(),
    Kind.DOCX: DOCX,
    Kind.XLSX: XLSX,
    Kind.ODT: ODT,
    Kind.WEBM: WEBM,
    Kind.OGG: OGG,
    Kind.MP4: M4A,
    Kind.MP3: MP3,
    Kind.WAV: sound(),
}


def kind(data: bytes) -> Kind | None:
    return kind_of(io.BytesIO(data))


@pytest.mark.parametrize("expected", Kind)
def test_kind_of_knows_every_kind_by_its_bytes(expected):
    file = io.BytesIO(EXAMPLES[expected])

    assert kind_of(file) == expected
    assert file.tell() == 0


def test_every_kind_has_a_family_a_type_an_ending_and_a_word():
    assert set(Kind) == PICTURES | SOUNDS | DOCUMENTS
    assert len(PICTURES) + len(SOUNDS) + len(DOCUMENTS) == len(Kind)
    assert all(each.mime and each.endings and str(each.word) for each in Kind)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"MZ\x90\0" + bytes(80),
        b"\x7fELF" + bytes(80),
        SVG,
        b"\xef\xbb\xbf" + SVG,
        b"  \n<!DOCTYPE html><p>hello",
        b"<?xml version='1.0'?><a/>",
        b"<script>alert(1)</script>",
        HEIC,
        ZIP,
        ZIP[:-10],
        b"PK\x03\x04" + bytes(200),
        packed({"[Content_Types].xml": "", "word/document.xml": "", "word/vbaProject.bin": ""}),
        packed({"mimetype": "application/vnd.oasis.opendocument.text-template", "content.xml": ""}),
        b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska" + bytes(80),
        b"RIFF\x10\0\0\0AVI LIST" + bytes(80),
        b"OggS\x00\x02" + bytes(22) + b"\x80theora" + bytes(80),
        "umlaut ü".encode("latin-1"),
        "wide".encode("utf-16"),
        b"words\x00and more",
        b"words\x1b[2Jand more",
        b"a" * 70_000 + b"\xff",
        "ü".encode()[:1],
        b"\xff\xfe<\0h\0t\0m\0l\0",
    ],
)
def test_kind_of_knows_nothing_else(data):
    assert kind(data) is None


def test_kind_of_does_not_read_a_zips_endless_list():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        for name in ("[Content_Types].xml", "word/document.xml", *(f"{n:060}" for n in range(10_000))):
            zipped.writestr(name, "")

    assert kind(file.getvalue()) is None


def test_kind_of_does_not_follow_a_zips_second_end():
    at = DOCX.rindex(b"PK\x05\x06")
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, 0, 1)

    assert kind(DOCX[:at] + locator + DOCX[at:]) is None
