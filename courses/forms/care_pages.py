"""What coordinators change of the pages for a crisis and on safeguarding."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext_lazy as _

from lms import richtext
from lms.users import places
from lms.words import LineField

MOST_LINES = 10  # of one country: more would hide the first
NUMBER = RegexValidator(r"^[+0-9][0-9 ()/-]{1,19}$", _("A number is digits with spaces between them, as one dials it."))
HTTPS = URLValidator(schemes=["https"], message=_("The address of the line's own page, beginning with https://."))


class SeenForm(forms.Form):
    """Which change was the newest when the page was opened."""

    seen = forms.IntegerField(min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))


class CountryForm(SeenForm):
    emergency = LineField(label=_("Emergency number"), max_length=20, validators=[NUMBER])


class LineForm(forms.Form):
    """One line, whole or not at all."""

    name = LineField(label=_("Name"), max_length=120)
    number = LineField(label=_("Number"), max_length=20, validators=[NUMBER])
    text = LineField(label=_("Word to send"), max_length=20, required=False, help_text=_("Only for a number that takes text messages."))
    hours = LineField(label=_("Hours, and whether it is free"), max_length=120)
    source = LineField(label=_("Its own page, where you read this"), max_length=300, validators=[HTTPS])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("Please write this too, or leave the whole line empty.")


class LinesFormSet(forms.BaseFormSet[LineForm]):
    """Lines that are there may be taken away; empty ones at the end are none."""

    def add_fields(self, form: LineForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Take this line away")

    def _should_delete_form(self, form: LineForm) -> bool:
        """Ticked, or emptied."""
        ticked = super()._should_delete_form(form)  # type: ignore[misc]
        return bool(ticked) or not any(str(form[name].value() or "").strip() for name in LineForm.base_fields)


Lines = forms.formset_factory(
    LineForm, formset=LinesFormSet, extra=2, max_num=MOST_LINES, absolute_max=MOST_LINES, can_delete=True, can_delete_extra=False
)


def kept_lines(lines: forms.BaseFormSet[LineForm]) -> list[dict[str, str]]:
    """Those that are to stand there, as they are kept."""
    kept = [form.cleaned_data for form in lines.forms if form not in lines.deleted_forms and form.cleaned_data.get("name")]
    return [{name: str(line[name]) for name in LineForm.base_fields} for line in kept]


class ChooseCountryForm(forms.Form):
    """A country to write numbers for."""

    code = forms.ChoiceField(label=_("Country"), choices=places.countries)


class SafeguardingForm(SeenForm):
    source = forms.CharField(
        label=_("The text of the page"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "autocomplete": "off"}),
        help_text=_("Headings begin with ##, lists with - or 1., links are [words](https://address), and ** makes words bold."),
    )

    def clean_source(self) -> str:
        source = str(self.cleaned_data["source"]).replace("\r\n", "\n")
        if richtext.is_empty(richtext.from_course(source)):
            raise ValidationError(_("There are no words here yet. Nobody would know what happens."))
        return source
