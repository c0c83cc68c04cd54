"""Hours of one's own: a day one cannot come, the ledger, and making up for a day."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.forms.finding import FIRST_DAY
from courses.models import LedgerKind, MakeUpPart
from courses.models.ledger import LONGEST_ENTRY
from lms.words import LineField

LONGEST_SENTENCE = 300
LONGEST_NOTE = 2000
LONGEST_PART = 1000


def sentence(label: Any, help_text: Any = "") -> LineField:
    too_long = {"max_length": _("There is room for %(limit_value)d characters; these are %(show_value)d.")}
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return LineField(label=label, required=False, max_length=LONGEST_SENTENCE, help_text=help_text, widget=widget, error_messages=too_long)


class DayForm(forms.Form):
    """The day that an address names."""

    day = forms.DateField(input_formats=["%Y-%m-%d"])


class AbsenceForm(forms.Form):
    words = sentence(_("A sentence, if you like"), _("For the trainers. Nobody asks why, and you can leave it empty."))


class LedgerForm(forms.Form):
    """An entry. Hours and minutes apart, as people count them."""

    kind = forms.ChoiceField(label=_("What it was"), choices=LedgerKind.choices)
    on = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Please write a day, such as 2026-11-27."), "required": _("Please choose the day.")},
    )
    hours = forms.IntegerField(
        label=_("Hours"),
        required=False,
        min_value=0,
        max_value=24,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        required=False,
        min_value=0,
        max_value=LONGEST_ENTRY,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
    )
    with_whom = sentence(_("With whom, or what"), _("Such as your supervisor, your peer group, or the title of a book."))
    note = forms.CharField(
        label=_("A note of your own"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=_("Sealed like your journal. Nobody but you ever reads it."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"max_length": _("A note has room for %(limit_value)d characters; this has %(show_value)d.")},
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-client-id": "", "autocomplete": "off"}), required=False)

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["client_id"].initial = uuid.uuid4

    def clean_client_id(self) -> uuid.UUID:
        return self.cleaned_data.get("client_id") or uuid.uuid4()

    def clean_on(self) -> datetime.date:
        on: datetime.date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("This day is still to come. The ledger is for what has been."))
        if on < FIRST_DAY:
            raise forms.ValidationError(_("This day is too far away."))
        return on

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors.keys() & {"hours", "minutes"}:
            return data
        total = (data.pop("hours", None) or 0) * 60 + (data.get("minutes") or 0)
        if not total:
            self.add_error("hours", _("How long was it? Hours, minutes, or both."))
        elif total > LONGEST_ENTRY:
            self.add_error("hours", _("A day has 24 hours. Please keep each day by itself."))
        data["minutes"] = total
        return data


class ShownForm(forms.Form):
    """Which kinds of hours the trainers see."""

    kinds = forms.MultipleChoiceField(
        label=_("The trainers of this cohort see"), choices=LedgerKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class LedgerPageForm(forms.Form):
    """Which page of the ledger: what came before this entry."""

    before = forms.UUIDField(required=False)


# --- making up ------------------------------------------------------------------------------------------------------


def _words(label: Any, help_text: Any) -> forms.CharField:
    too_long = {"max_length": _("There is room for %(limit_value)d characters; these are %(show_value)d.")}
    widget = forms.Textarea(attrs={"rows": 2, "autocomplete": "off"})
    return forms.CharField(
        label=label, required=False, max_length=LONGEST_PART, help_text=help_text, widget=widget, error_messages=too_long
    )


class WordingForm(forms.Form):
    """Which wording of the agreement somebody has read."""

    wording = forms.IntegerField(min_value=0, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))


class ProposalForm(WordingForm):
    """What could make up for a day: any of the three, in a few words each."""

    read = _words(_("Read"), _("Such as the handout of that day."))
    write = _words(_("Write"), _("Such as a page in your own journal about it. Nobody asks to see it."))
    meet = _words(_("Meet"), _("Such as half an hour with a trainer about what the others did."))

    def words(self) -> dict[str, str]:
        return {kind: self.cleaned_data[kind] for kind in MakeUpPart.Kind.values}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not any((data.get(kind) or "").strip() for kind in MakeUpPart.Kind.values):
            self.add_error(None, _("Please write at least one of the three."))
        return data


class PartDoneForm(forms.Form):
    words = sentence(_("A sentence about it, if you like"))


class DecisionForm(forms.Form):
    made_up = forms.ChoiceField(
        label=_("This day"), choices=[("yes", _("counts as made up")), ("no", _("does not count yet"))], widget=forms.RadioSelect
    )
    sentence = forms.CharField(
        label=_("A sentence for the trainee"),
        max_length=LONGEST_PART,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages={"required": _("Please write a sentence. The trainee reads it.")},
    )
