"""Who has answered whom: for the trainers, so that a quiet or unanswered voice is noticed. It ranks nobody and counts nothing.

And somebody's own share of a thread, in words, for themselves alone.
"""

from __future__ import annotations

import datetime
import math
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Sum
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.permissions import Place
from forums.models import Forum, Post, Thread
from forums.people import members_of
from lms.users.models import User

SIDE = 640  # of the picture, in its own units
RING = 225  # of the circle on which the faces stand
FACE = 24


@dataclass
class Face:
    """Somebody of the cohort and what went between them and the others in these weeks; names in alphabetical order."""

    pk: int
    name: str
    initials: str
    x: float = 0
    y: float = 0
    spoke: bool = False
    answered: list[str] = field(default_factory=list)  # whom they answered
    answered_by: list[str] = field(default_factory=list)
    waits_since: datetime.datetime | None = None  # the oldest of their words that nobody has answered

    @property
    def state(self) -> str:
        """For the picture: "quiet", "waiting" or nothing."""
        return "waiting" if self.waits_since else "" if self.spoke else "quiet"

    @property
    def label_x(self) -> float:
        return SIDE / 2 + (self.x - SIDE / 2) * (RING + FACE + 14) / RING

    @property
    def label_y(self) -> float:
        return SIDE / 2 + (self.y - SIDE / 2) * (RING + FACE + 14) / RING

    @property
    def anchor(self) -> str:
        """Which side of the name touches the circle."""
        off = self.x - SIDE / 2
        return "middle" if abs(off) < RING / 4 else "start" if off > 0 else "end"


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


def voices_of(place: Place, weeks: int) -> Voices:
    """The cohort's own forums over the last weeks: everybody's and the groups'. Three queries, whatever was said.

    What was said anonymously is left out: a picture on a screen would tell who it was.
    """
    shared = Forum.objects.get(cohort=place.cohort, kind=Forum.Kind.COHORT)
    members = members_of(shared).select_related("person").order_by("person__display_name", "pk")
    faces = {member.person_id: Face(member.person_id, member.person.display_name, member.person.initials) for member in members}
    _stand_in_a_circle(list(faces.values()))
    since = timezone.now() - datetime.timedelta(weeks=weeks)
    kinds = (Forum.Kind.COHORT, Forum.Kind.GROUP)
    said = Post.objects.in_words().filter(thread__forum__cohort=place.cohort, thread__forum__kind__in=kinds, alias_number=None)
    pairs: defaultdict[int, set[int]] = defaultdict(set)
    recent = said.filter(posted_at__gt=since, author__in=faces)
    columns = ("author", "speaks_to", "answers", "answers__alias_number", "thread__alias_number")
    for author, to, answered, theirs, began in recent.values_list(*columns).distinct():
        faces[author].spoke = True
        if to in faces and not (theirs if answered else began):
            pairs[author].add(to)
    for author, at in said.filter(waiting=True, author__in=faces).order_by("-posted_at").values_list("author", "posted_at"):
        faces[author].waits_since = at
    for author, others in pairs.items():
        faces[author].answered = sorted(faces[other].name for other in others)
        for other in others:
            faces[other].answered_by.append(faces[author].name)
    for face in faces.values():
        face.answered_by.sort()
    return Voices(list(faces.values()), list(_lines(faces, pairs)), weeks)


def _stand_in_a_circle(faces: list[Face]) -> None:
    for number, face in enumerate(faces):
        angle = 2 * math.pi * number / max(len(faces), 1) - math.pi / 2
        face.x = round(SIDE / 2 + RING * math.cos(angle), 1)
        face.y = round(SIDE / 2 + RING * math.sin(angle), 1)


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
