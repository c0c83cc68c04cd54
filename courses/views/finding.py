"""Finding one's own entries again: by words, by day."""

from dataclasses import asdict
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from courses.actions.searching import days_written, search_entries
from courses.forms.finding import FIRST_DAY, FilterForm, MonthForm, SearchForm
from courses.models import JournalEntry
from lms import months
from lms.http import SignedInRequest, reads, reads_or_writes
from lms.prepared import Prepared
from lms.users.models import User


@login_required
@reads_or_writes
def journal_search(request: SignedInRequest) -> HttpResponse:
    """Words are sent by POST and stand in no address; the entries are opened for this answer and nothing is kept."""
    form = SearchForm(request.POST or None, modules=modules_written_about(request))
    if request.method != "POST" or not form.is_valid():
        return render(request, "courses/journal_search.html", {"form": form}, status=422 if form.is_bound else 200)
    words, before = form.cleaned_data["words"], form.cleaned_data["before"]
    results = search_entries(actor=request.user, words=words, wanted=form.wanted(), before=before)
    again = [(field.html_name, field.value() or "") for field in form if field.name != "before"]
    context = {"form": form, "results": results, "again": again, "looked_before": before is not None}
    return render(request, "courses/journal_search.html", context)


@login_required
@reads
def journal_calendar(request: SignedInRequest) -> HttpResponse:
    """A month with the days on which something was written. It counts nothing."""
    today = timezone.localdate()
    first = MonthForm(request.GET).first_day(today)
    written = days_written(actor=request.user, first=first, last=months.last_of(first))
    urls = {day: f"{reverse('courses:journal')}?on={day:%Y-%m-%d}" for day in written}
    month = months.month_of(first, today=today, urls=urls, since=FIRST_DAY, until=today)
    context = {"month": month, "written": bool(written)}
    return render(request, "courses/journal_calendar.html", context)


def modules_written_about(request: SignedInRequest) -> list[tuple[int, str]]:
    """The modules whose prompts this person has answered, in the order of the course. One query."""
    return [(pk, title) for _number, pk, title in _modules(person=request.user.pk)]


def address_of(form: FilterForm) -> str:
    """The chosen filters as part of an address, without those that say nothing."""
    wanted = form.wanted()
    return urlencode({name: str(value) for name, value in asdict(wanted).items() if value})


# --- inside ---------------------------------------------------------------------------------------------------------


@Prepared
def _modules(*, person: int) -> QuerySet[Any, Any]:
    mine = JournalEntry.objects.visible_to(User(pk=person)).exclude(activity=None)
    order = ("activity__module__number", "activity__module__pk", "activity__module__title")
    return mine.order_by(*order).values_list(*order).distinct()
