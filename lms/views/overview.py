"""The cohort page for trainers: who is where, who waits, what comes. To look at rather than to read; it ranks nobody."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render

from courses.permissions import place_or_404
from lms.audit.actions import What, note
from lms.http import SignedInRequest, reads
from lms.permissions import Verb
from lms.sheets import csv_response
from lms.views.overview_parts import SHEETS, parts_of

WAITING = 10  # of those whose words wait; the file and the forum itself have more
IN_FILE = 500


@login_required
@reads
def overview(request: SignedInRequest, cohort: str) -> HttpResponse:
    """?as=words shows all of it as tables, in words."""
    place = place_or_404(request.user, cohort, Verb.SEE_OVERVIEW)
    parts = parts_of(request.user, place, waiting=WAITING)
    in_words = request.GET.get("as") == "words"
    sheets = {name.replace("-", "_"): made(parts) for name, made in SHEETS.items() if name != "trainees"} if in_words else {}
    return render(request, "lms/overview.html", {"cohort": place.cohort, "parts": parts, "in_words": in_words, "sheets": sheets})


@login_required
@reads
def overview_table(request: SignedInRequest, cohort: str, sheet: str) -> HttpResponse:
    """One part of it as a CSV file."""
    place = place_or_404(request.user, cohort, Verb.SEE_OVERVIEW)
    if sheet not in SHEETS:
        raise Http404
    table = SHEETS[sheet](parts_of(request.user, place, waiting=IN_FILE))
    rows = [[cell.words for cell in row] for row in table.rows]
    note(actor=request.user, what=What.TABLE_TAKEN, about=place.cohort, detail="overview")
    return csv_response(f"{place.cohort.slug}-{sheet}-{place.cohort.today()}", [table.head, *rows])
