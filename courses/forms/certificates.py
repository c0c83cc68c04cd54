"""A trainer's decision, and a holder's choices."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import Certificate
from courses.models.certificates import NAME_LENGTH, WHY_LENGTH
from lms.words import LineField


class GiveForm(forms.Form):
    """`needs_why`: the rule alone would not say so."""

    why = LineField(
        label=_("Why you give it all the same"),
        max_length=WHY_LENGTH,
        required=False,
        help_text=_("One sentence. Whose certificate it is reads it, and the trainers do; it is printed nowhere."),
    )

    def __init__(self, *args: Any, needs_why: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_why:
            del self.fields["why"]


class RevokeForm(forms.Form):
    why = LineField(
        label=_("Why"),
        max_length=WHY_LENGTH,
        help_text=_("Whose certificate it is reads it, and the trainers do. The public page says only that it is no longer valid."),
        error_messages={"required": _("Please say why. Whose certificate it is reads it, and the trainers do; nobody else.")},
    )


class ChoiceForm(forms.Form):
    """What is printed, and what a public page says."""

    name = LineField(
        label=_("The name on your certificate"),
        max_length=NAME_LENGTH,
        help_text=_("As you want it printed. It need not be the name you use here."),
        error_messages={"required": _("Please write the name that is to stand on it.")},
    )
    shown = forms.ChoiceField(
        label=_("A public page"),
        choices=Certificate.Shown.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Whoever you give its address, or who reads the square code on the printed certificate, sees what you choose here."),
    )
    shows_programme = forms.BooleanField(label=_("It names the programme"), required=False)
    shows_dates = forms.BooleanField(label=_("It says from when to when"), required=False)
    shows_hours = forms.BooleanField(label=_("It says how many hours"), required=False)
