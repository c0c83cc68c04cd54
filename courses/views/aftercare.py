"""Somebody to turn to: asking to be contacted, and answering such requests."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from courses import crisis as numbers
from courses.actions.aftercare import PROMISED_HOURS, ask_for_contact, close_request, read_note, take_request
from courses.answering import reach_of
from courses.forms.aftercare import ContactForm
from courses.models import Cohort, ContactRequest, Membership
from courses.permissions import can_answer_request, places_shown_to
from lms.crypto import Unreadable
from lms.http import SignedInRequest, reads, reads_or_writes, writes
from lms.permissions import Refused, Verb, may

SHOWN = 20  # of one's own requests, and of those in each list
IN_LISTS = ("person", "cohort", "sent_to", "taken_by", "about")


@login_required
@reads_or_writes
def contact_me(request: SignedInRequest) -> HttpResponse:
    """Numbers first, then the form; who was told and until when stands above it once somebody has asked."""
    places = places_shown_to(request.user)
    about = ContactForm(request.GET)
    about_forum = about.is_valid() and about.cleaned_data["about"] == "forum"
    words = {"about": "forum", "note": _("I would like to talk before I post something in the forum.")} if about_forum else {}
    words |= {"place": about.cleaned_data.get("place", "")}
    form = ContactForm(request.POST if request.method == "POST" else None, initial=words)
    cohort = _cohort_of(places, form["place"].value() or "")
    if request.method == "POST" and form.is_valid():
        asked = dict(form.cleaned_data)
        try:
            ask_for_contact(actor=request.user, cohort=cohort, url=asked.pop("place"), **asked)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("contact-me")
    mine = ContactRequest.objects.visible_to(request.user).filter(person=request.user).select_related(*IN_LISTS)
    mine = mine.prefetch_related("told__person")[:SHOWN]
    context = {
        "form": form,
        "about_forum": form["about"].value() == "forum",
        "hours": cohort.promised_hours if cohort else PROMISED_HOURS,
        "reach": reach_of(cohort, asker=request.user),
        "in_cohort": cohort is not None,
        "country": numbers.of_country(request.user.country),
        "waiting": [asked for asked in mine if asked.closed_at is None and asked.taken_at is None],
        "taken": [asked for asked in mine if asked.closed_at is None and asked.taken_at is not None],
        "closed": [asked for asked in mine if asked.closed_at is not None],
    }
    return render(request, "courses/contact_me.html", context)


@login_required
@reads
def contact_requests(request: SignedInRequest) -> HttpResponse:
    """What waits for whoever answers, the oldest first, and what was taken lately. Words are on the request's own page."""
    theirs = ContactRequest.objects.visible_to(request.user).exclude(person=request.user).select_related(*IN_LISTS)
    places = places_shown_to(request.user)
    context = {
        "plans_for": [member.cohort for member in places if may(member.part, Verb.PLAN_DUTY)],
        "waiting": list(theirs.waiting().order_by("asked_at")[:100]),
        "taken": list(theirs.exclude(taken_at=None, closed_at=None).order_by("-asked_at")[:SHOWN]),
    }
    return render(request, "courses/contact_requests.html", context)


@login_required
@reads
def contact_request(request: SignedInRequest, request_id: uuid.UUID) -> HttpResponse:
    """One request with its words, for the asker and whoever answers."""
    asked = _visible_or_404(request, request_id)
    try:
        note, readable = read_note(actor=request.user, contact_request=asked), True
    except Unreadable:
        note, readable = "", False
    context = {"asked": asked, "note": note, "readable": readable, "may_take": can_answer_request(request.user, asked)}
    return render(request, "courses/contact_request.html", context)


@login_required
@writes
def contact_request_take(request: SignedInRequest, request_id: uuid.UUID) -> HttpResponse:
    """Says that one will be in touch; the asker is told."""
    asked = _visible_or_404(request, request_id)
    if not can_answer_request(request.user, asked):
        raise Http404
    try:
        asked = take_request(actor=request.user, request_id=asked.pk)
    except Refused as refusal:  # it was closed while the page stood open
        messages.info(request, refusal.sentence)
        return redirect("contact-request", request_id=asked.pk)
    if asked.taken_by_id == request.user.pk:
        messages.success(request, _("You have taken this on. The person who asked has been told."))
    else:
        messages.info(request, _("Somebody else has taken this on already."))
    return redirect("contact-request", request_id=asked.pk)


@login_required
@writes
def contact_request_close(request: SignedInRequest, request_id: uuid.UUID) -> HttpResponse:
    """Whoever asked says that it is done."""
    asked = get_object_or_404(ContactRequest.objects.visible_to(request.user).filter(person=request.user), pk=request_id)
    close_request(actor=request.user, request_id=asked.pk)
    messages.success(request, _("Closed. You can ask again at any time."))
    return redirect("contact-me")


def _cohort_of(places: list[Membership], place: str) -> Cohort | None:
    """That of the seminar after which somebody asks, if they belong to it; else the one used last."""
    here = next((member for member in places if place.startswith(f"/c/{member.cohort.slug}/")), places[0] if places else None)
    return here.cohort if here else None


def _visible_or_404(request: SignedInRequest, request_id: uuid.UUID) -> ContactRequest:
    """Somebody else's and one that never was look the same."""
    return get_object_or_404(ContactRequest.objects.visible_to(request.user).select_related(*IN_LISTS), pk=request_id)
