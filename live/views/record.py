"""The record of a seminar whose rooms are over: what was said, where it was announced that it would be kept."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from live import exporting
from live.forms import RecordForm
from live.models import Seminar
from live.record import record_of, whole_record_of
from lms.audit.actions import What, note
from lms.http import SignedInRequest, reads

FILES = {"text": ("txt", "text/plain; charset=utf-8"), "html": ("html", "text/html; charset=utf-8")}


@login_required
@reads
def record(request: SignedInRequest, cohort: str, seminar: uuid.UUID) -> HttpResponse:
    """Until there is something to read back, the lobby says when and what."""
    place = _seminar_or_404(request, cohort, seminar)
    form = RecordForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    words = wanted.get("q", "").split()
    found = record_of(request.user, place, wanted.get("room"), wanted.get("after") or 0, words)
    if found is None:
        return _nothing(place, wanted.get("room"))
    context = {"seminar": place, "record": found, "form": form, "words": words, "after": wanted.get("after")}
    return render(request, "live/record.html", context)


@login_required
@reads
def record_file(request: SignedInRequest, cohort: str, seminar: uuid.UUID, form: str) -> HttpResponse:
    """All of it to take away."""
    place = _seminar_or_404(request, cohort, seminar)
    if form not in FILES:
        raise Http404
    wanted = RecordForm(request.GET)
    room_id = wanted.cleaned_data["room"] if wanted.is_valid() else None
    found = whole_record_of(request.user, place, room_id)
    if found is None:
        return _nothing(place, room_id)
    room, events = found
    ending, kind = FILES[form]
    if form == "text":
        content = "".join(exporting.as_text(room, events))
    else:
        content = render_to_string("live/record_file.html", {"room": room, "seminar": place, "events": events})
    note(actor=request.user, what=What.TABLE_TAKEN, about=place, detail="record")
    name = f"{slugify(place.title) or 'record'}.{ending}"
    headers = {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=kind, headers=headers)


def _seminar_or_404(request: SignedInRequest, cohort: str, seminar: uuid.UUID) -> Seminar:
    visible = Seminar.objects.visible_to(request.user).select_related("cohort")
    return get_object_or_404(visible, pk=seminar, cohort__slug=cohort)


def _nothing(seminar: Seminar, room_id: uuid.UUID | None) -> HttpResponse:
    """A room somebody asked for by name and may not read does not exist; a seminar that keeps nothing, or is not over, has a lobby."""
    if room_id is not None:
        raise Http404
    return redirect("live:lobby", seminar.cohort.slug, seminar.pk)
