"""Language lanes: what somebody reads, and which lanes there are."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from live import actions
from live.forms import LaneForm, LanesForm
from live.models import Room
from lms.http import SignedInRequest, reads_or_writes, writes
from lms.permissions import Refused, Verb


@login_required
@writes
def lane_choose(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    """Kept for the person, for every room; what makes no sense changes nothing. With script the page applies it itself."""
    place = get_object_or_404(Room.objects.visible_to(request.user), pk=room)
    form = LaneForm(request.POST)
    if form.is_valid():
        actions.choose_lane(actor=request.user, **form.choice())
    if "X-Autosave" in request.headers:
        return HttpResponse(status=204)
    return redirect("live:room", place.pk)


@login_required
@reads_or_writes
def room_lanes(request: SignedInRequest, room: uuid.UUID) -> HttpResponse:
    place = get_object_or_404(Room.objects.visible_to(request.user, Verb.FACILITATE).with_seminar(), pk=room)
    data = request.POST if request.method == "POST" else None
    form = LanesForm(data, languages=place.seminar.languages, initial={"consecutive": place.consecutive})
    if form.is_valid():
        try:
            consecutive = form.cleaned_data["consecutive"]
            actions.set_lanes(actor=request.user, room_id=place.pk, languages=form.languages(), consecutive=consecutive)
            return redirect("live:room", place.pk)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    context = {"room": place, "seminar": place.seminar, "form": form}
    return render(request, "live/room_lanes.html", context, status=422 if form.errors else 200)
