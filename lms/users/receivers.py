"""What happens when allauth or Django say that a sign-in ended or a password changed."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from lms.users.actions import end_other_sign_ins, end_sign_ins
from lms.users.models import User


@receiver(user_logged_out)
def end_this_sign_in(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Open rooms in other tabs close with the sign-in they came by."""
    if user is not None and request.session.session_key:
        end_sign_ins(actor=user, session_keys=[request.session.session_key])


@receiver([password_changed, password_set])
def end_the_others(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Whoever knew the old password is out; the one who changed it stays (under a new key)."""
    end_other_sign_ins(actor=user, session_key=request.session.session_key)


@receiver(password_reset)
def end_all(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A reset comes from outside: nobody stays."""
    end_other_sign_ins(actor=user, session_key=None)
