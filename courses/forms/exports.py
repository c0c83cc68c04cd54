"""What to take along of one's journal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.forms.finding import day_field
from courses.models import JournalExport


class ExportForm(forms.Form):
    """As what, and of which time; without days it is all of it. `pdf` says whether this server can make one."""

    form = forms.ChoiceField(label=_("As"), choices=JournalExport.Form.choices, widget=forms.RadioSelect)
    from_on = day_field(_("From"))
    until_on = day_field(_("Until"))

    def __init__(self, *args: Any, pdf: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [choice for choice in JournalExport.Form.choices if pdf or choice[0] != JournalExport.Form.PDF]
        self.fields["form"].choices = choices  # type: ignore[attr-defined]
        self.fields["form"].initial = choices[0][0]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("from_on") and data.get("until_on") and data["from_on"] > data["until_on"]:
            self.add_error("until_on", _("This day is before the first."))
        return data
