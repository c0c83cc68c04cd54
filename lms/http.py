"""Small things every view shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

if TYPE_CHECKING:
    from lms.users.models import User


class SignedInRequest(HttpRequest):
    """A request behind @login_required: its user is a person."""

    user: User


def redirect_back(request: HttpRequest, otherwise: str, *args: Any, **kwargs: Any) -> HttpResponseRedirect:
    """To the `next` address if it is on this site, else to the named page."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(target)
    back: HttpResponseRedirect = redirect(otherwise, *args, **kwargs)
    return back


# HEAD goes wherever GET goes; everything else is 405.
reads = require_http_methods(["GET", "HEAD"])
writes = require_http_methods(["POST"])
reads_or_writes = require_http_methods(["GET", "HEAD", "POST"])
