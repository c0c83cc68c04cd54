"""Saying that a cohort's year is another one now, so that no page shows the old one (courses.years).

Asks nobody: what changes a year has asked already. `courses.receivers` calls it for every row that is saved or deleted; an action
that changes rows by `update()` calls it itself.
"""

import uuid

from django.db.models import QuerySet

from courses.models import Cohort


def year_changed(cohorts: QuerySet[Cohort]) -> None:
    """From the end of this transaction on, pages read the year of these cohorts anew."""
    Cohort.objects.filter(pk__in=cohorts.values("pk")).update(year_stamp=uuid.uuid4())
