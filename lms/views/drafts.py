"""The key under which a browser keeps words that are not on the server yet (static/js/drafts.js)."""

import base64
import re
import secrets
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token

from lms import crypto
from lms.http import SignedInRequest, reads

# Not the session: it outlives it, so that words written before a sign-in ran out can be opened after the next.
COOKIE = "device"
COOKIE_AGE = timedelta(days=400)  # as long as browsers keep a cookie
_DEVICE = re.compile(r"[A-Za-z0-9_-]{43}")


@login_required
@reads
def draft_key(request: SignedInRequest) -> JsonResponse:
    """{"key", "store", "token"}: a key of this person on this device, the name of their part of the browser's store, and a fresh
    CSRF token, because a page that waited for a new sign-in holds the old one.

    The key is made from the person's key and the device's random name: with either gone the drafts stay closed. It is never
    stored; the page holds it in memory. A GET that may leave a trace: the person's key, if this is the first use of it.
    """
    device = request.COOKIES.get(_cookie_name(request), "")
    known = _DEVICE.fullmatch(device) is not None
    if not known:
        device = secrets.token_urlsafe(32)
    answer = {
        "key": base64.b64encode(crypto.derived_key(request.user.pk, purpose=f"drafts:key:{device}")).decode(),
        "store": crypto.derived_key(request.user.pk, purpose=f"drafts:store:{device}", length=16).hex(),
        "token": get_token(request),
    }
    response = JsonResponse(answer, headers={"Cache-Control": "no-store"})
    if not known:
        _name_device(request, response, device)
    return response


def _cookie_name(request: SignedInRequest) -> str:
    # The prefix makes browsers refuse the cookie from a neighbouring subdomain; it exists only over HTTPS.
    return f"__Host-{COOKIE}" if request.is_secure() else COOKIE


def _name_device(request: SignedInRequest, response: HttpResponse, device: str) -> None:
    response.set_cookie(_cookie_name(request), device, max_age=COOKIE_AGE, httponly=True, samesite="Lax", secure=request.is_secure())
