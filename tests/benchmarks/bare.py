"""The baseline of page measurements: a view that does nothing but know who is signed in. And what the server has spent so far."""

import time

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


@login_required
def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<p>{request.user.pk}</p>")


def spent(request: HttpRequest) -> HttpResponse:
    """CPU time of this process and all its threads, in nanoseconds."""
    return HttpResponse(str(time.process_time_ns()))


urlpatterns = [path("bare/", bare), path("spent/", spent), path("", include("lms.urls"))]
