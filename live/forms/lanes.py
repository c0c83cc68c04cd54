"""Languages beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

from live.forms.fields import PlainField
from live.models import (
    MESSAGE_LENGTH,
    LaneChoice,
    language_name,
)

LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4})?$"


class InterpretForm(forms.Form):
    """A translation of message `of` into a lane."""

    text = PlainField(
        label=_("Your translation"),
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages={
            "required": _("There are no words here yet. A first sentence is enough."),
            "max_length": _("This is longer than one message holds (4,000 characters). Your words are still here; please divide them."),
        },
    )
    lang = forms.RegexField(LANGUAGE, label=_("Lane"), max_length=10)
    client_id = forms.UUIDField(widget=forms.HiddenInput)
    of = forms.IntegerField(min_value=1, max_value=2**53, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "translate_%s", **kwargs})  # stands beside a form with words of its own


class LaneForm(forms.Form):
    """What somebody reads: "" as it was said, "fr" that lane, "+fr" both."""

    reads = forms.RegexField(r"^(\+?[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4})?)?$", label=_("Read"), required=False, max_length=11)

    @classmethod
    def of(cls, languages: Sequence[str], chosen: LaneChoice) -> LaneForm:
        """With the choices of this room."""
        choices: list[tuple[str, Any]] = [("", _("As it was said"))]
        for lang in languages:
            words = {"language": language_name(lang)}
            choices += [(lang, _("%(language)s") % words), (f"+{lang}", _("%(language)s and as it was said") % words)]
        form = cls(initial={"reads": f"{'+' if chosen.original else ''}{chosen.lang}" if chosen.lang in languages else ""})
        form.fields["reads"].widget = forms.Select(choices=choices, attrs={"class": "short"})
        return form

    def choice(self) -> dict[str, Any]:
        """Only after validation."""
        reads = self.cleaned_data["reads"]
        return {"lang": reads.lstrip("+"), "original": reads.startswith("+")}


class LanesForm(forms.Form):
    """Which lanes a seminar has."""

    first = forms.ChoiceField(label=_("First language"), required=False)
    second = forms.ChoiceField(label=_("Second language"), required=False)
    third = forms.ChoiceField(label=_("Third language"), required=False)
    consecutive = forms.BooleanField(
        label=_("A turn ends when the interpreter says so"),
        help_text=_("In a round: who has the turn finishes, then the interpreter does."),
        required=False,
    )

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted({*LANG_INFO, *languages} - {"en", "en-au", "en-gb"}, key=lambda code: language_name(code).casefold())
        for number, name in enumerate(("first", "second", "third")):
            self.fields[name].choices = [("", _("None")), *((code, language_name(code)) for code in known)]  # type: ignore[attr-defined]
            self.fields[name].initial = languages[number] if number < len(languages) else ""

    def languages(self) -> list[str]:
        """Only after validation."""
        return [self.cleaned_data[name] for name in ("first", "second", "third") if self.cleaned_data[name]]
