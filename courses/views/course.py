"""The path of the course, and what its activities carry."""

from django.contrib.auth.decorators import login_required
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from courses.actions.cohorts import use_cohort
from courses.models import Activity
from courses.opening import why_closed_to
from courses.permissions import Place, place_or_404
from courses.reading.path import BlockPath, course_path
from courses.years import year_of
from lms.files.serving import by_proxy
from lms.http import SignedInRequest, reads
from lms.permissions import Verb
from lms.users.models import User


@login_required
@reads
def course(request: SignedInRequest, cohort: str) -> HttpResponse:
    """Blocks, each opening to its activities."""
    place = place_or_404(request.user, cohort, Verb.SEE_COURSE)
    use_cohort(actor=request.user, place=place)
    path = course_path(place, request.user)
    context = {
        "cohort": place.cohort,
        "programme": year_of(place.cohort).programme,
        "path": path,
        "states": [step.state for step in path],
        "releases_url": _releases_url(place, path),
    }
    return render(request, "courses/course.html", context)


def _releases_url(place: Place, path: list[BlockPath]) -> str:
    """For those who say when something opens: the block that the cohort is in, or else the first."""
    if not path or not place.may(Verb.RELEASE):
        return ""
    here = next((step for step in path if step.state == "now"), path[0])
    return reverse("courses:releases", args=[place.cohort.slug, here.block.module.slug])


def _open_activity_or_404(place: Place, module: str, activity: str, user: User) -> Activity:
    visible = Activity.objects.visible_to(user, place.cohort).select_related("module")
    found = get_object_or_404(visible, module__slug=module, slug=activity)
    if why_closed_to(place, user, found):
        raise Http404  # the activity's own page says when, or why
    return found


@login_required
@reads
def handout(request: SignedInRequest, cohort: str, module: str, activity: str, handout: str) -> HttpResponse | FileResponse:
    """A page that prints well, or a file to keep."""
    place = place_or_404(request.user, cohort, Verb.SEE_COURSE)
    belongs_to = _open_activity_or_404(place, module, activity, request.user)
    found = get_object_or_404(belongs_to.handouts, slug=handout)
    if found.file:
        return _file(found.file, as_attachment=True)
    return render(request, "courses/handout.html", {"cohort": place.cohort, "activity": belongs_to, "handout": found})


@login_required
@reads
def film(request: SignedInRequest, cohort: str, module: str, activity: str, part: str) -> HttpResponse | FileResponse:
    """The film of a video activity, its captions, or what is said in it."""
    place = place_or_404(request.user, cohort, Verb.SEE_COURSE)
    belongs_to = _open_activity_or_404(place, module, activity, request.user)
    if part == "transcript" and belongs_to.transcript_html:
        return render(request, "courses/transcript.html", {"cohort": place.cohort, "activity": belongs_to})
    file = {"film": belongs_to.film, "captions": belongs_to.captions}.get(part)
    if not file:
        raise Http404
    return _file(file, as_attachment=False)


def _file(file: FieldFile, *, as_attachment: bool) -> HttpResponse | FileResponse:
    """Private, never run by the browser as a page."""
    response = FileResponse(file.open("rb"), as_attachment=as_attachment)
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    if sent := by_proxy(str(file.name), {name: value for name, value in response.items() if name != "Content-Length"}):
        response.close()
        return sent
    return response
