"""Questions beside a talk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from live.forms.fields import PlainField
from live.models import (
    QUESTION_LENGTH,
    SENTENCE_LENGTH,
)
from lms.users.models import User


def _words(label: Any, longest: int, rows: int, empty: Any) -> PlainField:
    return PlainField(
        label=label,
        max_length=longest,
        strip=False,
        widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off"}),
        error_messages={"required": empty, "max_length": _("This is too long for here. Your words are still there; please shorten them.")},
    )


class QuestionForm(forms.Form):
    """A question beside a talk. client_id is the browser's name for it, so a retry asks once."""

    text = _words(_("Your question"), QUESTION_LENGTH, 3, _("There are no words here yet. A first sentence is enough."))
    client_id = forms.UUIDField(widget=forms.HiddenInput)


class AfterForm(forms.Form):
    """After which question a page of them goes on."""

    after = forms.UUIDField()


class TakeUpForm(forms.Form):
    """A sentence of one's own to somebody else's question."""

    text = _words(_("Your sentence"), SENTENCE_LENGTH, 2, _("There are no words here yet. One sentence is enough."))


class SetAsideForm(forms.Form):
    """Why a question is not brought in; whoever asked reads it."""

    text = _words(_("Why, for whoever asked"), SENTENCE_LENGTH, 2, _("Please say why: whoever asked reads it."))


class SlowForm(forms.Form):
    seconds = forms.TypedChoiceField(
        label=_("Between two messages of one person"),
        coerce=int,
        choices=[(0, _("nothing")), (30, _("30 seconds")), (60, _("1 minute")), (120, _("2 minutes")), (300, _("5 minutes"))],
    )


class HostForm(forms.Form):
    """Who looks after the questions with those who facilitate."""

    person = forms.ModelChoiceField(label=_("Who"), queryset=User.objects.none(), empty_label=None)
    hosts = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, people: QuerySet[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["person"].label_from_instance = lambda person: person.display_name  # type: ignore[attr-defined]
