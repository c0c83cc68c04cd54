"""Who was there: marks of a sheet, a correction, and the rule."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_REASON = 1000
MOST_MINUTES = 24 * 60


def _minutes(label: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "short", "inputmode": "numeric", "min": 0, "autocomplete": "off"})
    far = {
        "max_value": _("A sitting is not as long as that."),
        "min_value": _("Minutes are 0 or more."),
        "invalid": _("Please write a number."),
    }
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST_MINUTES, widget=widget, error_messages=far)


class MarkForm(forms.Form):
    """One person on the sheet. Nothing chosen leaves them as they are; minutes alone mean that they were there.

    `seen` is the last mark that this sheet knew of, `noted_at` when a phone without a line noted it.
    """

    how = forms.ChoiceField(
        label=_("There?"), choices=[("here", _("Here")), ("away", _("Not here"))], required=False, widget=forms.RadioSelect
    )
    late = _minutes(_("Minutes late"))
    early = _minutes(_("Left early by"))
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    noted_at = forms.DateTimeField(required=False, input_formats=["iso8601", "%Y-%m-%dT%H:%M:%S.%fZ"], widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["late"], data["early"], data["seen"] = data.get("late") or 0, data.get("early") or 0, data.get("seen") or 0
        if data.get("how") == "away" and (data["late"] or data["early"]):
            self.add_error("how", _("Somebody who was not here was neither late nor left early. Please choose one of the two."))
        return data

    def says_something(self) -> bool:
        return bool(self.cleaned_data["how"] or self.cleaned_data["late"] or self.cleaned_data["early"])

    def has_changed_mark(self) -> bool:
        """Whether it says something else than the page showed."""
        return bool({"how", "late", "early"} & set(self.changed_data))

    def mark(self) -> dict[str, Any]:
        """What `mark_attendance` takes."""
        data = self.cleaned_data
        fields = {name: data[name] for name in ("late", "early", "seen", "noted_at")}
        return {**fields, "away": data["how"] == "away", "client_id": data["client_id"] or uuid.uuid4()}


class CorrectionForm(forms.Form):
    """Other minutes, and why."""

    minutes = _minutes(_("Minutes there"))
    reason = forms.CharField(
        label=_("The reason"),
        max_length=LONGEST_REASON,
        help_text=_("The person reads it, and may answer."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": _("Please write the reason. The person reads it.")},
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-client-id": "", "autocomplete": "off"}), required=False)

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most
        self.fields["minutes"].required = True
        self.fields["minutes"].help_text = _("Of %(minutes)s.") % {"minutes": most}
        self.fields["client_id"].initial = uuid.uuid4

    def clean_minutes(self) -> int:
        minutes: int = self.cleaned_data["minutes"]
        if minutes > self.most:
            raise forms.ValidationError(_("This sitting went on for %(minutes)s minutes.") % {"minutes": self.most})
        return minutes

    def clean_client_id(self) -> uuid.UUID:
        return self.cleaned_data.get("client_id") or uuid.uuid4()


class CorrectionAnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages={"required": _("There are no words here yet. A first sentence is enough.")},
    )


class RuleForm(forms.Form):
    """The share of the hours that is asked of everybody."""

    percent = forms.IntegerField(
        label=_("Percent of the hours"),
        min_value=1,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
        help_text=_("Of each day, and of all hours together. It holds for the whole year from the moment you change it."),
    )
