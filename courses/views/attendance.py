"""Attendance as trainers and coordinators see it: everybody's standing, one person's hours, corrections, and the rule."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.actions.attendance import planned_minutes
from courses.actions.attendance_marks import correct_minutes
from courses.actions.attendance_rule import set_attendance_rule
from courses.forms.attendance import CorrectionForm, RuleForm
from courses.models import Attendance
from courses.permissions import place_or_404
from courses.reading.hours import (
    absences_ahead,
    corrections_of,
    hours_of,
    lines_of,
    make_ups_of,
    sheet_days,
    shown_ledger,
    sitting_or_404,
    trainee_or_404,
)
from courses.standing import planned
from lms.http import SignedInRequest, reads, reads_or_writes
from lms.permissions import Refused, Verb


@login_required
@reads
def attendance(request: SignedInRequest, cohort: str) -> HttpResponse:
    """By name, where everybody stands; for trainers also who cannot come, and the days that are being made up."""
    place = place_or_404(request.user, cohort, Verb.SEE_ATTENDANCE)
    agrees = place.may(Verb.AGREE_MAKE_UPS)
    plan = planned(place.cohort)
    begun, next_days = sheet_days(place.cohort, plan)
    context = {
        "cohort": place.cohort,
        "lines": lines_of(place.cohort, plan),
        "begun": begun,
        "next_days": next_days,
        "agrees": agrees,
        "absences": absences_ahead(request.user, place.cohort) if agrees else [],
        "make_ups": make_ups_of(request.user, place.cohort) if agrees else [],
        "sets_rule": place.may(Verb.SET_ATTENDANCE_RULE),
    }
    return render(request, "courses/attendance.html", context)


@login_required
@reads
def attendance_person(request: SignedInRequest, cohort: str, membership: int) -> HttpResponse:
    """One trainee's hours, sitting by sitting, with what was corrected; of their ledger what they show, and never a note."""
    place = place_or_404(request.user, cohort, Verb.SEE_ATTENDANCE)
    member = trainee_or_404(place, membership)
    hours = hours_of(member)
    agrees = place.may(Verb.AGREE_MAKE_UPS)
    context = {
        "cohort": place.cohort,
        "member": member,
        "hours": hours,
        "standing": hours.standing,
        "corrections": corrections_of(request.user, place.cohort, member.person_id),
        "corrects": place.may(Verb.MARK_ATTENDANCE),
        "agrees": agrees,
        "make_ups": make_ups_of(request.user, place.cohort, member.person) if agrees else [],
        "shown": shown_ledger(request.user, member) if agrees else [],
    }
    return render(request, "courses/attendance_person.html", context)


@login_required
@reads_or_writes
def attendance_correct(request: SignedInRequest, cohort: str, sitting: int, membership: int) -> HttpResponse:
    """Other minutes, with a reason."""
    place = place_or_404(request.user, cohort, Verb.MARK_ATTENDANCE)
    member, hour = trainee_or_404(place, membership), sitting_or_404(place, sitting)
    row = Attendance.objects.visible_to(request.user).filter(sitting=hour, person=member.person_id).first()
    held = next((one.held for one in planned(place.cohort) if one.sitting == hour.pk), None)
    most = row.of_minutes if row else held if held is not None else planned_minutes(hour)
    data = request.POST if request.method == "POST" else None
    form = CorrectionForm(data, most=most, initial={"minutes": row.minutes if row else None})
    if request.method == "POST" and form.is_valid():
        try:
            correct_minutes(actor=request.user, sitting=hour, membership=member, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Corrected. %(name)s is told, and reads your reason.") % {"name": member.person.display_name})
            return redirect(reverse("courses:attendance-person", args=[cohort, member.pk]) + "#corrections")
    context = {"cohort": place.cohort, "member": member, "sitting": hour, "row": row, "form": form, "most": most}
    return render(request, "courses/attendance_correct.html", context, status=422 if form.errors else 200)


@login_required
@reads_or_writes
def attendance_rule(request: SignedInRequest, cohort: str) -> HttpResponse:
    """The share of the hours that is asked of everybody."""
    place = place_or_404(request.user, cohort, Verb.SET_ATTENDANCE_RULE)
    data = request.POST if request.method == "POST" else None
    form = RuleForm(data, initial={"percent": place.cohort.attendance_threshold})
    if request.method == "POST" and form.is_valid():
        set_attendance_rule(actor=request.user, cohort=place.cohort, **form.cleaned_data)
        messages.success(request, _("Kept. Everybody's standing is counted by it from now on."))
        return redirect("courses:attendance", cohort)
    context = {"cohort": place.cohort, "form": form}
    return render(request, "courses/attendance_rule.html", context, status=422 if form.errors else 200)
