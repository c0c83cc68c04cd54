"""How much somebody wants to hear."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forums.models import Level


class LevelForm(forms.Form):
    much = forms.ChoiceField(
        label=_("What you hear"),
        choices=Level.Much.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose how much you want to hear."),
            "invalid_choice": _("Please choose how much you want to hear."),
        },
    )

    def clean_much(self) -> Level.Much:
        return Level.Much(self.cleaned_data["much"])
