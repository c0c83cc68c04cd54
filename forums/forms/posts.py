"""What comes in about one post: other words for it, a quiet reaction, the beginning of a name."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forums.forms.threads import BIGGEST_ID
from forums.models import Reaction
from lms.words import WordsForm


class EditForm(WordsForm):
    """Other words for a post that stands; `asks_why` if others have answered it."""

    use_required_attribute = False  # our sentence says more than a browser's

    why = forms.CharField(
        label=_("Why you change them"),
        help_text=_("Others have answered these words. A few words tell them why they read differently now."),
        max_length=200,
        error_messages={
            "required": _("Others have answered these words. Please say in a few words why you change them."),
            "max_length": _("There is room for %(limit_value)d characters here; this has %(show_value)d."),
        },
    )

    def __init__(self, *args: Any, asks_why: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_why:
            del self.fields["why"]


class ReactionForm(forms.Form):
    """One button was pressed: `react` says this kind, `take_back` no longer does. Pressed twice it is the same."""

    react = forms.ChoiceField(choices=Reaction.Kind.choices, required=False)
    take_back = forms.ChoiceField(choices=Reaction.Kind.choices, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if bool(data.get("react")) == bool(data.get("take_back")):
            raise forms.ValidationError(_("Please press one of the three words."))
        return data


class EarlierPlaceForm(forms.Form):
    """?before=<revision>: the changes before it."""

    before = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)

    def place(self) -> int | None:
        """What makes no sense is as good as absent."""
        self.is_valid()
        return self.cleaned_data.get("before")


class NameForm(forms.Form):
    """?q=<the beginning of a name>"""

    q = forms.CharField(required=False, max_length=80)
