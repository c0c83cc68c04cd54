"""Where Today leads."""

import datetime
from dataclasses import dataclass

from courses.models import Activity, Block, Progress
from courses.opening import why_closed_to_trainees
from courses.permissions import Place
from courses.reading.progress import done_in, progress_of
from courses.years import year_of
from lms.permissions import Verb
from lms.users.models import User


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
