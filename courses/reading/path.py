"""The path of a cohort's year, block by block, and how far somebody is on it. A few queries whatever the size of the course."""

import datetime
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.models import Block
from courses.opening import why_closed_to
from courses.permissions import Place, can_open_block
from courses.reading.activities import Row, row_of
from courses.reading.progress import done_in, progress_of
from courses.years import year_of
from lms.users.models import User


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
