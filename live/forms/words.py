"""Words, and what is done with them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from live.forms.fields import ActForm, PlainField
from live.forms.lanes import LANGUAGE
from live.models import (
    MESSAGE_LENGTH,
    QUOTE_LENGTH,
    REASON_LENGTH,
    Reaction,
)
from lms.words import LineField

MOST_WORDS = 10  # looked for at once


class SayForm(forms.Form):
    """A message. `client_id` is the browser's name for it, `answers` the number of the message whose words (`quote`) it takes up."""

    text = PlainField(
        label=_("Your words"),
        max_length=MESSAGE_LENGTH,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2, "enterkeyhint": "send", "autocomplete": "off"}),
        error_messages={
            "required": _("There are no words here yet. A first sentence is enough."),
            "max_length": _("This is longer than one message holds (4,000 characters). Your words are still here; please divide them."),
        },
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput)
    answers = forms.IntegerField(required=False, min_value=1, max_value=2**53, widget=forms.HiddenInput)
    quote = PlainField(required=False, max_length=QUOTE_LENGTH, widget=forms.HiddenInput)
    lang = forms.RegexField(LANGUAGE, required=False, max_length=10, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("quote") and not data.get("answers"):
            raise ValidationError(_("Quoted words need the message they come from."))
        return data


class WithdrawForm(forms.Form):
    seq = forms.IntegerField(min_value=1, max_value=2**53)


class ReactForm(forms.Form):
    """An answer without words; `on` is whether it is to stand."""

    seq = forms.IntegerField(min_value=1, max_value=2**53)
    kind = forms.ChoiceField(choices=Reaction.Kind.choices)
    on = forms.BooleanField(required=False)


class BringBackForm(ActForm):
    """What a small room says in the main room."""

    text = PlainField(
        label=_("What this room brings back"),
        help_text=_("It appears in the main room as from this room, without your name."),
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={
            "required": _("There are no words here yet. A first sentence is enough."),
            "max_length": _("This is longer than one message holds (4,000 characters). Your words are still here; please divide them."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "bring_%s", **kwargs})  # stands beside the composer


class FlagForm(forms.Form):
    """What is the matter with a message."""

    seq = forms.IntegerField(min_value=1, max_value=2**53, widget=forms.HiddenInput)
    reason = PlainField(
        label=_("What is the matter with it?"),
        help_text=_("Those who facilitate read this, with your name. Who said the words learns that somebody pointed them out, not who."),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": _("Please say in a few words what is the matter.")},
    )


class SettleForm(forms.Form):
    """What a facilitator did about something that was pointed out."""

    answer = PlainField(
        label=_("What you did, or agreed"),
        help_text=_("Both read this: who pointed it out, and whose words they were. The words themselves go."),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": _("Please say in a sentence what you did.")},
    )


class RecordForm(forms.Form):
    """Which part of a record: of which room, after which number, and with which words. It comes in the address and is kept nowhere."""

    q = LineField(
        label=_("Words"),
        max_length=200,
        required=False,
        help_text=_("All of them have to be in a message."),
        error_messages={"max_length": _("Please look for fewer words at once.")},
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    room = forms.UUIDField(required=False, widget=forms.HiddenInput)
    after = forms.IntegerField(required=False, min_value=0, max_value=2**53, widget=forms.HiddenInput)

    def clean_q(self) -> str:
        words: str = self.cleaned_data["q"]
        if len(words.split()) > MOST_WORDS:
            raise ValidationError(_("Please look for fewer words at once."))
        return words


class EarlierForm(forms.Form):
    """Which page of the log: what was said before this number."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**53)
