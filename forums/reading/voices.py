"""Who has answered whom: for the trainers, so that a quiet or unanswered voice is noticed. It ranks nobody and counts nothing.

And somebody's own share of a thread, in words, for themselves alone.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, Min, Q, QuerySet, Sum, When
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Cohort
from courses.permissions import Place
from forums.forms.voices import USUAL
from forums.models import Forum, Post, Thread
from forums.people import members_of
from lms.prepared import Prepared
from lms.users.models import User

CROWD = 20


@dataclass
class Face:
    """Somebody of the cohort and what went between them and the others in these weeks; names in alphabetical order."""

    pk: int
    name: str
    spoke: bool = False
    answered: list[str] = field(default_factory=list)  # whom they answered
    answered_by: list[str] = field(default_factory=list)
    waits_since: datetime.datetime | None = None  # the oldest of their words that nobody has answered

    @property
    def state(self) -> str:
        """For the picture: "quiet", "waiting" or nothing."""
        return "waiting" if self.waits_since else "" if self.spoke else "quiet"


class Line(NamedTuple):
    """One has answered the other: two faces by their numbers. `both`: each the other."""

    start: int
    end: int
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
    def silent(self) -> bool:
        """Nobody was heard, and nobody waits."""
        return not any(face.spoke or face.waits_since for face in self.faces)

    @property
    def crowded(self) -> bool:
        """With so many their names stand like spokes, where they cannot run into each other."""
        return len(self.faces) > CROWD


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
    now, pairs = timezone.now(), defaultdict[int, set[int]](set)
    for author, to, theirs, recently, waits in _said(cohort=cohort.pk, since=now - datetime.timedelta(weeks=weeks), now=now):
        face = faces.get(author)
        if face is None:
            continue
        if recently:
            face.spoke = True
            if to in faces and theirs is None:
                pairs[author].add(to)
        if waits is not None and (face.waits_since is None or waits < face.waits_since):
            face.waits_since = waits
    numbers = {person: number for number, person in enumerate(faces)}
    for author in faces:  # in the order of their names, so that lists of names need no sorting
        for other in sorted(pairs[author], key=numbers.__getitem__):
            faces[author].answered.append(faces[other].name)
            faces[other].answered_by.append(faces[author].name)
    return Voices(list(faces.values()), _lines(pairs, numbers), weeks)


def _lines(pairs: Mapping[int, set[int]], numbers: Mapping[int, int]) -> list[Line]:
    """Those who answered each other once, not twice."""
    lines = []
    for author, others in pairs.items():
        for other in others:
            both = author in pairs.get(other, ())
            if not both or author < other:
                lines.append(Line(numbers[author], numbers[other], both))
    return lines


@Prepared
def _said(*, cohort: int, since: datetime.datetime, now: datetime.datetime) -> QuerySet[Post, Any]:
    """(who, to whom, the other's alias if they had one there, whether in these weeks, since when the oldest of it waits), by name; of
    what is older only what still waits."""
    kinds = (Forum.Kind.COHORT, Forum.Kind.GROUP)
    said = Post.objects.in_words(now).filter(thread__forum__cohort=cohort, thread__forum__kind__in=kinds, alias_number=None)
    theirs = Case(When(answers=None, then=F("thread__alias_number")), default=F("answers__alias_number"))
    wanted = said.filter(Q(posted_at__gt=since) | Q(waiting=True)).order_by().annotate(theirs=theirs)
    recently = Count("pk", filter=Q(posted_at__gt=since))
    oldest = Min("posted_at", filter=Q(waiting=True))
    return wanted.values_list("author", "speaks_to", "theirs").annotate(recently=recently, waits=oldest)


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
