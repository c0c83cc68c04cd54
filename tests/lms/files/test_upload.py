"""What comes in: held in memory, bounded, looked at."""

import itertools
import tempfile
from typing import Any, cast

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest
from django.test import RequestFactory

from lms.files import upload
from lms.files.kinds import PICTURES, Kind
from tests.files import DOCX, MP3, PDF, SVG, ZIP, sound


class FileForm(forms.Form):
    note = forms.CharField(required=False)
    file = upload.UploadField(kinds={Kind.PDF, Kind.PNG})


class OptionalForm(forms.Form):
    file = upload.UploadField(kinds=PICTURES, required=False)


def posted(data: dict[str, Any]) -> HttpRequest:
    return RequestFactory().post("/", data)


def form_for(content: bytes, name: str = "letter.pdf", form: type[forms.Form] = FileForm) -> forms.Form:
    request = posted({"file": SimpleUploadedFile(name, content), "note": "kept"})
    return form(request.POST, request.FILES)


def test_upload_field_says_what_came_in():
    form = form_for(PDF, "C:\\Desktop\\letter.png")

    assert form.is_valid(), form.errors
    came = form.cleaned_data["file"]
    assert (came.kind, came.name, came.size, came.read()) == (Kind.PDF, "letter.pdf", len(PDF), PDF)


def test_upload_field_refuses_a_zip_renamed_to_png_kindly_and_keeps_the_rest():
    form = form_for(ZIP, "holiday.png")

    assert form.errors == {
        "file": [
            "This file is not of a kind that can be kept here, whatever its name says. Please choose one of these: PNG picture or PDF."
        ]
    }
    assert form["note"].value() == "kept"


@pytest.mark.parametrize(
    ("content", "ending"),
    list(itertools.product([ZIP, SVG, DOCX, MP3, sound(), b"words"], ["png", "pdf", "jpg", "PNG", "pdf.png"])),
)
def test_upload_field_believes_no_ending(content, ending):
    assert list(form_for(content, f"x.{ending}").errors) == ["file"]


def test_upload_field_refuses_an_empty_file_and_none():
    empty, none = form_for(b""), FileForm({"note": "kept"})

    assert empty.errors == {"file": ["This file is empty. Please look whether it is the right one."]}
    assert none.errors == {"file": ["Please choose a file."]}


def test_upload_field_may_be_left_out():
    form = OptionalForm({})

    assert form.is_valid() and form.cleaned_data["file"] is None


def test_upload_field_offers_its_kinds_to_the_browser():
    assert FileForm().fields["file"].widget.attrs["accept"] == ".pdf,.png,application/pdf,image/png"


def test_upload_field_names_the_limit(monkeypatch):
    monkeypatch.setattr(upload, "LARGEST", 1_000_000)

    form = form_for(PDF + bytes(1_000_000))

    assert form.errors == {"file": ["This file is larger than a file may be: the limit is 1 MB. Please choose a smaller one."]}
    assert form["note"].value() == "kept"


def test_bounded_upload_lets_go_of_what_is_too_large_and_takes_the_rest(monkeypatch):
    monkeypatch.setattr(upload, "LARGEST", 200_000)
    request = posted({"a": SimpleUploadedFile("a", bytes(300_000)), "b": SimpleUploadedFile("b", b"small"), "note": "kept"})

    a, b = (cast(UploadedFile, request.FILES[name]) for name in "ab")  # type: ignore[type-arg]

    assert isinstance(a, upload.NotKept) and a.size == 300_000 and a.read() == b""
    assert (b.read(), request.POST["note"]) == (b"small", "kept")


def test_bounded_upload_holds_no_more_than_the_limit_together(monkeypatch):
    monkeypatch.setattr(upload, "LARGEST_TOGETHER", 250_000)
    files = {name: SimpleUploadedFile(name, bytes(100_000)) for name in "abcd"}

    request = posted(files)

    assert [isinstance(request.FILES[name], upload.NotKept) for name in "abcd"] == [False, False, True, True]


def test_bounded_upload_makes_no_temporary_file(monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", never)
    monkeypatch.setattr(tempfile, "TemporaryFile", never)

    request = posted({"file": SimpleUploadedFile("a.pdf", PDF + bytes(5_000_000))})

    assert request.FILES["file"].size == len(PDF) + 5_000_000  # type: ignore[union-attr]
