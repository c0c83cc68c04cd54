"""People, and how they are asked in."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.db import validate_time_zone

INVITATION_DAYS = 30


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """A person who can sign in. E-mail addresses are kept in small letters."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person. The e-mail address is the name they sign in by; others see the display name."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As this device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")
        CONTRAST = "contrast", _("High contrast")

    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(_("name others see"), max_length=80)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/London", validators=[validate_time_zone])
    language = models.CharField(_("language"), max_length=10, default="en-gb")
    country = models.CharField(_("country"), max_length=2, default="GB")  # ISO 3166: which crisis numbers come first
    theme = models.CharField(_("appearance"), max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    # Looks after dates and people of the whole site: may begin cohorts. No part here reads a journal.
    coordinates = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    step: int  # on whom `courses.actions.aftercare` finds
    waiting: bool = False  # whether a notice is unread; found with the person who asks for a page (lms.notifications.bell)
    second_step: bool | None = None  # whether they have one; found in the same way
    places_shown: list[Any]  # one request's memberships, found by courses.permissions.place_or_404, drawn by the frame
    places_asked: list[Any]  # the same, found by lms.views.second_factor before the view ran

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return f"Person {self.pk}"  # never the address: this reaches logs

    @property
    def initials(self) -> str:
        """One or two letters for the face beside somebody's words."""
        return initials_of(self.display_name)


def initials_of(name: str) -> str:
    """The same for a name alone."""
    names = name.split() or ["?"]
    return (names[0][0] + (names[-1][0] if len(names) > 1 else "")).upper()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        """Neither accepted nor too old."""
        return self.filter(accepted_at=None, expires_at__gt=timezone.now())

    def with_token(self, token: str) -> InvitationQuerySet:
        return self.filter(token_hash=hash_token(token))


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _in_thirty_days() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(days=INVITATION_DAYS)


class Invitation(models.Model):
    """Somebody asked in by e-mail. Only a hash of the link's token is kept. What they are asked into is the business of the app above."""

    email = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True)
    coordinates = models.BooleanField(default=False)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=_in_thirty_days)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Invitation {self.pk}"


def new_token() -> str:
    return secrets.token_urlsafe(32)
