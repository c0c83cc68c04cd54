"""Draws the table of trainees and blocks, put together in Python: sixty people in eight blocks are five hundred cells, and as a
template they cost more than everything else on the page.

A cell shows only what it was asked for (a state, not a person), so cells that are alike are drawn once in each process.
"""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.models import Cohort
from courses.overview import InBlock, InYear
from lms.templatetags.lms import icon, state_icon, state_words

register = template.Library()
NOTHING = SafeString("")
THERE_ICONS = {"there": "radio", "made_up": "undo-2", "part": "clock", "away": "door-open"}


def there_words(there: str) -> str:
    """Whether somebody was there in the sittings of a block; nothing where none was counted."""
    words = {"there": _("was there"), "made_up": _("made up for"), "part": _("was there for part"), "away": _("was not there")}
    return words.get(there, "")


def block_words(block: InBlock) -> str:
    """Everything a cell says, in words."""
    done = _("%(done)s of %(of)s done") % {"done": block.done, "of": block.of} if block.state == "begun" and block.done else ""
    kept = _("journal kept") if block.kept else ""
    return ", ".join(filter(None, (state_words(block.state), done, kept, there_words(block.there))))


@register.simple_tag
def draw_trainees(trainees: list[InYear], cohort: Cohort, in_words: bool) -> SafeString:
    """A row for each: the name, which leads to their page, and a cell for each block."""
    base = reverse("courses:trainee", args=[cohort.slug, 0]).removesuffix("0/")
    rows = (
        (base, one.membership.pk, one.membership.person.display_name, SafeString("".join(_cell(block, in_words) for block in one.blocks)))
        for one in trainees
    )
    return format_html_join("\n", '<tr role="row"><th scope="row" role="rowheader"><a href="{}{}/">{}</a></th>{}</tr>', rows)


def _cell(block: InBlock, in_words: bool) -> SafeString:
    language = get_language() or ""
    if in_words:
        return _said(block_words(block), language)
    return _drawn(block.state, bool(block.kept), block.there, language)


@lru_cache(maxsize=500)
def _said(words: str, language: str) -> SafeString:
    return format_html('<td role="cell">{}</td>', words)


@lru_cache(maxsize=200)
def _drawn(state: str, kept: bool, there: str, language: str) -> SafeString:
    """Symbols for eyes, words for everybody else."""
    kept_words = _("journal kept") if kept else ""
    return format_html(
        '<td role="cell" class="overview-cell {}">{}{}{}<span class="unseen">{}</span></td>',
        state or "fresh",
        state_icon(state),
        icon("notebook-pen") if kept else NOTHING,
        icon(THERE_ICONS[there]) if there else NOTHING,
        ", ".join(filter(None, (state_words(state), kept_words, there_words(there)))),
    )
