"""What each request of a signed-in person needs: their time zone and language, pages that no cache keeps, a trace of the sign-in."""

import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from lms.full_disk import trace

SEEN = "seen_at"
SEEN_EVERY = 15 * 60  # seconds; the list of sign-ins need not be more exact


class PersonMiddleware:
    """Shows times in the person's zone. Their pages are in no cache, so that Back shows nothing after signing out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if not person.is_authenticated:
            return self.get_response(request)
        _note_sign_in(request)
        with timezone.override(ZoneInfo(person.time_zone)), translation.override(person.language):
            response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


def _note_sign_in(request: HttpRequest) -> None:
    """When this device was last here: written at most four times an hour."""
    now = int(time.time())
    if now - request.session.get(SEEN, 0) >= SEEN_EVERY:
        with trace():
            UserSession.objects.create_from_request(request)
            request.session[SEEN] = now
