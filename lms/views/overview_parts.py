"""What the cohort page is made of, gathered once; and each part of it as a table, for the page in words and as a file."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.models import Block, Cohort, Membership
from courses.overview import Overview, blocks_opening, overview_of
from courses.permissions import Place
from courses.reading.agreement import missing_signatures
from courses.templatetags.overview import block_words
from forums.models import Post
from forums.reading.voices import Voices, voices_among
from forums.reading.waiting import unanswered_in
from live.models import Seminar
from lms.permissions import Verb, parts_that
from lms.prepared import Prepared
from lms.users.models import User

WEEK = datetime.timedelta(days=7)
AHEAD = 20  # sittings of a week


@dataclass(frozen=True)
class Parts:
    """Everything that the page shows."""

    cohort: Cohort
    overview: Overview
    voices: Voices
    unsigned: list[Membership]
    waiting: list[Post]
    seminars: list[Seminar]
    opening: list[Block]

    @property
    def ahead(self) -> list[tuple[object, ...]]:
        """All that the list of sittings shows of them, for `{% cache %}`."""
        return [(one.pk, one.title, one.starts_at, one.ends_at) for one in self.seminars]


def parts_of(reader: User, place: Place, *, waiting: int) -> Parts:
    """Nine queries, whatever the size of the cohort. Asks nobody: the page has asked."""
    cohort, now = place.cohort, timezone.now()
    overview = overview_of(cohort)
    talking = parts_that(Verb.SEE_COHORT_FORUM)  # the rule of forums.people.members_of; a test holds the two together
    return Parts(
        cohort=cohort,
        overview=overview,
        voices=voices_among(cohort, [(one.person, one.name) for one in overview.people if one.part in talking and one.is_active]),
        unsigned=missing_signatures(cohort),
        waiting=unanswered_in(reader, cohort, place.part, waiting),
        seminars=_coming(reader.coordinates, person=reader.pk, cohort=cohort.pk, now=now, until=now + WEEK),
        opening=blocks_opening(cohort, cohort.today() + WEEK),
    )


@Prepared
def _coming(coordinates: bool, *, person: int, cohort: int, now: datetime.datetime, until: datetime.datetime) -> QuerySet[Seminar]:
    visible = Seminar.objects.visible_to(User(pk=person, coordinates=coordinates)).still_to_come(now)
    return visible.filter(cohort=cohort, starts_at__lt=until).order_by("starts_at", "pk")[:AHEAD]


# --- as tables ------------------------------------------------------------------------------------------------------


class Cell(NamedTuple):
    words: object  # text; numbers stay numbers in a file
    url: str = ""


@dataclass(frozen=True)
class Sheet:
    head: list[str]
    rows: list[list[Cell]]


def _trainees(parts: Parts) -> Sheet:
    trainees = parts.overview.trainees
    blocks = trainees[0].blocks if trainees else []
    head = [_("Name"), *(block.title for block in blocks), _("Minutes there"), _("Minutes noted")]
    rows = [[one.name, *map(block_words, one.blocks), one.minutes, one.noted] for one in trainees]
    return Sheet(head, [[Cell(words) for words in row] for row in rows])


def _waiting(parts: Parts) -> Sheet:
    rows = [
        [Cell(post.thread.title, post.get_absolute_url()), Cell(post.public_name), Cell(_moment(post.posted_at))] for post in parts.waiting
    ]
    return Sheet([_("Thread"), _("Who waits"), _("Since")], rows)


def _ahead(parts: Parts) -> Sheet:
    rows = [
        [
            Cell(one.title, reverse("live:lobby", args=[parts.cohort.slug, one.pk])),
            Cell(_moment(one.starts_at) if one.starts_at else ""),
            Cell(_moment(one.ends_at) if one.ends_at else ""),
        ]
        for one in parts.seminars
    ]
    texts = [
        [Cell(_("The texts of “%(title)s” open") % {"title": one.module.title}), Cell(_day(one.opens_on)), Cell("")]
        for one in parts.opening
    ]
    return Sheet([_("What"), _("From"), _("Until")], rows + texts)


def _agreement(parts: Parts) -> Sheet:
    rows = [[Cell(one.person.display_name), Cell(one.get_part_display())] for one in parts.unsigned]
    return Sheet([_("Has not signed"), _("Part")], rows)


def _make_ups(parts: Parts) -> Sheet:
    rows = [
        [
            Cell(one.person.display_name, reverse("courses:make-up", args=[parts.cohort.slug, one.pk])),
            Cell(one.block.module.short),
            Cell(_day(one.day)),
            Cell(one.state.label),
        ]
        for one in parts.overview.make_ups
    ]
    return Sheet([_("Name"), _("Block"), _("Day"), _("How far")], rows)


SHEETS: dict[str, Callable[[Parts], Sheet]] = {
    "trainees": _trainees,
    "waiting": _waiting,
    "ahead": _ahead,
    "agreement": _agreement,
    "make-ups": _make_ups,
}


def _moment(at: datetime.datetime) -> str:
    """By the reader's clock."""
    return date_format(timezone.localtime(at), "D j F Y, H:i")


def _day(on: datetime.date) -> str:
    return date_format(on, "D j F Y")
