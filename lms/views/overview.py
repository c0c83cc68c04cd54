"""The cohort page for trainers: who is where, who waits, what comes. To look at rather than to read; it ranks nobody."""

import datetime

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.overview import blocks_opening, overview_of
from courses.permissions import place_or_404
from courses.reading.agreement import missing_signatures
from courses.templatetags.overview import block_words
from forums.reading.waiting import unanswered_in
from live.models import Seminar
from lms.audit.actions import What, note
from lms.http import SignedInRequest, reads
from lms.permissions import Verb
from lms.prepared import Prepared
from lms.sheets import csv_response
from lms.users.models import User

WEEK = datetime.timedelta(days=7)
WAITING = 10  # of those whose words wait; the forum itself has all
AHEAD = 20  # sittings of a week


@login_required
@reads
def overview(request: SignedInRequest, cohort: str) -> HttpResponse:
    """?as=words shows the same table with words in place of pictures."""
    place = place_or_404(request.user, cohort, Verb.SEE_OVERVIEW)
    now = timezone.now()
    context = {
        "cohort": place.cohort,
        "overview": overview_of(place.cohort),
        "in_words": request.GET.get("as") == "words",
        "unsigned": missing_signatures(place.cohort),
        "waiting": unanswered_in(request.user, place.cohort, place.part, WAITING),
        "seminars": _coming(request.user.coordinates, person=request.user.pk, cohort=place.cohort.pk, now=now, until=now + WEEK),
        "opening": blocks_opening(place.cohort, place.cohort.today() + WEEK),
    }
    return render(request, "lms/overview.html", context)


@Prepared
def _coming(coordinates: bool, *, person: int, cohort: int, now: datetime.datetime, until: datetime.datetime) -> QuerySet[Seminar]:
    visible = Seminar.objects.visible_to(User(pk=person, coordinates=coordinates)).still_to_come(now)
    return visible.filter(cohort=cohort, starts_at__lt=until).order_by("starts_at", "pk")[:AHEAD]


@login_required
@reads
def overview_table(request: SignedInRequest, cohort: str) -> HttpResponse:
    """The same as a CSV file."""
    place = place_or_404(request.user, cohort, Verb.SEE_OVERVIEW)
    trainees = overview_of(place.cohort).trainees
    blocks = trainees[0].blocks if trainees else []
    head = [_("Name"), *(block.title for block in blocks), _("Minutes there"), _("Minutes noted")]
    rows = [[one.name, *map(block_words, one.blocks), one.minutes, one.noted] for one in trainees]
    note(actor=request.user, what=What.TABLE_TAKEN, about=place.cohort, detail="overview")
    return csv_response(f"{place.cohort.slug}-{place.cohort.today()}", [head, *rows])
