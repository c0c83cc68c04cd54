"""Files for calendar programs: somebody's whole feed by its secret address, without a sign-in, and a single date."""

from __future__ import annotations

import hashlib
import uuid

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from live import ics
from live.actions.calendars.choosing import feed_of, note_asked
from live.feeds import dates_of
from live.models import CalendarChoice, CalendarEvent
from lms.http import SignedInRequest, reads

TYPE = "text/calendar; charset=utf-8"
MOST, WAIT = 30, 15 * 60  # so often one address may be asked for in so many seconds, by all programs that have it
FORM = "2"  # another one whenever the same rows are written otherwise


@reads
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the address reads it; it has no session and leaves none. Three queries, and one trace an hour."""
    choice = feed_of(token)
    if choice is None:
        raise Http404
    if not _may_ask(choice):
        return _too_often()
    rows = dates_of(choice.person)
    note_asked(choice=choice)
    with translation.override(choice.person.language):
        etag = _etag(choice, rows)
        answer = get_conditional_response(request, etag=etag)
        if answer is None:
            answer = HttpResponse(ics.feed(rows, choice.titles), content_type=TYPE)
    answer["ETag"], answer["Cache-Control"], answer["X-Robots-Tag"] = etag, "private, no-cache", "noindex"
    return answer


@login_required
@reads
def date_file(request: SignedInRequest, cohort: str, seminar: uuid.UUID) -> HttpResponse:
    """One date, to be taken along."""
    seen = CalendarEvent.objects.visible_to(request.user).select_related("cohort")
    event = get_object_or_404(seen, key=f"seminar:{seminar}", cohort__slug=cohort)
    response = HttpResponse(ics.one(event), content_type=TYPE)
    response["Content-Disposition"] = 'attachment; filename="date.ics"'
    return response


def _may_ask(choice: CalendarChoice) -> bool:
    """Counts in the shared cache; what it forgets is counted anew."""
    key = f"calendar-feed:{choice.pk}"
    cache.add(key, 0, WAIT)
    try:
        return cache.incr(key) <= MOST
    except ValueError:  # it ran out in this very moment
        return True


def _etag(choice: CalendarChoice, rows: list[CalendarEvent]) -> str:
    """Another one whenever the file would be another."""
    state = [(str(row.uid), row.sequence, row.changed_at, row.path, row.cohort.title) for row in rows]
    told = repr((FORM, choice.titles, choice.person.language, state))
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def _too_often() -> HttpResponse:
    sentence = _("This calendar was asked for very often just now. Please try again in a quarter of an hour.")
    response = HttpResponse(sentence, status=429, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(WAIT)
    return response
