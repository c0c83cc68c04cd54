"""Who is on duty for “Please contact me” in a cohort, and on which days."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from courses.actions.duties import put_on_duty, take_off_duty
from courses.answering import reach_of
from courses.forms.duties import DutyForm
from courses.models import AftercareDuty
from courses.permissions import place_or_404
from courses.reading.duty import duty_spans
from lms.http import SignedInRequest, reads_or_writes, writes
from lms.permissions import Refused, Verb


@login_required
@reads_or_writes
def duty(request: SignedInRequest, cohort: str) -> HttpResponse:
    """Whom a request reaches today, everybody's days to come with the gaps between them, and a form for more."""
    place = place_or_404(request.user, cohort, Verb.PLAN_DUTY)
    form = DutyForm(request.POST if request.method == "POST" else None, cohort=place.cohort)
    if form.is_bound and form.is_valid():
        try:
            made = put_on_duty(actor=request.user, cohort=place.cohort, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("%(who)s is on duty on these days.") % {"who": made.person.display_name})
            return redirect("courses:duty", place.cohort.slug)
    # As it is for somebody who is none of those who answer.
    context = {"cohort": place.cohort, "form": form, "spans": duty_spans(place.cohort), "reach": reach_of(place.cohort)}
    return render(request, "courses/duty.html", context, status=422 if form.errors else 200)


@login_required
@writes
def duty_end(request: SignedInRequest, cohort: str, duty: int) -> HttpResponse:
    """Takes somebody off, from today on."""
    place = place_or_404(request.user, cohort, Verb.PLAN_DUTY)
    found = get_object_or_404(
        AftercareDuty.objects.visible_to(request.user).filter(cohort=place.cohort).select_related("cohort", "person"), pk=duty
    )
    take_off_duty(actor=request.user, duty=found)
    messages.success(request, _("%(who)s is no longer on duty on these days.") % {"who": found.person.display_name})
    return redirect("courses:duty", place.cohort.slug)
