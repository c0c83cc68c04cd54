"""Draws the table of trainees and blocks, put together in Python: sixty people in eight blocks are five hundred cells, and as a
template they cost more than everything else on the page.

A cell shows only what it was asked for (a state, not a person), so cells that are alike are drawn once in each process.
"""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.models import Cohort
from courses.overview import InBlock, InYear
from lms.templatetags.lms import STATE_ICONS, icon, state_words

register = template.Library()
KEPT = 5_000  # cells in each process
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
def say_block(block: InBlock) -> str:
    return block_words(block)


@register.simple_tag
def draw_trainees(trainees: list[InYear], cohort: Cohort, in_words: bool) -> SafeString:
    """A row for each: the name, which leads to their page, and a cell for each block."""
    base = reverse("courses:trainee", args=[cohort.slug, 0]).removesuffix("0/")
    cell, language = _said if in_words else _drawn, get_language() or ""
    rows = ((base, one.membership, one.name, SafeString("".join(cell(block, language) for block in one.blocks))) for one in trainees)
    return format_html_join("\n", '<tr role="row"><th scope="row" role="rowheader"><a href="{}{}/">{}</a></th>{}</tr>', rows)


@register.simple_tag
def file_link(cohort: Cohort, sheet: str) -> SafeString:
    """To one part of the cohort page as a file."""
    return _file_link(cohort.slug, sheet, get_language() or "")


@lru_cache(maxsize=KEPT)
def _file_link(slug: str, sheet: str, language: str) -> SafeString:
    parts = {
        "trainees": _("Trainees and blocks"),
        "waiting": _("Waiting for an answer"),
        "ahead": _("The week ahead"),
        "agreement": _("The agreement"),
        "make-ups": _("Days to be made up"),
    }
    return format_html(
        '<p class="with-icons"><a href="{}">{} {}<span class="unseen">: {}</span></a></p>',
        *(reverse("overview-table", args=[slug, sheet]), icon("download"), _("As a file (CSV)"), parts[sheet]),
    )


@lru_cache(maxsize=KEPT)
def _said(block: InBlock, language: str) -> str:
    return format_html('<td role="cell">{}</td>', block_words(block))


@lru_cache(maxsize=KEPT)
def _drawn(block: InBlock, language: str) -> str:
    """Symbols for eyes, words for everybody else."""
    symbols = [STATE_ICONS.get(block.state, "circle"), "notebook-pen" if block.kept else "", THERE_ICONS.get(block.there, "")]
    return format_html(
        '<td role="cell" class="overview-cell {}"><span aria-hidden="true">{}</span><span class="unseen">{}</span></td>',
        block.state or "fresh",
        format_html_join("", '<svg class="icon"><use href="{}#{}"></use></svg>', ((_sprite(), name) for name in symbols if name)),
        block_words(block),
    )


def _sprite() -> str:
    return static("icons/sprite.svg")
