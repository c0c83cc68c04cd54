"""One's own hours: where one stands, which day one cannot come, and what was corrected."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.actions.absences import say_absence, take_absence_back
from courses.actions.attendance_marks import answer_correction
from courses.actions.ledger import ledger_sums, sums_in_words
from courses.completion import completion_of
from courses.forms.attendance import CorrectionAnswerForm
from courses.forms.hours import AbsenceForm, DayForm
from courses.models import Absence, Attendance, AttendanceMark, LedgerEntry, Membership
from courses.permissions import Place, place_or_404
from courses.reading.hours import DayAhead, absences_of, corrections_of, days_ahead, hours_of, make_ups_of
from courses.standing import planned
from lms.http import SignedInRequest, reads, reads_or_writes, writes
from lms.permissions import Part, Refused, Verb

SOON = 4  # days to come that stand open; the rest of the year is folded


@login_required
@reads
def hours(request: SignedInRequest, cohort: str) -> HttpResponse:
    """Where somebody stands, in words, as a picture and as a table; what is to come; what was missed and corrected; the ledger's sums."""
    place = place_or_404(request.user, cohort, Verb.KEEP_HOURS)
    membership = _my(request, place)
    mine = hours_of(membership)
    ahead = days_ahead(mine.plan, absences_of(request.user, place.cohort))
    entries = LedgerEntry.objects.visible_to(request.user).filter(cohort=place.cohort)
    context = {
        "cohort": place.cohort,
        "hours": mine,
        "standing": mine.standing,
        "completion": completion_of(membership, mine.standing),
        "comes": place.part == Part.TRAINEE,
        "soon": ahead[:SOON],
        "later": ahead[SOON:],
        "make_ups": make_ups_of(request.user, place.cohort, request.user),
        "corrections": corrections_of(request.user, place.cohort, request.user.pk),
        "answer_form": CorrectionAnswerForm(),
        "sums": sums_in_words(mine.standing.there, ledger_sums(entries)),
    }
    return render(request, "courses/hours.html", context)


@login_required
@reads_or_writes
def cannot_come(request: SignedInRequest, cohort: str, day: str) -> HttpResponse:
    """One press, and a sentence for who likes to write one."""
    place = place_or_404(request.user, cohort, Verb.KEEP_HOURS)
    ahead = _day_or_404(request, place, day)
    form = AbsenceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            say_absence(actor=request.user, cohort=place.cohort, day=ahead.on, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The trainers know. Nobody will ask why. You can take it back until the day."))
            return redirect(reverse("courses:hours", args=[cohort]) + "#to-come")
    context = {"cohort": place.cohort, "day": ahead, "form": form}
    return render(request, "courses/cannot_come.html", context, status=422 if form.errors else 200)


@login_required
@writes
def can_come(request: SignedInRequest, cohort: str, absence: uuid.UUID) -> HttpResponse:
    """Taken back."""
    place = place_or_404(request.user, cohort, Verb.KEEP_HOURS)
    mine = get_object_or_404(Absence.objects.visible_to(request.user), pk=absence, cohort=place.cohort, person=request.user)
    take_absence_back(actor=request.user, absence=mine)
    messages.success(request, _("Good. It is taken back, and the trainers see you among those who come."))
    return redirect(reverse("courses:hours", args=[cohort]) + "#to-come")


@login_required
@writes
def correction_answer(request: SignedInRequest, cohort: str, mark: int) -> HttpResponse:
    """What somebody says to a correction of their minutes."""
    place = place_or_404(request.user, cohort, Verb.KEEP_HOURS)
    marks = AttendanceMark.objects.visible_to(request.user).filter(source=Attendance.Source.CORRECTED, person=request.user)
    mine = get_object_or_404(marks, pk=mark, sitting__block__cohort=place.cohort)
    form = CorrectionAnswerForm(request.POST)
    if form.is_valid():
        try:
            answer_correction(actor=request.user, mark=mine, **form.cleaned_data)
            messages.success(request, _("Your answer stands beside the reason, and whoever corrected it is told."))
            return redirect(reverse("courses:hours", args=[cohort]) + "#corrections")
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    context = {"cohort": place.cohort, "form": form, "mark": mine}
    return render(request, "courses/correction_answer.html", context, status=422)


def _my(request: SignedInRequest, place: Place) -> Membership:
    """The reader's own place, as far as the rules need it: no row is asked for."""
    return Membership(cohort=place.cohort, person=request.user, part=place.part)


def _day_or_404(request: SignedInRequest, place: Place, day: str) -> DayAhead:
    form = DayForm({"day": day})
    ahead = days_ahead(planned(place.cohort), absences_of(request.user, place.cohort)) if form.is_valid() else []
    found = next((one for one in ahead if one.on == form.cleaned_data["day"]), None)
    if found is None:
        raise Http404
    return found
