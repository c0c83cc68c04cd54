"""How this site words what Django says by itself."""

from django import forms
from django.apps import AppConfig
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _


class LmsConfig(AppConfig):
    name = "lms"

    def ready(self) -> None:
        """Every form says what to do rather than what is wrong."""
        forms.Field.default_error_messages["required"] = _("Please fill this in.")
        forms.EmailField.default_error_messages = {"invalid": _("This does not look like an e-mail address.")}
        forms.DateField.default_error_messages["invalid"] = _("Please give a date, such as 2027-02-04.")
        validate_email.message = _("This does not look like an e-mail address.")
