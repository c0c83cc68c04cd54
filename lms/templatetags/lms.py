"""Filters and tags every template may load."""

import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from lms import richtext as door

register = template.Library()

ACTIVITY_ICONS = {
    "reading": "book-open",
    "video": "video",
    "exercise": "users-round",
    "journal": "notebook-pen",
    "forum": "messages-square",
    "live": "radio",
    "map": "map",
}
STATE_ICONS = {"done": "check", "begun": "circle-dot", "locked": "lock", "unsigned": "lock"}
STATE_WORDS = {
    "done": gettext_lazy("Done"),
    "begun": gettext_lazy("Begun"),
    "locked": gettext_lazy("Not open yet"),
    "unsigned": gettext_lazy("Once you have signed the agreement"),
}


@register.simple_tag
@lru_cache(maxsize=500)
def icon(name: str, size: str = "") -> SafeString:
    """A symbol of static/icons/sprite.svg. A page has dozens, so they are put together once in each process."""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" {size}" if size else "",
        static("icons/sprite.svg"),
        name,
    )


@register.simple_tag
def activity_icon(kind: str) -> SafeString:
    """The symbol of a type of activity."""
    return icon(ACTIVITY_ICONS.get(kind, "circle"))


@register.simple_tag
def state_icon(state: str) -> SafeString:
    """The symbol of how far somebody is."""
    return icon(STATE_ICONS.get(state, "circle"))


@register.filter
def names(people: list[str]) -> str:
    """“Ana, Ben and Cara”, in the reader's language."""
    return get_text_list(people, _("and"))


@register.filter
def state_words(state: str) -> str:
    """How far somebody is, in words."""
    return str(STATE_WORDS[state]) if state in STATE_WORDS else _("Not started")


@register.filter
def minutes_words(number: int) -> str:
    return ngettext("%(n)s minute", "%(n)s minutes", number) % {"n": number}


@register.filter
def richtext(cleaned: str) -> SafeString:
    """Words that came in through lms.richtext, as markup."""
    return door.show(cleaned)


@register.filter
def said(text: str) -> SafeString:
    """Plain words of a live room: escaped and linked."""
    return door.show_plain(text)


@register.filter
def first_words(html: str, length: int = 140) -> str:
    """The beginning of somebody's words, for lists."""
    return shortened(door.plain(html), length)


@register.filter
def shortened(text: str, length: int = 140) -> str:
    """The beginning of plain words on one line, ending with a whole word."""
    words = " ".join(text.split())
    return words if len(words) <= length else words[:length].rsplit(" ", 1)[0] + " …"


@register.filter
def zone_words(name: str) -> str:
    """Europe/Tallinn -> Tallinn; Europe/London -> UK."""
    return _("UK") if name == "Europe/London" else name.rsplit("/", 1)[-1].replace("_", " ")


def _span(start: datetime.datetime, end: datetime.datetime, zone: str) -> str:
    """Hours there."""
    a, b = (timezone.localtime(moment, ZoneInfo(zone)) for moment in (start, end))
    return f"{date_format(a, 'H:i')}–{date_format(b, 'H:i')}"


@register.simple_tag
def moment(at: datetime.datetime, words: str) -> SafeString:
    """A moment in the reader's zone, for eyes as `words` (a format of the date filter) says and for machines exactly."""
    return _moment(at, words, timezone.get_current_timezone_name(), get_language() or "")


@lru_cache(maxsize=10_000)
def _moment(at: datetime.datetime, words: str, zone: str, language: str) -> SafeString:
    """Kept because a list shows a moment to many people and to the same person again and again."""
    local = timezone.localtime(at, ZoneInfo(zone))
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), date_format(local, words))


@register.simple_tag
def when(start: datetime.datetime, end: datetime.datetime, course_zone: str = "") -> dict[str, Any]:
    """A span of time in the reader's zone, and in the course's zone where that differs: {day, hours, zone, there}. Where it is another day
    there, that is said too."""
    here = timezone.get_current_timezone_name()
    there = course_zone or settings.COURSE_TIME_ZONE
    local = timezone.localtime(start)
    same = _span(start, end, here) == _span(start, end, there)
    day_there = timezone.localtime(start, ZoneInfo(there))
    day = f"{date_format(day_there, 'D j F')}, " if day_there.date() != local.date() else ""
    return {
        "start": start,
        "day": date_format(local, "D j F"),
        "hours": _span(start, end, here),
        "zone": zone_words(here),
        "there": "" if same and not day else f"{day}{_span(start, end, there)} {zone_words(there)}",
    }
