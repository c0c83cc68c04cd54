"""Which part of the calendar is looked at, and what somebody's own calendar programs are told."""

import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from live.models import CalendarChoice


class MonthForm(forms.Form):
    """A month of the calendar, as 2026-11."""

    month = forms.RegexField(r"^20[0-9]{2}-(0[1-9]|1[0-2])\Z", required=False)

    def first_day(self, today: datetime.date) -> datetime.date:
        """The first of the month asked for, of this month otherwise."""
        asked = self.cleaned_data["month"] if self.is_valid() else ""
        return datetime.date.fromisoformat(f"{asked}-01") if asked else today.replace(day=1)


class SinceForm(forms.Form):
    """From which day on the list goes, as 2026-11-27."""

    since = forms.DateField(input_formats=["%Y-%m-%d"], required=False)

    def first_day(self, today: datetime.date) -> datetime.date:
        """The day asked for, today otherwise; nothing of other centuries."""
        asked: datetime.date | None = self.cleaned_data["since"] if self.is_valid() else None
        return asked if asked is not None and 2000 <= asked.year < 2100 else today


class ElsewhereForm(forms.Form):
    """How much of a date other calendars learn, and whether letters come."""

    titles = forms.ChoiceField(
        label=_("What dates are called there"),
        choices=CalendarChoice.Titles.choices,
        widget=forms.RadioSelect,
        help_text=_("A calendar at work may be read by colleagues. The last two say nothing of the course, and lead to no page of it."),
    )
    by_mail = forms.BooleanField(
        label=_("Send me an invitation by letter for each date"),
        required=False,
        help_text=_(
            "One for each sitting, four weeks before it. When it moves or is cancelled, a letter changes it there too. "
            "When you end this, what is in your calendar stays as it is."
        ),
    )
