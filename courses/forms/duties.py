"""Who is on duty, from when until when."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.answering import able_people
from courses.models import Cohort
from lms.permissions import PART_LABELS, Part
from lms.users.models import User

LONGEST = datetime.timedelta(days=400)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Please write a day, such as 2027-03-04."), "required": _("Please choose a day.")},
    )


class DutyForm(forms.Form):
    """By the days where the course is held."""

    person = forms.ChoiceField(label=_("Who"), error_messages={"required": _("Please choose somebody.")})
    from_on = _day(_("From"))
    until_on = _day(_("Until, and on that day too"))

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        self.people: dict[str, User] = {}
        choices: list[Any] = [("", _("Choose somebody"))]
        for member in able_people(cohort):
            self.people[str(member.person_id)] = member.person
            choices.append((str(member.person_id), f"{member.person.display_name} ({PART_LABELS[Part(member.part)]})"))
        self.fields["person"].choices = choices  # type: ignore[attr-defined]

    def clean_person(self) -> User:
        return self.people[self.cleaned_data["person"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("from_on"), data.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", _("The last day is before the first."))
        elif last and last < self.cohort.today():
            self.add_error("until_on", _("These days are over."))
        elif first and last and last - first > LONGEST:
            self.add_error("until_on", _("That is more than a year. Please choose fewer days."))
        return data
