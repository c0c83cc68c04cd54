"""Ways into a cohort, for who invites people: letters that wait for an answer, a list of addresses, links."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.actions.invitation_links import make_link, revoke_link
from courses.actions.invitations import send_again, take_back
from courses.actions.invited_lists import invite_list, look_at_list
from courses.forms.invitations import InviteListForm, LinkForm, ListForm
from courses.invited_lists import MOST_LINES, TEMPLATE
from courses.models import InvitationLink, PromisedPlace
from courses.permissions import Place, place_or_404
from courses.reading.people import former_members_of, invitations_of, links_of
from lms.http import SignedInRequest, reads, reads_or_writes, writes
from lms.permissions import Refused, Verb


@login_required
@reads
def invitations(request: SignedInRequest, cohort: str) -> HttpResponse:
    """Who was asked in and has not come yet, links, and who has left."""
    place = place_or_404(request.user, cohort, Verb.INVITE_PEOPLE)
    context = {
        "cohort": place.cohort,
        "invitations": invitations_of(place.cohort, request.user),
        "links": links_of(place.cohort, request.user),
        "now": timezone.now(),
        "former": former_members_of(place.cohort),
    }
    return render(request, "courses/people_invitations.html", context)


@login_required
@writes
def invitation_again(request: SignedInRequest, cohort: str, promised: int) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.INVITE_PEOPLE)
    found = _promised_or_404(request, place, promised)
    try:
        send_again(actor=request.user, place=found)
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, _("A new letter is on its way to %(email)s.") % {"email": found.invitation.email})
    return redirect("courses:people-invitations", cohort=place.cohort.slug)


@login_required
@writes
def invitation_back(request: SignedInRequest, cohort: str, promised: int) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.INVITE_PEOPLE)
    found = _promised_or_404(request, place, promised)
    try:
        take_back(actor=request.user, place=found)
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, _("The invitation of %(email)s is taken back.") % {"email": found.invitation.email})
    return redirect("courses:people-invitations", cohort=place.cohort.slug)


@login_required
@reads_or_writes
def invite_many(request: SignedInRequest, cohort: str) -> HttpResponse:
    """A list is looked at; what would happen is shown; one more press does it."""
    place = place_or_404(request.user, cohort, Verb.INVITE_PEOPLE)
    if request.method == "POST" and "lines" in request.POST:
        return _invite_all(request, place)
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    if form.is_bound and form.is_valid():
        table, otherwise = form.cleaned_data["file"], form.cleaned_data["otherwise"]
        looked = look_at_list(cohort=place.cohort, table=table, otherwise=otherwise)
        context = {"cohort": place.cohort, "looked": looked, "go": InviteListForm.of(table, otherwise), "form": ListForm()}
        return render(request, "courses/people_list_looked.html", context)
    return _list_page(request, place, form)


@login_required
@reads
def list_template(request: SignedInRequest, cohort: str) -> HttpResponse:
    """A list to fill in."""
    place_or_404(request.user, cohort, Verb.INVITE_PEOPLE)
    headers = {"Content-Disposition": 'attachment; filename="people.csv"'}
    return HttpResponse(TEMPLATE, content_type="text/csv; charset=utf-8", headers=headers)


@login_required
@reads_or_writes
def link_new(request: SignedInRequest, cohort: str) -> HttpResponse:
    """The link itself is shown once, as the answer to the press that makes it."""
    place = place_or_404(request.user, cohort, Verb.INVITE_PEOPLE)
    form = LinkForm(request.POST or None, cohort=place.cohort)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        part, uses, token = data["part"], data["uses"], data["made"]
        link = make_link(actor=request.user, cohort=place.cohort, part=part, uses=uses, ends_at=form.ends_at(), token=token)
        address = settings.SITE_URL + reverse("join", args=[token])
        return render(request, "courses/people_link_made.html", {"cohort": place.cohort, "link": link, "address": address})
    status = 422 if form.is_bound else 200
    return render(request, "courses/people_link_new.html", {"cohort": place.cohort, "form": form}, status=status)


@login_required
@writes
def link_revoke(request: SignedInRequest, cohort: str, link: int) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.INVITE_PEOPLE)
    links = InvitationLink.objects.visible_to(request.user).filter(cohort=place.cohort).select_related("cohort")
    revoke_link(actor=request.user, link=get_object_or_404(links, pk=link))
    messages.success(request, _("The link is taken back. Nobody comes in by it any more."))
    return redirect("courses:people-invitations", cohort=place.cohort.slug)


# --- inside ---------------------------------------------------------------------------------------------------------


def _promised_or_404(request: SignedInRequest, place: Place, promised: int) -> PromisedPlace:
    places = PromisedPlace.objects.visible_to(request.user).filter(cohort=place.cohort)
    return get_object_or_404(places.select_related("invitation", "cohort__programme"), pk=promised)


def _invite_all(request: SignedInRequest, place: Place) -> HttpResponse:
    go = InviteListForm(request.POST)
    if not go.is_valid():
        form = ListForm()
        messages.warning(request, _("The list did not arrive whole. Please choose the file once more."))
        return _list_page(request, place, form, status=422)
    table, otherwise = go.cleaned_data["lines"], go.cleaned_data["otherwise"]
    try:
        done = invite_list(
            actor=request.user, cohort=place.cohort, table=table, otherwise=otherwise, client_id=go.cleaned_data["client_id"]
        )
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
        looked = look_at_list(cohort=place.cohort, table=table, otherwise=otherwise)
        context = {"cohort": place.cohort, "looked": looked, "go": InviteListForm.of(table, otherwise), "form": ListForm()}
        return render(request, "courses/people_list_looked.html", context, status=422)
    sentence = ngettext("%(count)s letter is on its way.", "%(count)s letters are on their way.", done.letters)
    messages.success(request, sentence % {"count": done.letters})
    return redirect("courses:people-invitations", cohort=place.cohort.slug)


def _list_page(request: SignedInRequest, place: Place, form: ListForm, status: int = 0) -> HttpResponse:
    context = {"cohort": place.cohort, "form": form, "most": MOST_LINES}
    return render(request, "courses/people_list.html", context, status=status or (422 if form.is_bound else 200))
