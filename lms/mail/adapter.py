"""Where allauth meets this house: who may sign up, and how its letters leave (through the outbox, as plain text)."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from lms.mail.actions import write_letter
from lms.users.invited import invitation_of
from lms.users.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up by invitation only; letters through the outbox; sentences in our voice."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed just now. Ask the people who run your course."),
        "cannot_remove_primary_email": _("This is the address you sign in with, so it stays. Change it first."),
        "duplicate_email": _("This is your address already."),
        "email_password_mismatch": _("This address and password do not belong together. Look at both again, or have a code sent to you."),
        "email_taken": _("This address cannot be used here."),
        "enter_current_password": _("This is not your password so far. Try again."),
        "incorrect_code": _("This code does not fit. Look at it again, or ask for a new one."),
        "incorrect_password": _("This is not your password. Try again."),
        "invalid_or_expired_key": _("This link is too old or was used already. Ask for a new one."),
        "invalid_login": _("That did not work. Look at it again, or have a code sent to you."),
        "invalid_password_reset": _("This link is too old or was used already. Ask for a new one."),
        "too_many_login_attempts": _(
            "There were several tries that did not work, so this way in rests for a quarter of an hour. "
            "You can still have a code sent to you or use a passkey."
        ),
        "unverified_primary_email": _("Answer the letter we sent to your new address first."),
        "rate_limited": _("That was a lot at once. Wait a minute, then try again."),
        "same_as_current": _("This is your address already."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Only for whoever came by the link of an open invitation."""
        return invitation_of(request) is not None

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        """The link came to the invited address, so whoever holds it reads that mailbox."""
        invitation = invitation_of(request)
        return invitation is not None and invitation.email == email.lower()

    def is_safe_url(self, url: str | None) -> bool:
        """Only this host; allauth would let every allowed host pass."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure())

    def login(self, request: HttpRequest, user: User) -> None:
        """A passkey belongs to one's own device, so that sign-in outlasts the browser; others do so only when ticked."""
        super().login(request, user)
        if any(record.get("passwordless") for record in get_authentication_records(request, user)):
            request.session.set_expiry(settings.SESSION_COOKIE_AGE)

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _on_site(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return _on_site(super().get_email_confirmation_url(request, emailconfirmation))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A letter in the outbox, in the transaction that caused it. Never the words of a person."""
        words = {**context, "email": email, "site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
        subject = render_to_string(f"{template_prefix}_subject.txt", words)
        body = render_to_string(f"{template_prefix}_message.txt", words)
        write_letter(to=email, subject=subject, body=body.strip() + "\n", person=context.get("user"))


def _on_site(url: str) -> str:
    """A link in a letter leads to our address, not to the host and port that a browser named when it asked for the letter."""
    return settings.SITE_URL + urlsplit(url).path
