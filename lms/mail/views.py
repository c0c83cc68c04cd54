"""The outbox, where letters are read in embedded mode, and the letters that no mail server took."""

from functools import wraps
from typing import ParamSpec, Protocol
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lms.http import SignedInRequest, reads, writes
from lms.mail.actions import try_again
from lms.mail.models import Letter

PAGE = 25
SHOWN = 100  # of the letters that did not arrive
P = ParamSpec("P")


class View(Protocol[P]):
    def __call__(self, request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse: ...


def embedded_only(view: View[P]) -> View[P]:
    """404 on a server, where letters go out and are nobody else's to read."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.EMBEDDED:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


class PlaceForm(forms.Form):
    """Where in the list a page begins: after this letter."""

    after = forms.UUIDField(required=False)

    def letter(self) -> Letter | None:
        """The letter named, if there is one."""
        named = self.cleaned_data["after"] if self.is_valid() else None
        return Letter.objects.filter(pk=named).first() if named else None


@embedded_only
@reads
def outbox(request: HttpRequest) -> HttpResponse:
    """All letters, newest first."""
    place = PlaceForm(request.GET).letter()
    letters = list(Letter.objects.older_than(place)[: PAGE + 1])
    context = {"letters": letters[:PAGE], "has_older": len(letters) > PAGE, "is_first_page": place is None}
    return render(request, "lms/outbox.html", context)


@embedded_only
@reads
def outbox_letter(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """One letter, its links to follow."""
    letter = get_object_or_404(Letter, pk=letter_id)
    return render(request, "lms/outbox_letter.html", {"letter": letter})


class LetterForm(forms.Form):
    """Which letter is meant."""

    letter = forms.UUIDField()


@login_required
@reads
def letters(request: SignedInRequest) -> HttpResponse:
    """What did not arrive: to whom, about what, since when; never the words. Only for who coordinates the site."""
    _require_coordinator(request)
    rows = list(Letter.objects.given_up().select_related("person")[: SHOWN + 1])
    return render(request, "lms/letters.html", {"letters": rows[:SHOWN], "has_more": len(rows) > SHOWN})


@login_required
@writes
def letter_again(request: SignedInRequest) -> HttpResponse:
    """Tries once more, perhaps after a mailbox or a server was put right."""
    _require_coordinator(request)
    form = LetterForm(request.POST)
    if form.is_valid() and try_again(actor=request.user, letter_id=form.cleaned_data["letter"]):
        messages.success(request, _("The letter goes out again now. If nobody takes it, it comes back to this list within the hour."))
    else:
        messages.info(request, _("This letter cannot go out again: it went out meanwhile, or it is too old."))
    return redirect("letters")


def _require_coordinator(request: SignedInRequest) -> None:
    if not request.user.coordinates:
        raise Http404
