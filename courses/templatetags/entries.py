"""Draws the lines of the notebook, put together in Python: twenty of them were a third of what the page cost as a template."""

import uuid
from collections.abc import Iterable

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.actions.journals import EntryLine
from lms.templatetags.lms import moment, shortened

register = template.Library()
NOTHING = SafeString("")
ANY = uuid.UUID(int=0)
TITLE = 60  # letters of the first words where an entry has no title


@register.simple_tag
def entry_lines(lines: Iterable[EntryLine]) -> SafeString:
    """Title, first words, day and prompt of each, leading to the entry."""
    address = reverse("courses:entry", args=[ANY])  # asked once for all of them
    return format_html_join("", "{}", ((_line(line, address.replace(str(ANY), str(line.entry.pk))),) for line in lines))


def _line(line: EntryLine, address: str) -> SafeString:
    entry = line.entry
    return format_html(
        '<li><h3 class="list-title"><a href="{}">{}</a></h3>{}<p class="muted">{}{}</p></li>',
        address,
        line.title or _untitled(line),
        format_html('<p class="list-words">{}</p>', shortened(line.first_words)) if line.title and line.first_words else NOTHING,
        moment(entry.created_at, "l j F, H:i"),
        format_html(" · {}", entry.activity.title) if entry.activity else NOTHING,
    )


def _untitled(line: EntryLine) -> str:
    if line.first_words:
        return shortened(line.first_words, TITLE)
    return _("An empty page") if line.readable else _("An entry that cannot be opened")
