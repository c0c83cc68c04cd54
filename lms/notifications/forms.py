"""What somebody chooses about being told, and what their browser sends."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from lms.notifications import pushing
from lms.notifications.models import Notice, Preference

DAYS = list(WEEKDAYS.items())
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


def _hour(label: Any, help_text: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=HOURS, coerce=int, help_text=help_text)


NEVER_BY_LETTER = {Notice.Kind.SOON}  # a letter would come too late
OWN_LETTER = {Notice.Kind.DATES}  # one that comes in any case: nobody should stand before a closed door
FORMER = {Notice.Kind.CHANGED}  # nothing new is told under this name; a moved or called off talk is a changed date
REMINDERS = [
    ("remind_week", _("A week before")),
    ("remind_day", _("The day before")),
    ("remind_soon", _("Ten minutes before the room begins")),
]


def _kinds(label: Any, without: Collection[str] = FORMER) -> forms.MultipleChoiceField:
    choices = [(kind, words) for kind, words in Notice.Kind.choices if kind not in without]
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


class PreferenceForm(forms.Form):
    mail = forms.ChoiceField(label=_("Letters"), choices=Preference.Mail.choices, widget=forms.RadioSelect)
    hour = _hour(_("Hour of the letter"), _("For once a day and once a week, by the clock where you are."))
    weekday = forms.TypedChoiceField(
        label=_("Day of the letter"), choices=list(WEEKDAYS.items()), coerce=int, help_text=_("For once a week.")
    )
    mail_kinds = _kinds(_("A letter tells me of"), without=NEVER_BY_LETTER | OWN_LETTER | FORMER)
    push_kinds = _kinds(_("My browser tells me of"))
    reminders = forms.MultipleChoiceField(
        label=_("Remind me of live days"),
        choices=REMINDERS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("With what to read before, the room, and where you left off. A change of a date comes in any case, by one letter."),
    )
    quiet_from = _hour(_("Quiet from"), _("Nothing comes at once in these hours; it comes when they are over."))
    quiet_until = _hour(_("Quiet until"), _("The same hour twice means: no quiet hours."))
    asked_afterwards = forms.BooleanField(
        label=_("Ask me once, two days after a live day, how I am"),
        required=False,
        help_text=_("Only days on which you were there, and only where to turn to. Nobody sees whether you open it."),
    )

    @classmethod
    def showing(cls, chosen: Preference, data: Any = None) -> "PreferenceForm":
        """With what holds now; what is kept are the kinds somebody does not want, so that new kinds are told."""
        initial = {name: getattr(chosen, name) for name in ("mail", "hour", "weekday", "quiet_from", "quiet_until", "asked_afterwards")}
        kinds = set(Notice.Kind.values) - FORMER
        by_letter = kinds - set(chosen.no_mail) - NEVER_BY_LETTER - OWN_LETTER
        initial |= {"mail_kinds": list(by_letter), "push_kinds": list(kinds - set(chosen.no_push))}
        initial["reminders"] = [name for name, _words in REMINDERS if getattr(chosen, name)]
        return cls(data, initial=initial)

    def choices(self) -> dict[str, Any]:
        """What `actions.preferences.prefer` takes."""
        chosen = dict(self.cleaned_data)
        for field, kept in (("mail_kinds", "no_mail"), ("push_kinds", "no_push")):
            wanted = chosen.pop(field)
            chosen[kept] = [kind for kind in Notice.Kind.values if kind not in wanted]
        wanted = chosen.pop("reminders")
        return chosen | {name: name in wanted for name, _words in REMINDERS}


class BrowserForm(forms.Form):
    """What a browser says of itself when somebody lets us ring it."""

    endpoint = forms.CharField(max_length=1000)
    p256dh = forms.CharField(max_length=100)
    auth = forms.CharField(max_length=40)

    def clean_endpoint(self) -> str:
        endpoint: str = self.cleaned_data["endpoint"]
        if not pushing.is_service(endpoint):
            raise ValidationError(_("This browser cannot be rung from here."))
        return endpoint

    def clean(self) -> None:
        keys = [self.cleaned_data.get(name, "") for name in ("p256dh", "auth")]
        if not pushing.is_browser_key(*keys):
            raise ValidationError(_("This browser cannot be rung from here."))


class BrowserNameForm(forms.Form):
    """Which browser is meant; none named means all of them."""

    endpoint = forms.CharField(max_length=1000, required=False)


class PlaceForm(forms.Form):
    """Where in the list a page begins: before this notice."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
