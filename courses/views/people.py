"""Who is in a cohort; asking people in, their parts and groups; beginning a cohort."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.actions.cohorts import begin_cohort
from courses.actions.groups import form_group
from courses.actions.members import change_part, invite_member, remove_member
from courses.forms.people import CohortForm, GroupForm, InviteForm, MemberForm, cohort_slug
from courses.models import Group, Membership, Programme
from courses.permissions import Place, place_or_404
from lms.http import SignedInRequest, reads, reads_or_writes
from lms.permissions import Part, Verb

# In the order in which somebody new looks for them.
PARTS = {
    Part.TRAINER: _("Trainers"),
    Part.GUEST_TRAINER: _("Guest trainers"),
    Part.TRAINEE: _("Trainees"),
    Part.AFTERCARE: _("Aftercare contact"),
    Part.INTERPRETER: _("Interpreters"),
    Part.COORDINATOR: _("Coordinators"),
    Part.ALUMNUS: _("Alumni"),
}


def _people(place: Place) -> dict[str, object]:
    members = Membership.objects.current().filter(cohort=place.cohort).select_related("person").order_by("person__display_name")
    parts = [(label, [one for one in members if one.part == part]) for part, label in PARTS.items()]
    groups = Group.objects.filter(cohort=place.cohort).prefetch_related("members__person")
    return {"cohort": place.cohort, "parts": parts, "groups": groups, "may_invite": place.may(Verb.INVITE_PEOPLE)}


@login_required
@reads
def people(request: SignedInRequest, cohort: str) -> HttpResponse:
    """Everybody in the cohort and the groups they are in."""
    place = place_or_404(request.user, cohort, Verb.SEE_PEOPLE)
    return render(request, "courses/people.html", _people(place))


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
    place = place_or_404(request.user, cohort, Verb.INVITE_PEOPLE)
    current = Membership.objects.current().filter(cohort=place.cohort).select_related("person", "cohort")
    found = get_object_or_404(current, pk=membership)
    form = MemberForm(request.POST or None, initial={"part": found.part})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["remove"]:
            remove_member(actor=request.user, membership=found)
        else:
            change_part(actor=request.user, membership=found, part=form.cleaned_data["part"])
        return redirect("courses:people", cohort=place.cohort.slug)
    return render(request, "courses/people_member.html", {"cohort": place.cohort, "membership": found, "form": form})


@login_required
@reads_or_writes
def group(request: SignedInRequest, cohort: str) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.INVITE_PEOPLE)
    form = GroupForm(request.POST or None, cohort=place.cohort)
    if request.method == "POST" and form.is_valid():
        form_group(actor=request.user, cohort=place.cohort, **form.cleaned_data)
        return redirect("courses:people", cohort=place.cohort.slug)
    return render(request, "courses/people_group.html", {"cohort": place.cohort, "form": form})


@login_required
@reads_or_writes
def cohort_new(request: SignedInRequest) -> HttpResponse:
    """Only for who coordinates the site."""
    programme = Programme.objects.order_by("pk").first()
    if not request.user.coordinates or programme is None:
        raise Http404
    form = CohortForm(request.POST or None, programme=programme)
    if request.method == "POST" and form.is_valid():
        title = form.cleaned_data["title"]
        starts = form.block_starts(form.cleaned_data)
        zone = form.cleaned_data["time_zone"]
        cohort = begin_cohort(
            actor=request.user, programme=programme, slug=cohort_slug(title), title=title, time_zone=zone, block_starts=starts
        )
        return redirect("courses:people", cohort=cohort.slug)
    return render(request, "courses/cohort_new.html", {"form": form, "programme": programme})
