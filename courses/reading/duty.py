"""Who is on duty when, as the page shows it: everybody's days from today on, and the days on which there is nobody."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from courses.actions.duties import DAY
from courses.answering import able_people
from courses.models import AftercareDuty, Cohort


@dataclass(frozen=True)
class Span:
    """Days, both included: of somebody on duty, or of nobody (no `duty`). `is_away`: they have left, or have another part by now, and
    nobody is asked through this row."""

    first: datetime.date
    last: datetime.date
    duty: AftercareDuty | None = None
    is_now: bool = False
    is_away: bool = False


def duty_spans(cohort: Cohort) -> list[Span]:
    """From today until the cohort's last day, in order. Two queries."""
    today = cohort.today()
    rows = AftercareDuty.objects.filter(cohort=cohort, until_on__gte=today).select_related("person").order_by("from_on", "until_on", "pk")
    here = set(able_people(cohort).values_list("person_id", flat=True))
    spans, free_from = [], today
    for row in rows:
        is_here = row.person_id in here
        if is_here and row.from_on > free_from:
            spans.append(_nobody(free_from, row.from_on - DAY, today))
        spans.append(Span(row.from_on, row.until_on, row, row.from_on <= today, not is_here))
        free_from = max(free_from, row.until_on + DAY) if is_here else free_from
    if free_from <= cohort.ends_on:
        spans.append(_nobody(free_from, cohort.ends_on, today))
    return sorted(spans, key=lambda span: (span.first, span.last))


def _nobody(first: datetime.date, last: datetime.date, today: datetime.date) -> Span:
    return Span(first, last, is_now=first <= today)
