"""The cohort page for trainers: who is where, who waits, what comes. To look at rather than to read; it ranks nobody."""

import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.overview import block_ahead, standings_of, trainees_of
from courses.permissions import Place, place_or_404
from courses.templatetags.overview import block_words
from forums.reading.waiting import unanswered_in
from live.models import Seminar
from lms.http import SignedInRequest, reads
from lms.permissions import Verb
from lms.sheets import csv_response

WEEK = datetime.timedelta(days=7)
WAITING = 10  # of those whose words wait; the forum itself has all
AHEAD = 20  # sittings of a week


@login_required
@reads
def overview(request: SignedInRequest, cohort: str) -> HttpResponse:
    """?as=words shows the same table with words in place of pictures."""
    place = place_or_404(request.user, cohort, Verb.SEE_OVERVIEW)
    now = timezone.now()
    coming = Seminar.objects.visible_to(request.user).still_to_come(now).filter(cohort=place.cohort, starts_at__lt=now + WEEK)
    context = {
        "cohort": place.cohort,
        "trainees": _trainees(place),
        "in_words": request.GET.get("as") == "words",
        "waiting": unanswered_in(request.user, place.cohort, place.part, WAITING),
        "seminars": list(coming.order_by("starts_at")[:AHEAD]),
        "opening": block_ahead(place.cohort, place.cohort.today() + WEEK),
    }
    return render(request, "lms/overview.html", context)


@login_required
@reads
def overview_table(request: SignedInRequest, cohort: str) -> HttpResponse:
    """The same as a CSV file."""
    place = place_or_404(request.user, cohort, Verb.SEE_OVERVIEW)
    trainees = _trainees(place)
    blocks = trainees[0][1].blocks if trainees else []
    head = [_("Name"), *(block.title for block in blocks), _("Minutes there"), _("Minutes held"), _("What a certificate asks for")]
    rows = [
        [
            member.person.display_name,
            *(block_words(block) for block in standing.blocks),
            standing.minutes,
            standing.held,
            " ".join(point.words for point in standing.points),
        ]
        for member, standing in trainees
    ]
    return csv_response(f"{place.cohort.slug}-{place.cohort.today()}", [head, *rows])


def _trainees(place: Place) -> list[Any]:
    """(membership, standing) by name."""
    members = trainees_of(place.cohort)
    standings = standings_of(place.cohort, [member.person_id for member in members])
    return [(member, standings[member.person_id]) for member in members]
