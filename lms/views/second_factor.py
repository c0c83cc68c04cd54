"""Who looks after others signs in with a second step; until that is set up, every page leads to where it is."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from courses.models import Membership
from courses.permissions import has_staff_part, recent_places_of
from lms.http import SignedInRequest, reads
from lms.users.models import User
from lms.users.second_factor import second_steps

# What stays open meanwhile: one's account and its ways in, help for oneself, and what is open to everybody.
ALWAYS_OPEN = {
    "account",
    "sign-ins",
    "sign-in-end",
    "sign-ins-end-others",
    "theme-set",
    "invitation",
    "second-factor",
    "cannot-get-in",
    "contact-me",
    "crisis",
    "safeguarding",
    "certificate-shown",
    "certificate-issuer",
    "certificates-revoked",
    "certificate-key",
    "certificate-keys",
    "unsubscribe",
    "push-worker",
    "healthz",
    "readyz",
}
ALWAYS_OPEN_PREFIXES = ("account_", "mfa_")


class SecondFactorMiddleware:
    """Asks each time, so that a new part or a lost factor counts at once. It costs no query: the memberships it reads are those the
    page shows anyway, and whether there is a second step comes with the person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: Any, kwargs: Any) -> HttpResponse | None:
        if not settings.STAFF_NEEDS_SECOND_FACTOR or not request.user.is_authenticated or _is_always_open(request):
            return None
        request.user.places_asked = request.user.places_shown = recent_places_of(request.user)
        if not is_staff(request.user, request.user.places_asked) or has_second_factor(request.user):
            return None
        return redirect("second-factor")


def is_staff(person: User, places: list[Membership]) -> bool:
    """Whether this person has a part that sees other people's affairs."""
    return person.coordinates or has_staff_part(places)


def has_second_factor(person: User) -> bool:
    """A passkey or an authenticator app. Known with whoever asks for a page; else one query."""
    if person.second_step is not None:
        return person.second_step
    return second_steps().filter(user_id=person.pk).exists()


def _is_always_open(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name in ALWAYS_OPEN or name.startswith(ALWAYS_OPEN_PREFIXES)


@login_required
@reads
def second_factor(request: SignedInRequest) -> HttpResponse:
    """Why a second step is asked for, and where to set one up."""
    return render(request, "account/second_factor.html", {"stands": has_second_factor(request.user)})
