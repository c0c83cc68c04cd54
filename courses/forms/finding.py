"""Finding one's own entries: filters in the address, words never."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from courses.finding import Wanted, folded

FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2100, 12, 31)
MOST_WORDS = 10


def day_field(label: Any) -> forms.DateField:
    """A day, or none, within a century: further away no zone has midnights."""
    far = _("This day is too far away.")
    widget = forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")
    validators = [MinValueValidator(FIRST_DAY, far), MaxValueValidator(LAST_DAY, far)]
    return forms.DateField(label=label, required=False, widget=widget, validators=validators)


class FilterForm(forms.Form):
    """Which entries a list shows. `modules` are those of the activities the person has written about: (pk, title)."""

    on = forms.DateField(required=False, widget=forms.HiddenInput(), validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)])
    from_on = day_field(_("From"))
    until_on = day_field(_("Until"))
    module = forms.TypedChoiceField(label=_("Block"), required=False, coerce=int, empty_value=None)
    prompt = forms.ChoiceField(
        label=_("Prompt"),
        required=False,
        choices=[("", _("All entries")), ("with", _("Those that answer a prompt")), ("without", _("Those without a prompt"))],
    )
    shared = forms.ChoiceField(
        label=_("Who can read it"),
        required=False,
        choices=[("", _("All entries")), ("shared", _("Those I share now")), ("private", _("Those that only I can read"))],
    )

    def __init__(self, *args: Any, modules: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["module"].choices = [("", _("All blocks")), *modules]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("from_on") and data.get("until_on") and data["from_on"] > data["until_on"]:
            self.add_error("until_on", _("This day is before the first."))
        return data

    def wanted(self) -> Wanted:
        """What of it can be understood; the form says what cannot."""
        self.is_valid()  # reads it once, however often it is asked
        data = self.cleaned_data if self.is_bound else {}
        on = data.get("on")
        return Wanted(
            from_on=on or data.get("from_on"),
            until_on=on or data.get("until_on"),
            module=data.get("module"),
            prompt=data.get("prompt", ""),
            shared=data.get("shared", ""),
        )


class SearchForm(FilterForm):
    """The same with words, which come by POST: an address stands in logs and in the browser's history."""

    words = forms.CharField(
        label=_("Words"),
        max_length=100,
        error_messages={"required": _("Please write a word to look for.")},
        help_text=_("All of them have to be in an entry. Capitals and accents make no difference."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    before = forms.UUIDField(required=False, widget=forms.HiddenInput())

    field_order = ["words"]

    def clean_words(self) -> str:
        words = folded(self.cleaned_data["words"]).split()
        if not words:
            raise ValidationError(_("Please write a word to look for."))
        if len(words) > MOST_WORDS:
            raise ValidationError(_("Please look for fewer words at once."))
        return str(self.cleaned_data["words"])


class MonthForm(forms.Form):
    """A month of the calendar, as 2026-11."""

    month = forms.RegexField(r"^20[0-9]{2}-(0[1-9]|1[0-2])\Z", required=False)

    def first_day(self, today: datetime.date) -> datetime.date:
        """The first of the month asked for, of this month otherwise."""
        asked = self.cleaned_data["month"] if self.is_valid() else ""
        return datetime.date.fromisoformat(f"{asked}-01") if asked else today.replace(day=1)
