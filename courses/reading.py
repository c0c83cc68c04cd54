"""What pages show of a course, gathered in a few queries whatever the size of the course."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses import crisis
from courses.actions.aftercare import PROMISED_HOURS
from courses.answering import who_answers
from courses.models import Activity, Block, Cohort, Progress, ResumePoint
from courses.opening import why_closed_to, why_closed_to_trainees
from courses.permissions import Place, can_open_block, recent_places_of
from courses.releasing import Closed
from courses.years import year_of
from lms.permissions import Verb
from lms.prepared import Prepared
from lms.users.models import User


@dataclass
class Row:
    """An activity as a list shows it."""

    activity: Activity
    url: str
    state: str  # "", "begun", "done", "locked" or "unsigned": closed until the person has signed the agreement
    words: str = ""  # the state in words where there is more to say than the state itself

    @property
    def kind(self) -> str:
        """The word for what it is."""
        return self.activity.kind


@dataclass
class BlockPath:
    """A block with its activities, as the course page and the path of the year show it."""

    block: Block
    state: str  # "done" (its days are over), "now", "open" (may be read already) or "locked"
    rows: list[Row] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.block.module.short

    @property
    def url(self) -> str:
        return f"#{self.block.module.slug}"

    @cached_property
    def note(self) -> str:
        """For a locked one: when it opens. Others say their state themselves."""
        return opens_words(self.block) if self.state == "locked" else ""

    @property
    def drawn_from(self) -> str:
        """All that a page shows of it besides the year, for `{% cache %}`: people who are equally far see the same."""
        return repr((self.block.pk, self.state, [(row.state, row.words) for row in self.rows]))


def opens_words(block: Block) -> str:
    return _("opens on %(date)s") % {"date": date_format(block.opens_on, "j F")}


LAST_GAP = datetime.timedelta(weeks=6)  # no next block ends the last one


def year_path(place: Place) -> list[BlockPath]:
    """The cohort's blocks in order, the one it is in marked."""
    blocks = year_of(place.cohort).blocks
    today = place.cohort.today()
    opened = [block for block in blocks if block.opens_on <= today]
    is_over = bool(blocks) and blocks[-1].ends_on + LAST_GAP < today
    now = opened[-1] if opened and not is_over else None
    return [BlockPath(block, _state(place, block, now, today)) for block in blocks]


def _state(place: Place, block: Block, now: Block | None, today: datetime.date) -> str:
    if block == now:
        return "now"
    if not can_open_block(place.part, block, today):
        return "locked"
    return "done" if block.ends_on < today else "open"


def course_path(place: Place, person: User) -> list[BlockPath]:
    """The path with every activity and how far the person is. One query."""
    path = {step.block.module_id: step for step in year_path(place)}
    year = year_of(place.cohort)
    progress = progress_of(person, place.cohort)
    done = done_in(progress)
    for activity in year.activities:
        if step := path.get(activity.module_id):
            closed = why_closed_to(place, person, activity, done)
            step.rows.append(row_of(activity, year.urls[activity.pk], progress.get(activity.pk), closed))
    return list(path.values())


def done_in(progress: dict[int, Progress]) -> set[int]:
    """The activities that are done."""
    return {pk for pk, row in progress.items() if row.done_at}


def row_of(activity: Activity, url: str, progress: Progress | None, closed: Closed | None = None) -> Row:
    if closed is not None:
        return Row(activity, url, closed.state, closed.words[0].upper() + closed.words[1:])
    state = "" if progress is None else "done" if progress.done_at else "begun"
    return Row(activity, url, state, _done_words(progress) if progress and progress.done_at else "")


def _done_words(progress: Progress) -> str:
    if progress.how == Progress.How.ENTRY:
        return _("Journal kept")
    return _("Done · %(how)s") % {"how": Progress.How(progress.how).label} if progress.how else ""


def activity_url(cohort: Cohort, activity: Activity) -> str:
    return reverse("activity", args=[cohort.slug, activity.module.slug, activity.slug])


