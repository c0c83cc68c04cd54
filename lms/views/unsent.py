"""What was typed into a form that could not be taken: the page was too old, or its sign-in had ended meanwhile.

The words are shown and a button sends them again; nothing of them is stored, so a journal's words stay in the browser.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url

from lms import richtext
from lms.policy import ROUTES, Whose

SECRET_FIELDS = {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code"}
MACHINE_FIELDS = {"client_id", "body_form", "next"}  # go along, and are nobody's words
WRITTEN_FIELDS = {"title", "body", "text", "message", "display_name"}
LONG = 40  # characters; a shorter value of another field is a choice rather than words


@dataclass(frozen=True)
class Kept:
    """One value of the form; `shown` are its words as a person reads them, empty for a choice or a mark for machines."""

    name: str
    value: str
    shown: str


def kept_in(request: HttpRequest) -> list[Kept]:
    """All values of a form of this site. To a form from elsewhere we do not lend a button that works: nothing is kept."""
    if urlsplit(request.headers.get("Origin") or request.headers.get("Referer", "")).netloc != request.get_host():
        return []
    is_html = request.POST.get("body_form") == "html"
    values = [(name, value) for name, all_values in request.POST.lists() for value in all_values if name not in SECRET_FIELDS]
    return [Kept(name, value, _shown(name, value, is_html=is_html)) for name, value in values]


def has_secrets(request: HttpRequest) -> bool:
    """Whether a password or code was among them, which is not sent again for anybody."""
    return bool(SECRET_FIELDS & set(request.POST) - {"csrfmiddlewaretoken"})


def unsent(request: HttpRequest) -> dict[str, Any]:
    """What a page shows of a form that was not taken. Asks the database nothing."""
    kept = kept_in(request)
    words = [one.shown for one in kept if one.shown]
    return {"kept": kept, "words": words, "resend": bool(kept) and not has_secrets(request), "back": request.get_full_path()}


def unsent_page(request: HttpRequest, *, paused: bool = False) -> HttpResponse:
    """The words, and what to do: sign in again if the sign-in ended, then send them once more. `paused`: we had no room for them."""
    context = {
        **unsent(request),
        "paused": paused,
        "signed_out": not request.user.is_authenticated and not _is_for_everybody(request),
    }
    return render(request, "403_csrf.html", context, status=503 if paused else 403)


class UnsentMiddleware:
    """A form sent after its sign-in ended would be answered by the page for signing in, and the words would be gone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_out = request.method == "POST" and not request.user.is_authenticated
        response = self.get_response(request)
        return unsent_page(request) if was_signed_out and _asks_to_sign_in(response) and _has_words(request) else response


def _shown(name: str, value: str, *, is_html: bool) -> str:
    if name in MACHINE_FIELDS or (name not in WRITTEN_FIELDS and len(value) <= LONG):
        return ""
    return richtext.plain(value) if is_html and name == "body" else value


def _is_for_everybody(request: HttpRequest) -> bool:
    """Where nobody has to be signed in: the ways in, and the letter to a person."""
    rule = ROUTES.get(request.resolver_match.view_name) if request.resolver_match else None
    return rule is None or rule.whose in {Whose.PUBLIC, Whose.EMBEDDED, Whose.INSIDE, Whose.LIBRARY}


def _asks_to_sign_in(response: HttpResponse) -> bool:
    target = urlsplit(response.headers.get("Location", ""))
    return response.status_code == 302 and target.path == resolve_url(settings.LOGIN_URL) and "next" in parse_qs(target.query)


def _has_words(request: HttpRequest) -> bool:
    """Words of a page, that is; a script of ours knows itself what to do when it is led to the sign-in."""
    is_page = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate" and "text/html" in request.headers.get("Accept", "")
    return is_page and not has_secrets(request) and any(one.shown for one in kept_in(request))
