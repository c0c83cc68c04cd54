"""Who is in a cohort; asking people in, their parts and groups."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from courses.actions.groups import ELSEWHERE, form_group
from courses.actions.members import bring_back, change_part, invite_member, remove_member
from courses.forms.people import GroupForm, InviteForm, MemberForm
from courses.models import Group, Membership
from courses.permissions import Place, place_or_404
from courses.reading.people import people_of, record_of
from lms.http import SignedInRequest, reads, reads_or_writes
from lms.permissions import Refused, Verb
from lms.users.models import User


def _people(place: Place, reader: User) -> dict[str, object]:
    here = Membership.objects.current().filter(cohort=place.cohort).select_related("person").order_by("person__display_name")
    groups = Group.objects.current().filter(cohort=place.cohort).prefetch_related(Prefetch("members", queryset=here))
    return {
        "cohort": place.cohort,
        "parts": people_of(place.cohort, reader),
        "groups": groups,
        "may_invite": place.may(Verb.INVITE_PEOPLE),
        "now": timezone.now(),
        "sees_plan": place.may(Verb.SEE_PLAN),
        "plans_duty": place.may(Verb.PLAN_DUTY),
    }


@login_required
@reads
def people(request: SignedInRequest, cohort: str) -> HttpResponse:
    """Everybody in the cohort and the groups they are in."""
    place = place_or_404(request.user, cohort, Verb.SEE_PEOPLE)
    return render(request, "courses/people.html", _people(place, request.user))


@login_required
@reads_or_writes
def invite(request: SignedInRequest, cohort: str) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.INVITE_PEOPLE)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        invite_member(actor=request.user, cohort=place.cohort, **form.cleaned_data)
        messages.success(request, gettext("The letter is on its way to %(email)s.") % {"email": form.cleaned_data["email"]})
        return redirect("courses:people", cohort=place.cohort.slug)
    return render(request, "courses/people_invite.html", {"cohort": place.cohort, "form": form})


@login_required
@reads_or_writes
def member(request: SignedInRequest, cohort: str, membership: int) -> HttpResponse:
    """Another part for somebody, the end, the way back, and the record of it all."""
    place = place_or_404(request.user, cohort, Verb.INVITE_PEOPLE)
    found = get_object_or_404(Membership.objects.filter(cohort=place.cohort).select_related("person", "cohort"), pk=membership)
    form = MemberForm(request.POST if request.method == "POST" else None, membership=found)
    if form.is_bound and form.is_valid():
        part = form.cleaned_data["part"]
        if found.ended_at:
            bring_back(actor=request.user, membership=found, part=part)
        elif form.cleaned_data["remove"]:
            remove_member(actor=request.user, membership=found)
        else:
            change_part(actor=request.user, membership=found, part=part)
        return redirect("courses:people", cohort=place.cohort.slug)
    record = record_of(found, request.user)
    context = {"cohort": place.cohort, "membership": found, "form": form, "record": record}
    return render(request, "courses/people_member.html", context, status=422 if form.is_bound else 200)


@login_required
@reads_or_writes
def group(request: SignedInRequest, cohort: str) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.FORM_GROUPS)
    form = GroupForm(request.POST or None, cohort=place.cohort)
    if request.method == "POST" and form.is_valid():
        try:
            form_group(actor=request.user, cohort=place.cohort, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("members" if refusal.code == ELSEWHERE else "title", refusal.sentence)
        else:
            return redirect("courses:groups", cohort=place.cohort.slug)
    return render(request, "courses/people_group.html", {"cohort": place.cohort, "form": form}, status=422 if form.errors else 200)
