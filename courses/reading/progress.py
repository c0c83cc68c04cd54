"""How far a person is in a cohort's activities."""

from django.db.models import OuterRef, QuerySet, Subquery

from courses.models import Cohort, Progress, ResumePoint
from lms.prepared import Prepared
from lms.users.models import User


def progress_of(person: User, cohort: Cohort) -> dict[int, Progress]:
    """Activity id -> how far the person is in it."""
    return {row.activity_id: row for row in _progress(person=person.pk, cohort=cohort.pk)}


@Prepared
def _progress(*, person: int, cohort: int) -> QuerySet[Progress]:
    """With `stopped_at`: the anchor, in the activity to which "Carry on" leads; None in all others."""
    here = ResumePoint.objects.filter(person=person, cohort=cohort, activity=OuterRef("activity"))
    return Progress.objects.filter(person=person, cohort=cohort).annotate(stopped_at=Subquery(here.values("anchor")))


def done_in(progress: dict[int, Progress]) -> set[int]:
    """The activities that are done."""
    return {pk for pk, row in progress.items() if row.done_at}
