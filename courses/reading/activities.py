"""Activities as lists show them, and what lies around one of them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.models import Activity, Cohort, Progress
from courses.opening import why_closed_to
from courses.permissions import Place
from courses.reading.progress import done_in
from courses.releasing import Closed
from courses.years import year_of
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


def row_of(activity: Activity, url: str, progress: Progress | None, closed: Closed | None = None) -> Row:
    if closed is not None:
        return Row(activity, url, closed.state, closed.words[0].upper() + closed.words[1:])
    state = "" if progress is None else "done" if progress.done_at else "begun"
    return Row(activity, url, state, _done_words(progress) if progress and progress.done_at else "")


def _done_words(progress: Progress) -> str:
    if progress.how == Progress.How.ENTRY:
        return _("Journal kept")
    return _("Done · %(how)s") % {"how": Progress.How(progress.how).label} if progress.how else ""


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


def activity_url(cohort: Cohort, activity: Activity) -> str:
    return reverse("activity", args=[cohort.slug, activity.module.slug, activity.slug])