def progress_of(person: User, cohort: Cohort) -> dict[int, Progress]:
    """Activity id -> how far the person is in it."""
    return {row.activity_id: row for row in _progress(person=person.pk, cohort=cohort.pk)}


@Prepared
def _progress(*, person: int, cohort: int) -> QuerySet[Progress]:
    """With `stopped_at`: the anchor, in the activity to which "Carry on" leads; None in all others."""
    here = ResumePoint.objects.filter(person=person, cohort=cohort, activity=OuterRef("activity"))
    return Progress.objects.filter(person=person, cohort=cohort).annotate(stopped_at=Subquery(here.values("anchor")))


# --- Today ----------------------------------------------------------------------------------------------------------


@dataclass
class CarryOn:
    """The activity to go on with, and the place in it."""

    activity: Activity
    url: str
    begun: bool
    heading: str = ""  # the heading stopped at, in words


def carry_on(place: Place, person: User) -> CarryOn | None:
    """Where the person stopped; else the first activity of the current block that is not done. None for parts that do not work through."""
    if not place.may(Verb.MARK_DONE):
        return None
    year, progress = year_of(place.cohort), progress_of(person, place.cohort)
    done = done_in(progress)
    fresh = [one for one in year.activities if one.pk not in done and why_closed_to_trainees(place.cohort, person, one, done) is None]
    stopped = next((one for one in fresh if _anchor(progress.get(one.pk)) is not None), None)
    if stopped is not None:
        anchor = _anchor(progress[stopped.pk]) or ""
        heading = year.headings[stopped.pk].get(anchor, "")  # nothing if the text has changed since
        url = year.urls[stopped.pk]
        return CarryOn(stopped, f"{url}#{anchor}" if heading else url, begun=True, heading=heading)
    if not fresh:
        return None
    newest = next(one for one in fresh if one.module_id == fresh[-1].module_id)  # the first of the newest block
    return CarryOn(newest, year.urls[newest.pk], begun=newest.pk in progress)


def _anchor(progress: Progress | None) -> str | None:
    """The heading at which the person stopped in this activity; empty before the first, None if they did not stop here."""
    return getattr(progress, "stopped_at", None)


def week_of(block: Block, today: datetime.date) -> int:
    """Which week of the block it is, from 1."""
    return (today - block.opens_on).days // 7 + 1


def rows_around(place: Place, person: User, activity: Activity, progress: dict[int, Progress]) -> tuple[list[Row], Row | None, Row | None]:
    """The module's activities, and the one before and after in the whole course."""
    year = year_of(place.cohort)
    here = next((number for number, one in enumerate(year.activities) if one.pk == activity.pk), None)
    if here is None:  # it came or went in this very moment
        return [], None, None
    done = done_in(progress)

    def row(one: Activity) -> Row:
        return row_of(one, year.urls[one.pk], progress.get(one.pk), why_closed_to(place, person, one, done))

    side = [row(one) for one in year.activities if one.module_id == activity.module_id]
    before, after = year.activities[:here][-1:], year.activities[here + 1 :][:1]
    return side, row(before[0]) if before else None, row(after[0]) if after else None


# --- somebody to turn to --------------------------------------------------------------------------------------------


def turn_to(person: User) -> dict[str, Any]:
    """For courses/partials/entry_nobody_monitors.html: who answers "Please contact me" now, within how many hours (0: nobody could), and
    the numbers of the person's country."""
    places = getattr(person, "places_shown", None)
    if places is None:
        places = person.places_shown = recent_places_of(person)
    cohort = places[0].cohort if places else None
    answers = [one.display_name for one in who_answers(cohort, asker=person)] if cohort else []
    hours = cohort.promised_hours if cohort else PROMISED_HOURS
    return {
        "answers": answers,
        "hours": hours if answers or cohort is None else 0,
        "crisis": crisis.of_person(person.country, person.time_zone),
    }
