"""What stands with entries, in an export."""

import io
import os
import re
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from courses.actions import exports
from courses.exporting.pdf import is_possible
from lms.permissions import Refused
from tests.courses.actions.exports.making import asked, kept, taken
from tests.courses.factories import make_attachment
from tests.factories import make_user
from tests.files import photograph, sound

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def with_files(owner):
    """An entry with a picture, another of the same name, and a voice note; and somebody else's picture."""
    entry = kept(owner)
    pictures = [make_attachment(entry, photograph(), "garden.jpg", words="A garden with *two* chairs") for _each in range(2)]
    voice = make_attachment(entry, sound(), "voice.wav", sort="voice", words="I said this.")
    make_attachment(kept(make_user()), words="canary of somebody else")
    return [*pictures, voice]


def test_markdown_carries_the_files_and_leads_to_them(owner, with_files):
    packed = zipfile.ZipFile(io.BytesIO(taken(owner, "markdown").content))

    day = f"{timezone.localdate():%Y-%m-%d}"
    names = [f"journal/{day}-the-room/{name}" for name in ("garden.jpg", "garden-2.jpg", "voice.wav")]
    assert sorted(packed.namelist()) == sorted([*names, f"journal/{day}-the-room.md", "journal/index.md"])
    assert packed.read(names[2]) == sound()
    assert Image.open(io.BytesIO(packed.read(names[1]))).size == (40, 30)
    text = packed.read(f"journal/{day}-the-room.md").decode()
    assert f"![A garden with \\*two\\* chairs](<{day}-the-room/garden-2.jpg>)" in text
    assert f"[voice.wav](<{day}-the-room/voice.wav>): I said this." in text


def test_html_shows_pictures_inside_and_names_what_it_does_not_carry(owner, with_files):
    text = taken(owner, "html").content.decode()

    assert text.count('<img src="data:image/jpeg;base64,') == 2
    assert 'alt="A garden with *two* chairs"' in text
    assert "voice.wav (the folder of Markdown files has it)" in text and "I said this." in text
    assert "canary" not in text


@pytest.mark.skipif(not is_possible() and "CI" not in os.environ, reason="Pango is not on this machine")
def test_pdf_shows_pictures_with_their_words(owner, with_files):
    plain = len(re.findall(rb"/Subtype ?/Image", taken(make_reader_with_words(), "pdf").content))

    content = taken(owner, "pdf").content

    assert (plain, content[:5]) == (0, b"%PDF-")
    assert len(re.findall(rb"/Subtype ?/Image", content)) >= 1


def make_reader_with_words():
    person = make_user()
    kept(person)
    return person


def test_a_file_that_does_not_open_is_named_as_such(owner, with_files):
    default_storage.delete(with_files[0].file.name)

    text = taken(owner, "html").content.decode()

    assert text.count("<img") == 1
    assert text.count("Here was a file that could not be opened.") == 1


@pytest.mark.parametrize("form", ["pdf", "html", "markdown"])
def test_ask_for_export_refuses_more_files_than_it_holds(owner, with_files, monkeypatch, form):
    monkeypatch.setitem(exports.FILE_LIMITS, form, with_files[0].size)
    monkeypatch.setattr(exports, "pdf_is_possible", lambda: True)

    with pytest.raises(Refused, match="more than one such file holds"):
        asked(owner, form)


def test_ask_for_export_counts_only_the_files_it_carries(owner, with_files, monkeypatch):
    monkeypatch.setitem(exports.FILE_LIMITS, "html", with_files[0].size * 2)

    assert asked(owner, "html").entries == 1
