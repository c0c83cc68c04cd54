"""What somebody looks for in the forums. It comes in the address, so that results can be gone back to; it is kept nowhere."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from forums.finding.posts import Wanted, words_of
from forums.forms.threads import BIGGEST_ID
from forums.models import Forum
from lms.words import LineField

FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2100, 12, 31)  # further away no zone has midnights
MOST_WORDS = 10


def _day(label: Any) -> forms.DateField:
    far = _("This day is too far away.")
    widget = forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")
    validators = [MinValueValidator(FIRST_DAY, far), MaxValueValidator(LAST_DAY, far)]
    return forms.DateField(label=label, required=False, widget=widget, validators=validators)


class FindForm(forms.Form):
    """`authors` are those who have spoken by name in what this person sees: (id, name)."""

    q = LineField(
        label=_("Words"),
        max_length=200,
        required=False,
        error_messages={"max_length": _("Please look for fewer words at once.")},
        help_text=_("All of them have to be in a post."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    author = forms.TypedChoiceField(
        label=_("Who said it"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("Please choose one of the names.")},
    )
    from_on = _day(_("From"))
    until_on = _day(_("Until"))
    has_file = forms.BooleanField(label=_("Only with a picture or file"), required=False)

    field_order = ["q", "author", "in", "from_on", "until_on", "has_file"]

    def __init__(self, *args: Any, forums: list[Forum], authors: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._forums = {forum.pk: forum for forum in forums}
        everywhere = [("", _("All forums you meet")), *((forum.pk, forum.name) for forum in forums)]
        self.fields["in"] = forms.TypedChoiceField(  # a word of Python's own
            label=_("Forum"),
            required=False,
            coerce=int,
            empty_value=None,
            choices=everywhere,
            error_messages={"invalid_choice": _("Please choose one of the forums.")},
        )
        self.fields["author"].choices = [("", _("Anybody")), *authors]  # type: ignore[attr-defined]
        if len(forums) < 2:
            del self.fields["in"]
        self.order_fields(self.field_order)

    def clean_q(self) -> str:
        words: str = self.cleaned_data["q"]
        if words and not words_of(words):
            raise ValidationError(_("Please write a word to look for."))
        if len(words_of(words)) > MOST_WORDS:
            raise ValidationError(_("Please look for fewer words at once."))
        return words

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("from_on") and data.get("until_on") and data["from_on"] > data["until_on"]:
            self.add_error("until_on", _("This day is before the first."))
        return data

    def wanted(self) -> Wanted:
        """Only after validation."""
        data = self.cleaned_data
        return Wanted(
            words=words_of(data["q"]),
            author=data["author"],
            forum=self._forums.get(data.get("in") or 0),
            from_on=data["from_on"],
            until_on=data["until_on"],
            with_files=data["has_file"],
        )


class FindPlaceForm(forms.Form):
    """?before=<post>: what was said before it."""

    before = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST_ID)

    def key(self) -> int | None:
        """What makes no sense is as good as absent."""
        return self.cleaned_data["before"] if self.is_valid() else None
