"""The composer's form."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import get_default_renderer
from django.urls import get_resolver

from lms import words

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {"templates/components/samples.html", "templates/allauth/elements/field.html"}  # nothing is written there


def form(**data):
    return words.WordsForm(data)


def test_words_form_cleans_bare_words_as_text_and_the_editors_as_html():
    bare, edited = form(body="<b>x</b>"), form(body="<p><strong>x</strong><script>y</script></p>", body_form="html")

    assert bare.is_valid() and edited.is_valid()
    assert bare.cleaned_data["html"] == "<p>&lt;b&gt;x&lt;/b&gt;</p>"
    assert edited.cleaned_data["html"] == "<p><strong>x</strong></p>"


@pytest.mark.parametrize("body", ["", "  \n ", "\u200b".replace("\u200b", " ")])
@pytest.mark.parametrize("body_form", ["text", ""])
def test_words_form_asks_for_a_first_sentence(body, body_form):
    empty = form(body=body, body_form=body_form)

    assert empty.errors == {"body": ["There are no words here yet. A first sentence is enough."]}


def test_words_form_of_the_editors_empty_paragraph_is_empty():
    assert list(form(body="<p></p>", body_form="html").errors) == ["body"]


def test_words_form_too_long_names_the_limit_and_keeps_the_words():
    long = form(body="a" * 50_001)

    assert not long.is_valid()
    assert "limit is 50 kB" in long.errors["body"][0]
    assert long["body"].value() == "a" * 50_001


def test_words_form_keeps_the_name_of_a_try_and_gives_one_where_none_came():
    name = uuid.uuid4()
    named, unnamed = form(body="x", client_id=str(name)), form(body="x")

    assert named.is_valid() and unnamed.is_valid()
    assert named.cleaned_data["client_id"] == name
    assert isinstance(unnamed.cleaned_data["client_id"], uuid.UUID)
    assert words.WordsForm()["client_id"].value() != words.WordsForm()["client_id"].value()


def test_words_form_marks_its_fields_for_the_scripts():
    blank = words.WordsForm()

    assert 'data-editor="note"' in str(blank["body"])
    assert "data-body-form" in str(blank["body_form"])
    assert "data-client-id" in str(blank["client_id"])


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\t", "\u2028", "\u2029", "\x85", "\x1b", "  "])
def test_line_field_is_one_line(sign):
    assert words.LineField().clean(f" One{sign}line ") == "One line"


@pytest.mark.parametrize(("sent", "line"), [("a\u202eb\u200bc\ufeff", "abc"), ("\u2066a\u2069", "a"), ("نمی\u200cخواهم", "نمی\u200cخواهم")])
def test_one_line_leaves_out_what_turns_letters_round_or_has_no_width(sent, line):
    assert words.one_line(sent) == line


@pytest.mark.parametrize("sent", ["\u200d", " \u200e\u200f ", "\u2800", "\u3164\u00ad"])
def test_one_line_of_what_nobody_would_see_is_nothing(sent):
    assert words.one_line(sent) == ""


def test_line_field_of_nothing_asks_for_something():
    with pytest.raises(ValidationError):
        words.LineField().clean(" \u2028\n ")


# --- what a browser writes down of what stands in a field


def all_forms(kind: Any = forms.BaseForm) -> Iterator[Any]:
    for form in kind.__subclasses__():
        yield form
        yield from all_forms(form)


def test_no_browser_writes_what_stands_in_a_textarea_into_its_profile():
    get_resolver().url_patterns  # noqa: B018 (loads every form that a page shows)
    ours = [form for form in all_forms() if form.__module__.split(".")[0] in {"lms", "courses", "forums", "live"}]
    fields = [(form, field) for form in ours for field in form.base_fields.values() if isinstance(field.widget, forms.Textarea)]
    draw = get_default_renderer()
    told = [str(form) for form, field in fields if 'autocomplete="off"' not in field.widget.render("words", "", {}, draw)]
    templates = {path.relative_to(ROOT).as_posix(): path.read_text() for path in (ROOT / "templates").rglob("*.html")}
    drawn = [(name, area) for name, text in templates.items() for area in re.findall(r"<textarea[^>]*", text) if name not in NOT_OURS]

    assert (told, [name for name, area in drawn if 'autocomplete="off"' not in area]) == ([], [])
    assert (len(fields) > 8, len(drawn)) == (True, 9)
