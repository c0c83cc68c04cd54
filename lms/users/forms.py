"""What people are asked about themselves, and how they come in."""

from typing import Any, ClassVar, cast

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lms.users import actions, places
from lms.users.invited import forget_invitation, invitation_of
from lms.users.models import User

PASSWORD_HELP = _("At least ten characters. Three or four words that have nothing to do with each other are easy to keep in mind.")


class ZoneField(forms.ChoiceField):
    """A time zone. Older spellings, which browsers still send, become the usual one."""

    def to_python(self, value: Any) -> str:
        return places.usual_name(str(value or ""))

    def valid_value(self, value: str) -> bool:
        return places.is_zone(value)


class AboutForm(forms.Form):
    """How somebody wants to be called, and where they are."""

    display_name = forms.CharField(
        label=_("Your name, as others will see it"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    time_zone = ZoneField(label=_("Time zone"), choices=places.zones, help_text=_("Times are shown in this zone."))
    country = forms.ChoiceField(
        label=_("Country you live in"), choices=places.countries, help_text=_("So that we show the right numbers when somebody needs help.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(settings.LANGUAGES) == 1:  # a question with one answer is none
            del self.fields["language"]

    def clean_display_name(self) -> str:
        """One line, without characters that nobody sees."""
        name = " ".join("".join(char for char in self.cleaned_data["display_name"] if char.isprintable() or char.isspace()).split())
        if not name:
            raise ValidationError(_("We need a name to call you by."))
        return name

    def about(self) -> dict[str, str]:
        """What `actions.describe_person` takes."""
        return {
            name: self.cleaned_data[name]
            for name in ("display_name", "time_zone", "country", "language", "theme")
            if name in self.cleaned_data
        }


class ProfileForm(AboutForm):
    theme = forms.ChoiceField(label=_("Colours"), choices=User.Theme.choices)


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=User.Theme.choices)


class PlainForm(forms.Form):
    """A form of allauth with our words above its fields, and none inside them: those vanish as soon as one types."""

    words: ClassVar[dict[str, Any]] = {}
    help: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.words.get(name, field.label)
            field.help_text = self.help.get(name, field.help_text)


class SignInForm(PlainForm, account_forms.LoginForm):  # type: ignore[misc]
    words: ClassVar = {"login": _("E-mail address"), "password": _("Password"), "remember": _("Keep me signed in on this device")}
    help: ClassVar = {"remember": _("Leave this empty on a computer that others use too.")}


class SignUpForm(AboutForm, PlainForm, account_forms.SignupForm):  # type: ignore[misc]
    """Coming in by an invitation. The address is the invited one, whatever a browser sends."""

    words: ClassVar = {"email": _("E-mail address"), "password1": _("Choose a password")}
    help: ClassVar = {"email": _("The invitation came to this address. You can change it later."), "password1": PASSWORD_HELP}
    field_order = ("email", "display_name", "password1", "time_zone", "country", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation_of(context.request)
        self.fields["email"].disabled = True
        self.initial["email"] = self.invitation.email if self.invitation else ""
        self.initial.setdefault("time_zone", settings.COURSE_TIME_ZONE)
        country = cast("forms.ChoiceField", self.fields["country"])
        country.choices = [("", _("Choose one")), *places.countries()]  # a guess would show the wrong crisis numbers
        self.fields["time_zone"].widget.attrs["data-zone-guess"] = ""

    def save(self, request: HttpRequest) -> User:
        """The person and their place at once, or neither. Accepting comes last: until then the address counts as answered."""
        with transaction.atomic():
            user: User = super().save(request)
            if self.invitation:
                actions.accept_invitation(actor=user, invitation=self.invitation)
        forget_invitation(request)
        return user

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        actions.describe_person(actor=user, **self.about())


class ChangePasswordForm(PlainForm, account_forms.ChangePasswordForm):  # type: ignore[misc]
    words: ClassVar = {"oldpassword": _("Your present password"), "password1": _("New password"), "password2": _("New password once more")}
    help: ClassVar = {"password1": PASSWORD_HELP}


class ResetPasswordForm(PlainForm, account_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    words: ClassVar = {"password1": _("New password"), "password2": _("New password once more")}
    help: ClassVar = {"password1": PASSWORD_HELP}


class SetPasswordForm(PlainForm, account_forms.SetPasswordForm):  # type: ignore[misc]
    words: ClassVar = {"password1": _("Choose a password"), "password2": _("The password once more")}
    help: ClassVar = {"password1": PASSWORD_HELP}


class ReauthenticateForm(PlainForm, account_forms.ReauthenticateForm):  # type: ignore[misc]
    words: ClassVar = {"password": _("Your password")}


class AskForLinkForm(PlainForm, account_forms.ResetPasswordForm):  # type: ignore[misc]
    words: ClassVar = {"email": _("E-mail address")}


class AskForCodeForm(PlainForm, account_forms.RequestLoginCodeForm):  # type: ignore[misc]
    words: ClassVar = {"email": _("E-mail address")}


class CodeForm(PlainForm, account_forms.ConfirmLoginCodeForm):  # type: ignore[misc]
    words: ClassVar = {"code": _("The code")}


class NewAddressForm(PlainForm, account_forms.AddEmailForm):  # type: ignore[misc]
    words: ClassVar = {"email": _("New address")}


class SecondStepForm(PlainForm, mfa_forms.AuthenticateForm):  # type: ignore[misc]
    words: ClassVar = {"code": _("The code")}


class SecondStepAgainForm(PlainForm, mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    words: ClassVar = {"code": _("The code from your app, or a recovery code")}


class NewAppForm(PlainForm, totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    words: ClassVar = {"code": _("Six digits from the app")}
