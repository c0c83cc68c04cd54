"""Where a link leads that lets several people in: a question for who is signed in, a letter for who is not."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from courses.actions.invitation_links import ask_by_link, join_by_link
from courses.forms.invitations import JoinForm
from courses.models import InvitationLink
from lms.http import reads_or_writes
from lms.permissions import Refused
from lms.users.models import User


@reads_or_writes
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Used up, ended, taken back and never made look the same. Nothing happens by looking."""
    link = InvitationLink.objects.open().with_token(token).select_related("cohort__programme", "made_by").first()
    if link is None:
        return render(request, "courses/join_over.html", status=410)
    if request.user.is_authenticated:
        return _join(request, request.user, link)
    return _ask_for_letter(request, link)


def _join(request: HttpRequest, person: User, link: InvitationLink) -> HttpResponse:
    sentence = ""
    if request.method == "POST":
        if not ratelimit.consume(request, action="join_link", key=str(link.pk)):
            sentence = _too_many()
        else:
            try:
                join_by_link(actor=person, link=link)
            except Refused as refusal:
                sentence = refusal.sentence
            else:
                messages.success(request, _("Welcome. Your place is yours now."))
                return redirect("cohort-today", cohort=link.cohort.slug)
    return render(request, "courses/join.html", {"link": link, "sentence": sentence}, status=422 if sentence else 200)


def _ask_for_letter(request: HttpRequest, link: InvitationLink) -> HttpResponse:
    form = JoinForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        email = form.cleaned_data["email"].lower()
        # For each link, so that nobody tries addresses out; for each address, so that nobody is written to again and again.
        allowed = ratelimit.consume(request, action="join_link", key=str(link.pk))
        if allowed and ratelimit.consume(request, action="join_letter", key=email):
            ask_by_link(link=link, email=email)
            return redirect(f"{request.path}?sent=1")
        form.add_error(None, _too_many())
    sent = request.method == "GET" and "sent" in request.GET
    return render(request, "courses/join.html", {"link": link, "form": form, "sent": sent}, status=422 if form.errors else 200)


def _too_many() -> str:
    return _("There were many tries just now. Please wait a few minutes and try again; the link stays as it is.")
