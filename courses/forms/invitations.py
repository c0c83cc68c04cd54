"""Forms of the ways into a cohort that let in several people: a list of addresses and a link."""

import datetime
import json
import uuid
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from courses.invited_lists import LARGEST, MOST_LINES, Row, Table, read_list
from courses.models import Cohort
from courses.models.invitations import LONGEST, MOST_USES
from lms.db import local_datetime
from lms.permissions import LINK_PARTS, PART_LABELS, Part
from lms.users.models import new_token
from lms.words import one_line

PARTS = [(part.value, PART_LABELS[part]) for part in Part]
LAST_MINUTE = datetime.time(23, 59)
SALT = "courses.invitation_link"
A_DAY = 24 * 60 * 60  # seconds: how long the page that makes a link may stay open


class ListForm(forms.Form):
    """A file of addresses. `cleaned_data["file"]` is the table that stands in it."""

    file = forms.FileField(
        label=_("The list, as CSV"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        help_text=_("Its first line names the columns: “email”, and “part” if you like. Other columns are not read."),
        error_messages={
            "required": _("Please choose a file."),
            "missing": _("Please choose a file."),
            "invalid": _("The file did not arrive. Please choose it once more."),
            "empty": _("This file is empty. Please look whether it is the right one."),
        },
    )
    otherwise = forms.ChoiceField(label=_("Part of whoever has none in the list"), choices=PARTS, initial=Part.TRAINEE)

    def clean_otherwise(self) -> Part:
        return Part(self.cleaned_data["otherwise"])

    def clean_file(self) -> Table:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:  # what is much larger was not even held: lms.files.upload
            return read_list(b" " * (LARGEST + 1))
        return read_list(file.read())


class InviteListForm(forms.Form):
    """The press that invites everybody on a list that was looked at: it comes back with the press, and is looked at anew."""

    lines = forms.CharField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), max_length=2 * LARGEST)
    otherwise = forms.ChoiceField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), choices=PARTS)
    client_id = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    @classmethod
    def of(cls, table: Table, otherwise: Part) -> "InviteListForm":
        """For the page that shows what would happen."""
        lines = json.dumps([[row.line, row.email, row.part] for row in table.rows])
        return cls(initial={"lines": lines, "otherwise": otherwise, "client_id": uuid.uuid4()})

    def clean_otherwise(self) -> Part:
        return Part(self.cleaned_data["otherwise"])

    def clean_lines(self) -> Table:
        try:
            rows = [
                Row(int(line), one_line(str(email)).lower(), one_line(str(part))) for line, email, part in json.loads(self.data["lines"])
            ]
            "".join(row.email + row.part for row in rows).encode()  # half a surrogate pair is no text
        except (TypeError, ValueError, OverflowError, RecursionError):
            rows = []
        if not 0 < len(rows) <= MOST_LINES:
            raise forms.ValidationError(_("The list did not arrive whole. Please choose the file once more."))
        return Table(rows, [])


class LinkForm(forms.Form):
    """A link with an end and a number of uses. Its token comes with the form, signed, so that a second press makes no second link."""

    part = forms.ChoiceField(
        label=_("Part of whoever comes in by it"),
        choices=[(part.value, PART_LABELS[part]) for part in Part if part in LINK_PARTS],
        help_text=_("Trainers, coordinators and aftercare contacts see other people's affairs; they are invited by letter only."),
    )
    uses = forms.IntegerField(label=_("For how many people"), min_value=1, max_value=MOST_USES, initial=10)
    ends_on = forms.DateField(
        label=_("Its last day"),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Please write a day, such as 2027-03-31.")},
    )
    made = forms.CharField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, data: Any = None, *, cohort: Cohort) -> None:
        today = cohort.today()
        self.last_day = today + LONGEST - datetime.timedelta(days=1)
        self.cohort = cohort
        fresh = {"ends_on": today + datetime.timedelta(days=14), "made": signing.dumps(new_token(), salt=SALT)}
        super().__init__(data, initial=fresh)

    def clean_part(self) -> Part:
        return Part(self.cleaned_data["part"])

    def clean_ends_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["ends_on"]
        if not self.cohort.today() <= day <= self.last_day:
            words = {"last": date_format(self.last_day, "j F Y")}
            raise forms.ValidationError(_("Please choose a day from today to %(last)s.") % words)
        return day

    def clean_made(self) -> str:
        """The token itself."""
        try:
            token: str = signing.loads(self.cleaned_data["made"], salt=SALT, max_age=A_DAY)
        except signing.BadSignature:
            raise forms.ValidationError(_("This page was open for long. Please open it anew and make the link there.")) from None
        return token

    def ends_at(self) -> datetime.datetime:
        """The end of its last day where the course is held."""
        return local_datetime(self.cleaned_data["ends_on"], LAST_MINUTE, self.cohort.time_zone)


class JoinForm(forms.Form):
    """An address to which a letter goes."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("A letter with your own way in goes there, so that we know the address is yours."),
    )
