"""One activity: its text, and in place its prompt, its thread or its sittings."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify

from courses.actions.cohorts import use_cohort
from courses.actions.progress import keep_place, mark_done, open_activity, unmark_done
from courses.models import Activity
from courses.opening import why_closed_to, why_closed_to_trainees
from courses.permissions import Place, place_or_404
from courses.reading.activities import activity_url, row_of, rows_around
from courses.reading.progress import done_in, progress_of
from courses.releasing import Closed
from courses.years import year_of
from forums.actions.read import mark_read
from forums.models import Thread
from forums.reading.threads import thread_page
from lms.http import SignedInRequest, reads, writes
from lms.permissions import Verb

MET = (Activity.Type.LIVE, Activity.Type.EXERCISE)  # what has times


def _find(request: SignedInRequest, cohort: str, module: str, activity: str, verb: Verb) -> tuple[Place, Activity]:
    place = place_or_404(request.user, cohort, verb)
    visible = Activity.objects.visible_to(request.user, place.cohort).select_related("module")
    return place, get_object_or_404(visible, module__slug=module, slug=activity)


@login_required
@reads
def activity(request: SignedInRequest, cohort: str, module: str, activity: str) -> HttpResponse:
    place, found = _find(request, cohort, module, activity, Verb.SEE_COURSE)
    use_cohort(actor=request.user, place=place)
    progress = progress_of(request.user, place.cohort)
    if closed := why_closed_to(place, request.user, found, done_in(progress)):
        return render(request, "lms/activity_locked.html", {"cohort": place.cohort, "activity": found, "closed": closed})
    progress = open_activity(actor=request.user, place=place, activity=found, progress=progress)
    side, previous, following = rows_around(place, request.user, found, progress)
    context = {
        "cohort": place.cohort,
        "activity": found,
        "row": row_of(found, activity_url(place.cohort, found), progress.get(found.pk)),
        "rows": side,
        "previous": previous,
        "next": following,
        "may_mark": place.may(Verb.MARK_DONE),
        "may_release": place.may(Verb.RELEASE),
        "preview": _preview(request, place, found),
        **_in_place(request, place, found),
    }
    return render(request, "lms/activity.html", context)


def _preview(request: SignedInRequest, place: Place, found: Activity) -> Closed | None:
    """For those who prepare the course: why trainees do not meet this yet."""
    if not place.may(Verb.PREVIEW_COURSE):
        return None
    return why_closed_to_trainees(place.cohort, request.user, found, done=())


def _in_place(request: SignedInRequest, place: Place, found: Activity) -> dict[str, Any]:
    """What stands beside the text, by type; only what this type needs is asked of the database."""
    if found.type == Activity.Type.FORUM:
        if not place.may(Verb.SEE_FORUM):
            return {}
        visible = Thread.objects.visible_to(request.user, place.cohort, place.part).for_page(request.user, place.part)
        thread = visible.filter(activity=found, forum__cohort=place.cohort).select_related("forum__cohort").first()
        if thread is None:
            return {}
        thread.activity = found
        page = thread_page(request.user, place, thread)
        if page.unmarked:
            mark_read(actor=request.user, thread=thread, first=page.first, last=page.last)
        return {"page": page, "thread": thread}
    extra: dict[str, Any] = {"handouts": year_of(place.cohort).handouts.get(found.pk, [])}
    if found.type in MET:
        extra["sittings"] = list(found.sittings.filter(block__cohort=place.cohort).select_related("seminar").order_by("starts_at"))
    return extra


@login_required
@writes
def done(request: SignedInRequest, cohort: str, module: str, activity: str) -> HttpResponse:
    """Mark as done by hand, or take that back."""
    place, found = _find(request, cohort, module, activity, Verb.MARK_DONE)
    act = unmark_done if request.POST.get("done") == "no" else mark_done
    act(actor=request.user, cohort=place.cohort, activity=found)
    return redirect(activity_url(place.cohort, found))


@login_required
@writes
def place(request: SignedInRequest, cohort: str, module: str, activity: str) -> HttpResponse:
    """The page tells which heading is being read, for "Carry on"."""
    here, found = _find(request, cohort, module, activity, Verb.MARK_DONE)
    anchor = slugify(request.POST.get("anchor", ""))[:80]
    keep_place(actor=request.user, cohort=here.cohort, activity=found, anchor=anchor)
    return HttpResponse(status=204)
