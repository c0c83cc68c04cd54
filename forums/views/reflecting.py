"""Giving a thread the form of a reflecting conversation."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from courses.permissions import place_or_404
from forums.actions.reflecting import move_thread_phase, seat_people
from forums.forms.reflecting import PhaseForm, SeatsForm
from forums.permissions import can_facilitate
from forums.reading.threads import thread_or_404
from lms.http import SignedInRequest, reads_or_writes
from lms.permissions import Refused, Verb


@login_required
@reads_or_writes
def thread_form(request: SignedInRequest, cohort: str, thread: int) -> HttpResponse:
    """Who tells, who reflects, and which phase it is: for whoever facilitates the thread."""
    place = place_or_404(request.user, cohort, Verb.SEE_FORUM)
    talk = thread_or_404(request.user, place, thread)
    if not can_facilitate(request.user, talk):
        raise Http404
    moving = request.POST.get("what") == "phase"
    seats = SeatsForm(request.POST if request.method == "POST" and not moving else None, thread=talk)
    phase = PhaseForm(request.POST if moving else None, initial={"phase": talk.phase})
    form = phase if moving else seats
    if form.is_valid():
        try:
            (move_thread_phase if moving else seat_people)(actor=request.user, thread=talk, **form.cleaned_data)
            return redirect("forums:thread", cohort=cohort, thread=talk.pk)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    context = {"cohort": place.cohort, "thread": talk, "seats": seats, "phase": phase}
    return render(request, "forums/thread_form.html", context)
