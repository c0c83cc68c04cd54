"""Who has answered whom: for the trainers, so that a quiet or unanswered voice is noticed. It ranks nobody and counts nothing.

And somebody's own share of a thread, in words, for themselves alone.
"""

from __future__ import annotations

import datetime
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, F, Max, Min, Q, QuerySet, Sum, When
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Cohort
from courses.permissions import Place
from forums.forms.voices import USUAL
from forums.models import Forum, Post, Thread
from forums.people import members_of
from lms.prepared import Prepared
from lms.users.models import User, initials_of

SIDE = 640  # of the picture, in its own units
RING = 225  # of the circle on which the faces stand
FACE = 24
APART = 2 * FACE + 8  # from the middle of one face to the next, at least
CROWD = 20  # with more faces their names stand like spokes, where they cannot run into each other
NAME = 170  # room for a name outside the circle
SIDES = 90  # room for names left and right of the picture while there are few


@dataclass
class Face:
    """Somebody of the cohort and what went between them and the others in these weeks; names in alphabetical order."""

    pk: int
    name: str
    angle: float = 0  # clockwise from three o'clock, in radians
    x: float = 0
    y: float = 0
    spoke: bool = False
    answered: list[str] = field(default_factory=list)  # whom they answered
    answered_by: list[str] = field(default_factory=list)
    waits_since: datetime.datetime | None = None  # the oldest of their words that nobody has answered

    @property
    def initials(self) -> str:
        return initials_of(self.name)

    @property
    def state(self) -> str:
        """For the picture: "quiet", "waiting" or nothing."""
        return "waiting" if self.waits_since else "" if self.spoke else "quiet"


@dataclass(frozen=True)
class Line:
    """One has answered the other; `both`: each the other."""

    x1: float
    y1: float
    x2: float
    y2: float
    both: bool


@dataclass(frozen=True)
class Voices:
    faces: list[Face]
    lines: list[Line]
    weeks: int

    @property
    def quiet(self) -> list[str]:
        return [face.name for face in self.faces if not face.spoke]

    @property
    def crowded(self) -> bool:
        return len(self.faces) > CROWD

    @property
    def ring(self) -> float:
        """How far the faces stand from the middle: as far as they need not to touch."""
        return max(RING, len(self.faces) * APART / (2 * math.pi))


def voices_of(place: Place, weeks: int) -> Voices:
    """The cohort's own forums over the last weeks: everybody's and the groups'. Two queries, whatever was said."""
    everybody = Forum(cohort=place.cohort, kind=Forum.Kind.COHORT)
    members = members_of(everybody).order_by("person__display_name", "pk")
    return voices_among(place.cohort, members.values_list("person", "person__display_name"), weeks)


def voices_among(cohort: Cohort, people: Iterable[tuple[int, str]], weeks: int = USUAL) -> Voices:
    """The same where it is known who meets the cohort's forum: (person, name), by name. One query.

    What was said anonymously is left out: a picture on a screen would tell who it was.
    """
    faces = {person: Face(person, name) for person, name in people}
    voices = Voices(list(faces.values()), [], weeks)
    _stand_in_a_circle(voices)
    now, pairs = timezone.now(), defaultdict[int, set[int]](set)
    since = now - datetime.timedelta(weeks=weeks)
    for author, to, theirs, last, waits in _said(cohort=cohort.pk, since=since, now=now):
        face = faces.get(author)
        if face is None:
            continue
        if last > since:
            face.spoke = True
            if to in faces and theirs is None:
                pairs[author].add(to)
        if waits is not None and (face.waits_since is None or waits < face.waits_since):
            face.waits_since = waits
    for author, others in pairs.items():
        faces[author].answered = sorted(faces[other].name for other in others)
        for other in others:
            faces[other].answered_by.append(faces[author].name)
    for face in faces.values():
        face.answered_by.sort()
    voices.lines.extend(_lines(faces, pairs))
    return voices


@Prepared
def _said(*, cohort: int, since: datetime.datetime, now: datetime.datetime) -> QuerySet[Post, Any]:
    """(who, to whom, the other's alias if they had one there, when last, since when the oldest of it waits): by name, in these weeks,
    and before them what still waits."""
    kinds = (Forum.Kind.COHORT, Forum.Kind.GROUP)
    said = Post.objects.in_words(now).filter(thread__forum__cohort=cohort, thread__forum__kind__in=kinds, alias_number=None)
    theirs = Case(When(answers=None, then=F("thread__alias_number")), default=F("answers__alias_number"))
    wanted = said.filter(Q(posted_at__gt=since) | Q(waiting=True)).order_by().annotate(theirs=theirs)
    oldest = Min("posted_at", filter=Q(waiting=True))
    return wanted.values_list("author", "speaks_to", "theirs").annotate(last=Max("posted_at"), waits=oldest)


def _stand_in_a_circle(voices: Voices) -> None:
    for number, face in enumerate(voices.faces):
        face.angle = 2 * math.pi * number / len(voices.faces) - math.pi / 2
        face.x = round(SIDE / 2 + voices.ring * math.cos(face.angle), 1)
        face.y = round(SIDE / 2 + voices.ring * math.sin(face.angle), 1)


def _lines(faces: dict[int, Face], pairs: dict[int, set[int]]) -> list[Line]:
    """From the edge of one face to the edge of the other; those who answered each other once, not twice."""
    lines = []
    for author, others in pairs.items():
        for other in others:
            both = author in pairs.get(other, ())
            if both and other < author:
                continue
            start, end = faces[author], faces[other]
            length = math.dist((start.x, start.y), (end.x, end.y)) or 1
            dx, dy = (end.x - start.x) / length * (FACE + 4), (end.y - start.y) / length * (FACE + 4)
            lines.append(Line(round(start.x + dx, 1), round(start.y + dy, 1), round(end.x - dx, 1), round(end.y - dy, 1), both))
    return lines


@dataclass(frozen=True)
class Share:
    """How much of a thread's words are somebody's own: in words, and as a part of one for the picture."""

    words: str
    part: float


def share_of(user: User, thread: Thread) -> Share:
    """Two queries. Nobody else is ever told."""
    said = thread.posts.in_words()
    every = said.aggregate(all=Sum(Length("plain")))["all"] or 0
    own = said.filter(author=user).aggregate(all=Sum(Length("plain")))["all"] or 0
    part = own / every if every else 0.0
    return Share(_in_words(part), round(part, 2))


def _in_words(part: float) -> str:
    steps = [
        (0.0, _("You have not written in this thread yet.")),
        (0.07, _("A few of the words in this thread are yours.")),
        (0.18, _("About a tenth of the words in this thread are yours.")),
        (0.29, _("About a quarter of the words in this thread are yours.")),
        (0.42, _("About a third of the words in this thread are yours.")),
        (0.58, _("About half of the words in this thread are yours.")),
        (0.9, _("Most of the words in this thread are yours.")),
    ]
    return next((words for upto, words in steps if part <= upto), _("Nearly all of the words in this thread are yours."))
