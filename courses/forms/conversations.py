"""One sentence that two people talked."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import Cohort, Membership
from courses.models.conversations import SENTENCE
from courses.permissions import can_have_talked
from lms.users.models import User
from lms.words import LineField


class SentenceForm(forms.Form):
    """That they talked; what about stays between them."""

    words = LineField(
        label=_("Your sentence"),
        max_length=SENTENCE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Only the two of you can read it: such as when you talked, and what stayed with you."),
        error_messages={"required": _("There are no words here yet. One sentence is enough.")},
    )


class ConversationForm(SentenceForm):
    """With whom, and the sentence."""

    other = forms.ModelChoiceField(
        label=_("With whom"),
        queryset=Membership.objects.none(),
        empty_label=_("Please choose"),
        error_messages={"required": _("Please choose with whom you talked.")},
    )
    field_order = ("other", "words")

    def __init__(self, data: Any = None, *, person: User, cohort: Cohort) -> None:
        super().__init__(data)
        other = cast("forms.ModelChoiceField[Membership]", self.fields["other"])
        other.queryset = can_have_talked(person, cohort)
        other.label_from_instance = _name_of  # type: ignore[assignment]


def _name_of(member: Membership) -> str:
    return member.person.display_name
