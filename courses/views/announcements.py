"""Announcements of a cohort: the list, one of them, writing and correcting."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.announcements import (
    Conflict,
    announce,
    change_announcement,
    correct_announcement,
    read_announcement,
    take_back_announcement,
)
from courses.forms.announcements import AnnouncementForm, CorrectionForm, PlaceForm
from courses.models import Announcement
from courses.permissions import Place, place_or_404
from courses.reading.announcements import listed
from lms import richtext
from lms.full_disk import trace
from lms.http import SignedInRequest, reads, reads_or_writes, redirect_back, writes
from lms.permissions import Refused, Verb


@login_required
@reads
def announcements(request: SignedInRequest, cohort: str) -> HttpResponse:
    """What went out to this person, the newest first; for who announces also what others were told and what is still to go out."""
    place = place_or_404(request.user, cohort, Verb.BELONG)
    wanted = PlaceForm(request.GET)
    before = wanted.cleaned_data["before"] if wanted.is_valid() else None
    context = {"cohort": place.cohort, "listed": listed(place.cohort, request.user, before), "before": before}
    context |= {"pinned": place.pinned, "announces": place.may(Verb.ANNOUNCE)}
    return render(request, "courses/announcements.html", context)


@login_required
@reads
def announcement(request: SignedInRequest, cohort: str, announcement: int) -> HttpResponse:
    """One of them. Opening it reads it: it is no longer pinned on Today."""
    place, found = _found_or_404(request, cohort, announcement, Verb.BELONG)
    if found.pk in place.pinned:
        with trace():
            read_announcement(actor=request.user, announcement=found)
    context = {"cohort": place.cohort, "announcement": found, "announces": place.may(Verb.ANNOUNCE)}
    return render(request, "courses/announcement.html", context)


@login_required
@writes
def announcement_read(request: SignedInRequest, cohort: str, announcement: int) -> HttpResponse:
    """The button on Today."""
    place, found = _found_or_404(request, cohort, announcement, Verb.BELONG)
    read_announcement(actor=request.user, announcement=found)
    return redirect_back(request, "cohort-today", place.cohort.slug)


@login_required
@reads_or_writes
def announcement_new(request: SignedInRequest, cohort: str) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.ANNOUNCE)
    form = AnnouncementForm(request.POST if request.method == "POST" else None, cohort=place.cohort)
    if form.is_valid():
        try:
            made = announce(actor=request.user, cohort=place.cohort, client_id=form.cleaned_data["client_id"], **form.said())
            return _kept(request, place, made)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    context = {"cohort": place.cohort, "form": form, "announcement": None}
    return render(request, "courses/announcement_write.html", context, status=422 if form.errors else 200)


@login_required
@reads_or_writes
def announcement_change(request: SignedInRequest, cohort: str, announcement: int) -> HttpResponse:
    """Before it goes out everything can be changed, afterwards its words. 409 with both if somebody else changed it, or it went out."""
    place, found = _found_or_404(request, cohort, announcement, Verb.ANNOUNCE)
    form = _change_form(request, place, found)
    other: Announcement | None = None
    if form.is_valid():
        version: dict[str, Any] = {"announcement_id": found.pk, "version": form.cleaned_data["version"] or 0}
        try:
            if isinstance(form, AnnouncementForm):
                return _kept(request, place, change_announcement(actor=request.user, **version, **form.said()))
            words = {"title": form.cleaned_data["title"], "html": form.cleaned_data["html"]}
            correct_announcement(actor=request.user, **version, **words)
            messages.success(request, _("Changed. Its readers see that it was."))
            return redirect("courses:announcement", place.cohort.slug, found.pk)
        except Conflict as conflict:
            found = other = conflict.announcement
            if found.sent_at is not None and isinstance(form, AnnouncementForm):
                form = CorrectionForm(request.POST)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    context = {"cohort": place.cohort, "form": form, "announcement": found, "other": other}
    context["html"] = "" if form.is_bound else found.html
    return render(request, "courses/announcement_write.html", context, status=409 if other else 422 if form.errors else 200)


@login_required
@writes
def announcement_take_back(request: SignedInRequest, cohort: str, announcement: int) -> HttpResponse:
    """Only before it went out."""
    place, found = _found_or_404(request, cohort, announcement, Verb.ANNOUNCE)
    try:
        take_back_announcement(actor=request.user, announcement_id=found.pk)
        messages.success(request, _("Taken back. Nobody was told."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("courses:announcements", place.cohort.slug)


# --- inside ---------------------------------------------------------------------------------------------------------


def _found_or_404(request: SignedInRequest, cohort: str, announcement: int, verb: Verb) -> tuple[Place, Announcement]:
    place = place_or_404(request.user, cohort, verb)
    visible = Announcement.objects.visible_to(request.user).filter(cohort=place.cohort).with_obstacles()
    return place, get_object_or_404(visible.select_related("author", "changed_by", "group", "cohort"), pk=announcement)


def _change_form(request: SignedInRequest, place: Place, found: Announcement) -> CorrectionForm:
    words: dict[str, Any] = {"title": found.title, "body": richtext.as_plain(found.html) or "", "version": found.version}
    data = request.POST if request.method == "POST" else None
    if found.sent_at is not None:
        return CorrectionForm(data, initial=words)
    return AnnouncementForm(data, cohort=place.cohort, initial=words | AnnouncementForm.shows(found))


def _kept(request: SignedInRequest, place: Place, made: Announcement) -> HttpResponse:
    said = _("It is going out now.") if made.goes_at <= timezone.now() else _("Kept. It goes out at its time.")
    messages.success(request, said)
    return redirect("courses:announcement", place.cohort.slug, made.pk)
