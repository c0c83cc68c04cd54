"""What somebody writes about the agreement, and how they sign it."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import Passage
from courses.models.agreements import LONGEST_REMARK, LONGEST_TITLE, LONGEST_WHY, LONGEST_WORDS, Covers
from lms.words import LineField, LinesField

_BIG = 2**31 - 1
_LINE = {"autocomplete": "off"}


def _why(label: Any, help_text: Any = "") -> LinesField:
    widget = forms.Textarea(attrs={"rows": 2, "autocomplete": "off"})
    return LinesField(label=label, max_length=LONGEST_WHY, required=False, widget=widget, help_text=help_text)


class ClientForm(forms.Form):
    """client_id is the browser's name for what is sent: a second press changes nothing."""

    client_id = forms.UUIDField(widget=forms.HiddenInput(attrs=_LINE), required=False, initial=uuid.uuid4)

    def clean_client_id(self) -> uuid.UUID:
        return self.cleaned_data.get("client_id") or uuid.uuid4()


class PassageForm(ClientForm):
    """A passage as somebody would have it."""

    title = LineField(label=_("Heading"), max_length=LONGEST_TITLE, widget=forms.TextInput(attrs=_LINE))
    words = LinesField(
        label=_("Words"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
        help_text=_("Plain sentences. An empty line begins a new paragraph."),
    )
    why = _why(_("Why"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=_BIG)


class NewPassageForm(PassageForm):
    """One more passage, and where it is to stand."""

    after = forms.TypedChoiceField(label=_("Where"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, passages: Sequence[Passage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(str(one.pk), _("After %(number)s. %(title)s") % {"number": one.position, "title": one.title}) for one in passages]
        self.fields["after"].choices = [("", _("At the end")), *places]  # type: ignore[attr-defined]
        self.order_fields(["title", "words", "after", "why"])


class RemovalForm(ClientForm):
    """To take a passage out."""

    why = _why(_("Why"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=_BIG)


class RemarkForm(ClientForm):
    words = LinesField(label=_("What do you want to say?"), max_length=LONGEST_REMARK, widget=forms.Textarea(attrs={"rows": 3, **_LINE}))


class AnswerForm(forms.Form):
    """A proposal is taken up, perhaps in words that bring two changes together, or it is not."""

    TAKE, LEAVE = "take", "leave"

    act = forms.ChoiceField(choices=[(TAKE, TAKE), (LEAVE, LEAVE)], widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=_BIG)
    title = LineField(label=_("Heading"), max_length=LONGEST_TITLE, required=False, widget=forms.TextInput(attrs=_LINE))
    words = LinesField(label=_("Words"), max_length=LONGEST_WORDS, required=False)
    answer = _why(_("Why it is not taken up"), _("A sentence for whoever proposed it; everybody in the cohort can read it."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("act") == self.LEAVE and "answer" in data and not data["answer"]:
            self.add_error("answer", _("Please say in a sentence why."))
        return data


class FreezeForm(forms.Form):
    """Where the text speaks of what it has to speak of. `text` says which text was read."""

    text = forms.CharField(max_length=1000, widget=forms.HiddenInput, required=False)
    note = _why(_("What is different now"), _("A sentence for those who signed before. You can leave it empty."))

    def __init__(self, data: Any = None, *, passages: Sequence[Passage]) -> None:
        super().__init__(data)
        places = [("", _("Nowhere yet")), *((str(one.pk), f"{one.position}. {one.title}") for one in passages)]
        for key, label in Covers.choices:
            spoken = next((one.pk for one in passages if key in one.covers), None)
            self.fields[key] = forms.TypedChoiceField(
                label=str(label)[0].upper() + str(label)[1:],
                choices=places,
                coerce=int,
                initial=spoken,
                error_messages={
                    "required": _("The text does not say this yet. Please add it, then freeze."),
                    "invalid_choice": _("That passage is no longer in the text. Please choose again."),
                },
            )
        self.order_fields([*Covers.values, "note"])

    def covers(self) -> dict[str, int]:
        return {key: self.cleaned_data[key] for key in Covers.values}


class SignForm(forms.Form):
    """Somebody's own name, below the version that they have read."""

    name = LineField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs=_LINE),
        help_text=_("Type it as you would write it below a letter. Everybody in this cohort sees it here, with today's date."),
    )
    keeps = forms.BooleanField(
        label=_("I have read this agreement, and I will keep it"),
        error_messages={
            "required": _("Please say that you have read it and will keep it. If something stands in the way, propose other words.")
        },
    )
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=30_000)
