"""What is announced, to whom, and when it goes out."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Announcement, Cohort, Group
from lms.db import local_datetime
from lms.permissions import PART_LABELS, Part
from lms.templatetags.lms import zone_words
from lms.words import LineField, WordsForm

Target = Announcement.Target
LONGEST_AHEAD = datetime.timedelta(days=730)


class CorrectionForm(WordsForm):
    """Other words for what has gone out already. `version` says which words were read."""

    title = LineField(label=_("Title"), max_length=160, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)


class AnnouncementForm(CorrectionForm):
    """A new announcement, or one that has not gone out."""

    to = forms.ChoiceField(label=_("For"))
    words_in_mail = forms.BooleanField(
        label=_("The letter carries these words"),
        required=False,
        help_text=_(
            "Otherwise it only says that there is something to read here. Mail is read on many devices, by more people than one thinks."
        ),
    )
    day = forms.DateField(
        label=_("Goes out on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Please write a day, such as 2027-03-04.")},
    )
    clock = forms.TimeField(
        label=_("At"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
        error_messages={"invalid": _("Please write a time, such as 09:30.")},
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        self.groups = {f"group:{group.pk}": group for group in Group.objects.current().filter(cohort=cohort)}
        parts = [(f"part:{part.value}", PART_LABELS[part]) for part in Part]
        groups = [(key, group.title) for key, group in self.groups.items()]
        choices: list[Any] = [(Target.COHORT.value, Target.COHORT.label), (_("Everybody with one part"), parts)]
        if self.is_for_nobody(groups):  # nothing is chosen for whoever only looks at the rest
            choices = [("", _("Please choose whom it is for")), *choices]
        self.fields["to"].choices = [*choices, (_("A group"), groups)] if groups else choices  # type: ignore[attr-defined]
        zone = {"zone": zone_words(cohort.time_zone)}
        self.fields["day"].help_text = _("Leave both empty to send it now.")
        self.fields["clock"].help_text = _("By the clock where the course is held (%(zone)s).") % zone

    def is_for_nobody(self, groups: list[tuple[str, str]]) -> bool:
        """It was for a group that is no more."""
        to = str(self.initial.get("to", ""))
        return to.startswith("group:") and to not in dict(groups)

    @staticmethod
    def shows(announcement: Announcement) -> dict[str, Any]:
        """What stands in the fields of one that has not gone out."""
        to = {
            Target.GROUP: f"group:{announcement.group_id}",
            Target.PART: f"part:{announcement.part}",
        }.get(Target(announcement.target), Target.COHORT.value)
        shown = {"to": to, "words_in_mail": announcement.words_in_mail}
        if announcement.goes_at <= timezone.now():
            return shown  # it is late; both empty means now
        at = announcement.local_goes_at
        return {**shown, "day": at.date(), "clock": at.time()}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        day, clock = data.get("day"), data.get("clock")
        if "day" in data and "clock" in data and (day is None) != (clock is None):
            self.add_error("clock" if clock is None else "day", _("Please write both the day and the time, or neither."))
        data["goes_at"] = local_datetime(day, clock, self.cohort.time_zone) if day and clock else None
        if data["goes_at"] is not None and not self._is_ahead(data["goes_at"]):
            self.add_error("day", _("This moment has passed, or is years away. Leave day and time empty to send it now."))
        return data

    @staticmethod
    def _is_ahead(moment: datetime.datetime) -> bool:
        now = timezone.now()
        return now < moment < now + LONGEST_AHEAD

    def said(self) -> dict[str, Any]:
        """What the actions take, but for the names of the try and of the version."""
        data = self.cleaned_data
        kind, _sign, which = data["to"].partition(":")
        group: Group | None = self.groups.get(data["to"])
        fields = {"title": data["title"], "html": data["html"], "words_in_mail": data["words_in_mail"], "goes_at": data["goes_at"]}
        return {**fields, "target": kind, "group": group, "part": which if kind == Target.PART else ""}


class PlaceForm(forms.Form):
    """Where in the list a page begins: before this announcement."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
