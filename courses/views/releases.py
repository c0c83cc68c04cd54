"""When the activities of a block open, and changing it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from courses.actions.releases import ChangedMeanwhile, open_or_close, set_release
from courses.forms.releases import OpenForm, ReleaseForm
from courses.models import Activity, Release
from courses.permissions import Place, place_or_404
from courses.releasing import WITH_BLOCK, in_words
from courses.years import rule_of, year_of
from lms.http import SignedInRequest, reads, reads_or_writes, writes
from lms.permissions import Refused, Verb


@login_required
@reads
def releases(request: SignedInRequest, cohort: str, module: str) -> HttpResponse:
    """All activities of a block with what opens them."""
    place = place_or_404(request.user, cohort, Verb.RELEASE)
    year = year_of(place.cohort)
    block = next((block for block in year.blocks if block.module.slug == module), None)
    if block is None:
        raise Http404
    rows = [
        {"activity": one, "url": year.urls[one.pk], "words": in_words(year.releases.get(one.pk, WITH_BLOCK)), "opened": _opened(place, one)}
        for one in year.activities
        if one.module_id == block.module_id
    ]
    return render(request, "courses/releases.html", {"cohort": place.cohort, "here": block, "blocks": year.blocks, "rows": rows})


@login_required
@reads_or_writes
def release(request: SignedInRequest, cohort: str, module: str, activity: str) -> HttpResponse:
    """How one activity opens. The second of two who change it is shown what the first one did."""
    place, found = _find(request, cohort, module, activity)
    known = Release.objects.visible_to(request.user, place.cohort)
    current = known.filter(activity=found).select_related("after").prefetch_related("groups__group").first()
    form = ReleaseForm(request.POST or None, cohort=place.cohort, activity=found, release=current)
    context: dict[str, Any] = {"cohort": place.cohort, "activity": found, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "courses/release.html", context, status=422 if form.errors else 200)
    try:
        set_release(actor=request.user, cohort=place.cohort, activity=found, wanted=form.wanted(), version=form.cleaned_data["version"])
    except ChangedMeanwhile as changed:
        form.has_seen(changed.release)
        context |= {"changed": changed.release, "now": in_words(rule_of(changed.release))}
        return render(request, "courses/release.html", context, status=409)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return render(request, "courses/release.html", context, status=422)
    return redirect("courses:releases", place.cohort.slug, module)


@login_required
@writes
def release_now(request: SignedInRequest, cohort: str, module: str, activity: str) -> HttpResponse:
    """Open or close it by hand, now."""
    place, found = _find(request, cohort, module, activity)
    form = OpenForm(request.POST)
    if form.is_valid():
        open_or_close(actor=request.user, cohort=place.cohort, activity=found, opened=form.cleaned_data["opened"])
    return redirect("courses:releases", place.cohort.slug, module)


def _find(request: SignedInRequest, cohort: str, module: str, activity: str) -> tuple[Place, Activity]:
    place = place_or_404(request.user, cohort, Verb.RELEASE)
    seen = Activity.objects.visible_to(request.user, place.cohort).select_related("module")
    return place, get_object_or_404(seen, module__slug=module, slug=activity)


def _opened(place: Place, activity: Activity) -> bool:
    """Whether it was opened by hand, so that the button closes it."""
    rule = year_of(place.cohort).releases.get(activity.pk, WITH_BLOCK)
    return rule.opened
