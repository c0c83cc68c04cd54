"""Days of talks and series, as somebody plans them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from live.forms.fields import PlainField
from live.models import WHY_LENGTH
from lms.words import LineField

_KEPT = _("What is written stays readable afterwards, which is announced on its page")


class ConferenceForm(forms.Form):
    title = LineField(label=_("Title"), max_length=160)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    about = PlainField(
        label=_("What the day is about"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"})
    )


class _Version(forms.Form):
    """A change of what is planned, against the version that its page showed."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))


class ConferenceChangeForm(ConferenceForm, _Version):
    """Another title or day."""


class _Hours(forms.Form):
    """From and until, by the clock of the course, on one day."""

    begins = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time"}))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("begins") and data.get("ends") and data["ends"] <= data["begins"]:
            self.add_error("ends", _("This is before it begins. Please choose a later time of the same day."))
        return data


class TalkForm(_Hours):
    """A talk in a day of talks."""

    field_order = ("title", "hall", "begins", "ends", "capacity", "keeps_text")
    title = LineField(label=_("Title"), max_length=160)
    hall = LineField(label=_("Room"), max_length=60, help_text=_("Talks at the same time are in different rooms."))
    capacity = forms.IntegerField(label=_("How many people it holds"), min_value=1, max_value=5000, initial=600)
    keeps_text = forms.BooleanField(label=_KEPT, required=False)


class SeriesForm(_Hours):
    """An open seminar, once or every week."""

    field_order = ("title", "day", "begins", "ends", "weeks", "keeps_text")
    title = LineField(label=_("Title"), max_length=160)
    day = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    weeks = forms.IntegerField(label=_("How many times, a week apart"), min_value=1, max_value=52, initial=1)
    keeps_text = forms.BooleanField(label=_KEPT, required=False)


class TalkChangeForm(TalkForm, _Version):
    """Another title, room or hour."""


class SeminarChangeForm(_Hours, _Version):
    """Another title or time of one open seminar."""

    field_order = ("title", "day", "begins", "ends", "keeps_text")
    title = LineField(label=_("Title"), max_length=160)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    keeps_text = forms.BooleanField(label=_KEPT, required=False)


class _Reason(forms.Form):
    """Why something does not take place."""

    reason = PlainField(
        label=_("Why, for everybody who wanted to come"),
        max_length=WHY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": _("Please say why in a sentence: everybody who wanted to come reads it.")},
    )


class CallOffForm(_Reason, _Version):
    """That something does not take place, and why."""


class CallOffDayForm(_Reason):
    """Which of a day does not take place, and why; against the day as its page showed it."""

    field_order = ("seminars", "reason")
    mark = forms.CharField(max_length=16, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    seminars = forms.TypedMultipleChoiceField(
        label=_("What does not take place"),
        coerce=uuid.UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Please choose what does not take place."),
            "invalid_choice": _(
                "Somebody changed this day while you were at it. Please look at how it stands now; what you typed is still here."
            ),
        },
    )

    def __init__(self, *args: Any, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.TypedMultipleChoiceField", self.fields["seminars"]).choices = choices
