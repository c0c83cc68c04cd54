"""Draws the picture of voices, put together in Python: of sixty people there may be some thousand lines, which as a template, or as an
element each, would cost more than the rest of the page.
"""

from __future__ import annotations

import math

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from forums.reading.voices import FACE, NAME, SIDE, SIDES, Face, Voices

register = template.Library()
MIDDLE = SIDE / 2
LONGEST = 16  # letters of a name


@register.simple_tag
def draw_voices(voices: Voices) -> SafeString:
    """The lines are three paths: who has answered each other, who one another, and whom those touch."""
    once = [line for line in voices.lines if not line.both]
    return format_html(
        '<svg class="voices{}" viewBox="{}" role="img" aria-labelledby="voices-name" aria-describedby="voices-words">'
        '<title id="voices-name">{}</title><path d="{}"></path><path class="tip" d="{}"></path><path class="both" d="{}"></path>{}</svg>',
        " crowded" if voices.crowded else "",
        _box(voices),
        _("Who has answered whom"),
        "".join(f"M{line.x1:g} {line.y1:g}L{line.x2:g} {line.y2:g}" for line in once),
        "".join(f"M{line.x2:g} {line.y2:g}h0" for line in once),
        "".join(f"M{line.x1:g} {line.y1:g}L{line.x2:g} {line.y2:g}" for line in voices.lines if line.both),
        format_html_join("", _FACE, (_drawn(face, voices) for face in voices.faces)),
    )


_FACE = (
    '<g class="voice {}"><circle cx="{}" cy="{}" r="{}"></circle><text x="{}" y="{}">{}</text>'
    '<text class="voice-name" x="{}" y="{}" text-anchor="{}"{}>{}</text></g>'
)


def _box(voices: Voices) -> str:
    if not voices.crowded:
        return f"{-SIDES} 0 {SIDE + 2 * SIDES} {SIDE}"
    reach = voices.ring + FACE + NAME
    return f"{MIDDLE - reach:.0f} {MIDDLE - reach:.0f} {2 * reach:.0f} {2 * reach:.0f}"


def _drawn(face: Face, voices: Voices) -> tuple[object, ...]:
    x, y = f"{face.x:g}", f"{face.y:g}"
    name = face.name if len(face.name) <= LONGEST else f"{face.name[: LONGEST - 1]}…"
    return (face.state, x, y, FACE, x, y, face.initials, *_name_place(face, voices), name)


def _name_place(face: Face, voices: Voices) -> tuple[str, str, str, SafeString]:
    """Where a name begins, which side of it touches the circle, and how it is turned."""
    off = voices.ring + FACE + (8 if voices.crowded else 14)
    x, y = MIDDLE + off * math.cos(face.angle), MIDDLE + off * math.sin(face.angle)
    to_the_right = math.cos(face.angle) >= 0
    if not voices.crowded:
        near_the_middle = abs(face.x - MIDDLE) < voices.ring / 4
        return f"{x:.1f}", f"{y:.1f}", "middle" if near_the_middle else "start" if to_the_right else "end", SafeString("")
    turned = math.degrees(face.angle) + (0 if to_the_right else 180)
    return f"{x:.1f}", f"{y:.1f}", "start" if to_the_right else "end", format_html(' transform="rotate({} {} {})"', *_all(turned, x, y))


def _all(*numbers: float) -> list[str]:
    return [f"{number:.1f}" for number in numbers]
