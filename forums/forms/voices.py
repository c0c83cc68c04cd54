"""Over how many weeks the picture of voices looks back."""

from django import forms
from django.utils.translation import gettext_lazy as _

WEEKS = [(2, _("the last two weeks")), (4, _("the last four weeks")), (8, _("the last eight weeks"))]
USUAL = 4


class WeeksForm(forms.Form):
    weeks = forms.ChoiceField(label=_("Looking at"), choices=WEEKS)

    def chosen(self) -> int:
        """What makes no sense is as good as absent."""
        return int(self.cleaned_data["weeks"]) if self.is_valid() else USUAL
