"""Who has answered whom, for the trainers; and one's own share of a thread, for oneself."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.permissions import place_or_404
from forums.forms.voices import USUAL, WeeksForm
from forums.reading.threads import thread_or_404
from forums.reading.voices import Face, share_of, voices_of
from lms.audit.actions import What, note
from lms.http import SignedInRequest, reads
from lms.permissions import Verb
from lms.sheets import csv_response


@login_required
@reads
def voices(request: SignedInRequest, cohort: str) -> HttpResponse:
    """A picture of who has answered whom in the last weeks, and the same as a table."""
    place = place_or_404(request.user, cohort, Verb.MODERATE)
    weeks = WeeksForm({"weeks": request.GET.get("weeks", USUAL)})
    found = voices_of(place, weeks.chosen())
    return render(request, "forums/voices.html", {"cohort": place.cohort, "voices": found, "form": weeks})


@login_required
@reads
def voices_table(request: SignedInRequest, cohort: str) -> HttpResponse:
    """The same as a CSV file."""
    place = place_or_404(request.user, cohort, Verb.MODERATE)
    found = voices_of(place, WeeksForm({"weeks": request.GET.get("weeks", USUAL)}).chosen())
    head = [_("Name"), _("Was heard"), _("Has answered"), _("Was answered by"), _("Waits for a response since")]
    note(actor=request.user, what=What.TABLE_TAKEN, about=place.cohort, detail="voices")
    return csv_response(f"voices-{place.cohort.slug}-{place.cohort.today()}", [head, *map(_row, found.faces)])


def _row(face: Face) -> list[str]:
    since = timezone.localtime(face.waits_since).date().isoformat() if face.waits_since else ""
    return [face.name, _("yes") if face.spoke else _("no"), ", ".join(face.answered), ", ".join(face.answered_by), since]


@login_required
@reads
def my_share(request: SignedInRequest, cohort: str, thread: int) -> HttpResponse:
    """Only ever the reader's own."""
    place = place_or_404(request.user, cohort, Verb.SEE_FORUM)
    talk = thread_or_404(request.user, place, thread)
    return render(request, "forums/my_share.html", {"cohort": place.cohort, "thread": talk, "share": share_of(request.user, talk)})
