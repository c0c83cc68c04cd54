"""Draws the picture of voices, put together in Python: of sixty people there may be some thousand lines, which as a template, or as an
element each, would cost more than the rest of the page.

Where a face stands hangs on how many there are and on its number alone, so stretches of lines are kept in each process; faces too, whose
key is all that they show.
"""

from __future__ import annotations

import math
from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from forums.reading.voices import CROWD, Voices
from lms.users.models import initials_of

register = template.Library()
SIDE = 640  # of the picture, in its own units
MIDDLE = SIDE / 2
RING = 225  # of the circle on which the faces stand
FACE = 24
APART = 2 * FACE + 8  # from the middle of one face to the next, at least
SIDES = 90  # room for names left and right while there are few,
NAME = 195  # and all around in a crowd
LONGEST = 16  # letters of a name
KEPT = 20_000  # pieces in each process


@register.simple_tag
def draw_voices(voices: Voices) -> SafeString:
    """The lines are three paths: who has answered each other, who one another, and whom those touch."""
    of = len(voices.faces)
    once = [_stretch(of, line.start, line.end) for line in voices.lines if not line.both]
    both = [_stretch(of, line.start, line.end)[0] for line in voices.lines if line.both]
    return format_html(
        '<svg class="voices{}" viewBox="{}" role="img" aria-labelledby="voices-name" aria-describedby="voices-words">'
        '<title id="voices-name">{}</title><path d="{}"></path><path class="tip" d="{}"></path><path class="both" d="{}"></path>{}</svg>',
        " crowded" if voices.crowded else "",
        _box(of),
        _("Who has answered whom"),
        "".join(stretch for stretch, _tip in once),
        "".join(tip for _stretch_, tip in once),
        "".join(both),
        mark_safe("".join(_face(of, number, face.name, face.state) for number, face in enumerate(voices.faces))),  # noqa: S308  each is safe
    )


def ring_of(faces: int) -> float:
    """How far the faces stand from the middle: as far as they need not to touch."""
    return max(RING, faces * APART / (2 * math.pi))


def angle_of(faces: int, number: int) -> float:
    """Clockwise from three o'clock, in radians; the first stands at the top."""
    return 2 * math.pi * number / faces - math.pi / 2


def at(faces: int, number: int, off: float = 0) -> tuple[float, float]:
    """Where a face stands, or what is so far outside it."""
    reach, angle = ring_of(faces) + off, angle_of(faces, number)
    return MIDDLE + reach * math.cos(angle), MIDDLE + reach * math.sin(angle)


def _box(faces: int) -> str:
    if faces <= CROWD:
        return f"{-SIDES} 0 {SIDE + 2 * SIDES} {SIDE}"
    reach = ring_of(faces) + FACE + NAME
    return f"{MIDDLE - reach:.0f} {MIDDLE - reach:.0f} {2 * reach:.0f} {2 * reach:.0f}"


@lru_cache(maxsize=KEPT)
def _stretch(faces: int, start: int, end: int) -> tuple[str, str]:
    """From the edge of one face to that of another; and the dot in which it ends."""
    (x1, y1), (x2, y2) = at(faces, start), at(faces, end)
    length = math.dist((x1, y1), (x2, y2)) or 1
    dx, dy = (x2 - x1) / length * (FACE + 4), (y2 - y1) / length * (FACE + 4)
    tip = f"{x2 - dx:.0f} {y2 - dy:.0f}"
    return f"M{x1 + dx:.0f} {y1 + dy:.0f}L{tip}", f"M{tip}h0"


@lru_cache(maxsize=KEPT)
def _face(faces: int, number: int, name: str, state: str) -> SafeString:
    (x, y), (name_x, name_y) = at(faces, number), at(faces, number, FACE + (8 if faces > CROWD else 14))
    return format_html(
        '<g class="voice {}"><circle cx="{}" cy="{}" r="{}"></circle><text x="{}" y="{}">{}</text>'
        '<text class="voice-name" x="{}" y="{}" text-anchor="{}"{}>{}</text></g>',
        *(state, f"{x:.1f}", f"{y:.1f}", FACE, f"{x:.1f}", f"{y:.1f}", initials_of(name)),
        *(f"{name_x:.1f}", f"{name_y:.1f}", _anchor(faces, number), _turned(faces, number, name_x, name_y)),
        name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…",
    )


def _anchor(faces: int, number: int) -> str:
    """Which side of a name touches the circle."""
    right = math.cos(angle_of(faces, number))
    if faces <= CROWD and abs(right) < 1 / 4:
        return "middle"
    return "start" if right >= 0 else "end"


def _turned(faces: int, number: int, x: float, y: float) -> SafeString:
    """In a crowd a name stands like a spoke, and never on its head."""
    if faces <= CROWD:
        return SafeString("")
    angle = angle_of(faces, number)
    turned = math.degrees(angle) + (0 if math.cos(angle) >= 0 else 180)
    return format_html(' transform="rotate({} {} {})"', f"{turned:.1f}", f"{x:.1f}", f"{y:.1f}")
