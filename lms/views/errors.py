"""Pages for when something does not go as meant. They keep what was typed and say what to do."""

import sys
from contextlib import suppress

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from lms.busy import RETRY_AFTER, is_busy
from lms.full_disk import is_full
from lms.views.unsent import unsent, unsent_page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was older than the sign-in. Shows the words again and offers to send them anew."""
    return unsent_page(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1000 if isinstance(exception, RequestDataTooBig) else None
    return render(request, "400.html", {"limit": limit}, status=413 if limit else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A refusal by an action that no form showed; the sentence is for the person."""
    return render(request, "403.html", {"sentence": getattr(exception, "sentence", "")}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same page for what does not exist and for what is not this person's: neither status nor words tell which."""
    return render(request, "404.html", status=404)


def busy(request: HttpRequest) -> HttpResponse:
    """No connection to the database came free. Nothing here asks it for anything, which would only wait again: not even who this is."""
    if _is_frames(request):
        response = HttpResponse("[]", content_type="application/json", status=503)
    else:
        context = {**unsent(request), "posted": request.method == "POST", "csrf_token": get_token(request)}
        context["resend"] = context["resend"] and not request.FILES  # they would be missing
        response = HttpResponse(render_to_string("503.html", context), status=503)
    response["Retry-After"], response["Cache-Control"] = str(RETRY_AFTER), "private, no-store"
    return response


def _is_frames(request: HttpRequest) -> bool:
    """Whether a script of the room asks by requests; it may have come to no view yet."""
    with suppress(Resolver404):
        return resolve(request.path_info).view_name in {"live:room-news", "live:room-frame"}
    return False


def server_error(request: HttpRequest) -> HttpResponse:
    trouble = sys.exc_info()[1]  # Django asks for this page while it still holds what went wrong
    try:
        if is_busy(trouble):
            return busy(request)
        if is_full(trouble):
            return unsent_page(request, paused=True)
        return render(request, "500.html", status=500)
    except Exception:  # whatever broke may break this page too: then the sentence alone
        return HttpResponse(_("Something went wrong on our side. Please try again in a moment."), status=500)
