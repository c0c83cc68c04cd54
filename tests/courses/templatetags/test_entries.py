"""A line of the notebook says what it must, and shows words as words."""

import uuid
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.actions.journals import EntryLine
from courses.models import Activity, JournalEntry
from courses.templatetags.entries import entry_lines

PK = uuid.UUID(int=7)


def line(title: str = "", first_words: str = "", *, readable: bool = True, activity: Activity | None = None) -> EntryLine:
    entry = JournalEntry(pk=PK, created_at=datetime(2026, 3, 4, 9, 30, tzinfo=UTC), activity=activity)
    return EntryLine(entry, title, first_words, readable)


@pytest.mark.parametrize(
    ("shown", "title", "words"),
    [
        (line("A day", "The first words"), "A day", '<p class="list-words">The first words</p>'),
        (line("", "The first words"), "The first words", ""),
        (line("", "word " * 30), "word " * 11 + "word …", ""),
        (line(), "An empty page", ""),
        (line(readable=False), "An entry that cannot be opened", ""),
        (line("<b>&", "<script>"), "&lt;b&gt;&amp;", '<p class="list-words">&lt;script&gt;</p>'),
    ],
)
def test_entry_lines_shows_title_or_first_words(shown, title, words):
    with timezone.override("Europe/London"):
        html = entry_lines([shown])

    day = '<time datetime="2026-03-04T09:30:00+00:00">Wednesday 4 March, 09:30</time>'
    assert html == (
        f'<li><h3 class="list-title"><a href="{reverse("courses:entry", args=[PK])}">{title}</a></h3>{words}<p class="muted">{day}</p></li>'
    )


def test_entry_lines_names_the_prompt():
    html = entry_lines([line("A day", activity=Activity(title="Whose <voice>?"))])

    assert " · Whose &lt;voice&gt;?</p></li>" in html
