"""How long one's own journal is kept, and keeping it longer; how long a cohort's are."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.actions.keeping import keep_journals_until, keep_longer, keepings_of
from courses.actions.plans import PlanHasMoved
from courses.forms.journals import UntilForm
from courses.forms.planning import KeepUntilForm
from courses.models import Cohort
from courses.permissions import place_or_404
from courses.views.planning import conflict
from lms.http import SignedInRequest, reads, reads_or_writes, writes
from lms.permissions import Verb


@login_required
@reads
def journal_keeping(request: SignedInRequest) -> HttpResponse:
    """What is kept until when, for each cohort in which the person has written."""
    return render(request, "courses/journal_keeping.html", {"keepings": keepings_of(actor=request.user)})


@login_required
@writes
def journal_keeping_extend(request: SignedInRequest, cohort_id: int) -> HttpResponse:
    """One press: a year longer."""
    if all(kept.cohort.pk != cohort_id for kept in keepings_of(actor=request.user)):
        raise Http404
    form = UntilForm(request.POST)
    if not form.is_valid():
        return redirect("courses:journal-keeping")  # nothing but a button is there to be filled in: shown anew
    try:
        kept = keep_longer(actor=request.user, cohort_id=cohort_id, until=form.cleaned_data["until"])
    except Cohort.DoesNotExist:
        raise Http404 from None
    day = {"day": date_format(kept.until, "j F Y")} if kept.until else {}
    messages.success(request, _("Your journal is kept until %(day)s now.") % day)
    return redirect("courses:journal-keeping")


@login_required
@reads_or_writes
def cohort_keeping(request: SignedInRequest, cohort: str) -> HttpResponse:
    """The last day of a cohort's journals, for its coordinators. Of what is in them it shows nothing, nor who writes."""
    place = place_or_404(request.user, cohort, Verb.INVITE_PEOPLE)
    form = KeepUntilForm(request.POST or None, cohort=place.cohort)
    if request.method == "POST" and form.is_valid():
        try:
            keep_journals_until(
                actor=request.user, cohort=place.cohort, until=form.cleaned_data["until"], version=form.cleaned_data["version"]
            )
        except PlanHasMoved:
            return conflict(request, place.cohort, form, _("How long journals are kept"))
        day = date_format(place.cohort.keeps_journals_until(), "j F Y")
        messages.success(request, _("Journals of this cohort are kept until %(day)s now.") % {"day": day})
        return redirect("courses:people", cohort=place.cohort.slug)
    return render(request, "courses/people_keeping.html", {"cohort": place.cohort, "form": form})
