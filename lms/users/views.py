"""A person's own account, and the way in by an invitation."""

from allauth.account.internal.stagekit import clear_login
from allauth.account.views import logout as allauth_logout
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lms.http import SignedInRequest, reads, reads_or_writes, redirect_back, writes
from lms.users import actions
from lms.users.devices import devices_of
from lms.users.forms import ProfileForm, ThemeForm
from lms.users.invited import forget_invitation, remember_invitation
from lms.users.models import Invitation, User

FORGET = '"cache", "storage"'


@login_required
@reads_or_writes
def account(request: SignedInRequest) -> HttpResponse:
    """Who others see, and the ways in."""
    person = request.user
    initial = {name: getattr(person, name) for name in actions.PROFILE}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.describe_person(actor=person, **form.about())
        messages.success(request, _("Kept."))
        return redirect("account")
    kinds = set(Authenticator.objects.filter(user_id=person.pk).values_list("type", flat=True))
    return render(request, "account/account.html", {"form": form, "kinds": kinds})


@login_required
@writes
def theme_set(request: SignedInRequest) -> HttpResponse:
    """The colours, from the menu on every page."""
    form = ThemeForm(request.POST)
    if form.is_valid():
        actions.describe_person(actor=request.user, theme=form.cleaned_data["theme"])
    return redirect_back(request, "account")


@login_required
@reads
def sign_ins(request: SignedInRequest) -> HttpResponse:
    devices = devices_of(request.user, session_key=request.session.session_key)
    return render(request, "account/sign_ins.html", {"devices": devices})


@login_required
@writes
def sign_in_end(request: SignedInRequest, sign_in_id: int) -> HttpResponse:
    """Signs out another device of one's own."""
    row = get_object_or_404(UserSession.objects.filter(user=request.user), pk=sign_in_id)
    actions.end_sign_ins(actor=request.user, session_keys=[row.session_key])
    messages.success(request, _("Signed out there."))
    return redirect("sign-ins")


@login_required
@writes
def sign_ins_end_others(request: SignedInRequest) -> HttpResponse:
    actions.end_other_sign_ins(actor=request.user, session_key=request.session.session_key)
    messages.success(request, _("Signed out everywhere else."))
    return redirect("sign-ins")


@reads_or_writes
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link in an invitation leads. Used, too old and never made look the same."""
    found = Invitation.objects.open().with_token(token).first()
    if found is None:
        return render(request, "account/invitation_over.html", status=410)
    if request.user.is_authenticated:
        return _invited_and_signed_in(request, request.user, found, token)
    remember_invitation(request, found)
    clear_login(request)  # a half-finished sign-in of somebody else must not stand in the way
    if User.objects.filter(email=found.email).exists():
        return redirect(f"{resolve_url('account_login')}?{urlencode({'next': request.path})}")
    return redirect("account_signup")


def _invited_and_signed_in(request: HttpRequest, person: User, found: Invitation, token: str) -> HttpResponse:
    fits = person.email.lower() == found.email
    if request.method == "POST" and fits:
        actions.accept_invitation(actor=person, invitation=found)
        forget_invitation(request)
        messages.success(request, _("Welcome. Your place is yours now."))
        return redirect("today")
    return render(request, "account/invitation.html", {"invitation": found, "fits": fits, "token": token})


def sign_out(request: HttpRequest) -> HttpResponseBase:
    """allauth's own, and the browser is told to forget what it kept of this site."""
    was_signed_in = request.user.is_authenticated
    response: HttpResponseBase = allauth_logout(request)
    if was_signed_in and not request.user.is_authenticated:
        response["Clear-Site-Data"] = FORGET
    return response
