"""What was pointed out: for whoever facilitates, for whose words they are, and for who asked."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from courses.permissions import place_or_404
from live import actions
from live.forms import SettleForm
from live.models import Flag
from live.permissions import can_settle
from lms.http import SignedInRequest, reads, reads_or_writes
from lms.permissions import Refused, Verb

PAGE = 50  # flags on one page: they go after thirty days


@login_required
@reads
def flag_list(request: SignedInRequest, cohort: str) -> HttpResponse:
    """Those that wait, and those that were dealt with lately."""
    place = place_or_404(request.user, cohort, Verb.FACILITATE)
    flags = Flag.objects.visible_to(request.user).filter(room__seminar__cohort=place.cohort).exclude(author=request.user)
    shown = flags.select_related("author", "person", "settled_by", "room__seminar")
    context = {"cohort": place.cohort, "waiting": shown.waiting()[:PAGE], "settled": shown.filter(settled_at__isnull=False)[:PAGE]}
    return render(request, "live/flag_list.html", context)


@login_required
@reads_or_writes
def flag(request: SignedInRequest, cohort: str, flag: int) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.ENTER_ROOM)
    visible = Flag.objects.visible_to(request.user).filter(room__seminar__cohort=place.cohort)
    found = get_object_or_404(visible.select_related("author", "person", "settled_by", "room__seminar__cohort"), pk=flag)
    form = SettleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.settle_flag(actor=request.user, flag=found, **form.cleaned_data)
            return redirect("live:flag", cohort, found.pk)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    settles = can_settle(request.user, found)
    mine = found.author_id == request.user.pk
    context = {"cohort": place.cohort, "flag": found, "mine": mine, "settles": settles, "asked": found.person_id == request.user.pk}
    return render(request, "live/flag.html", {**context, "form": form}, status=422 if form.errors else 200)
