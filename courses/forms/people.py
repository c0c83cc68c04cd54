"""Forms of the people page."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import Cohort, Group, Membership
from lms.permissions import PART_LABELS, Part
from lms.words import LineField

PARTS = [(part.value, PART_LABELS[part]) for part in Part]


class InviteForm(forms.Form):
    """Whom to ask in, as what."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("The link in the letter works only for this address."))
    part = forms.ChoiceField(label=_("Part"), choices=PARTS)

    def clean_part(self) -> Part:
        return Part(self.cleaned_data["part"])


class MemberForm(forms.Form):
    """Another part for somebody, or the end of their membership."""

    part = forms.ChoiceField(label=_("Part"), choices=PARTS)
    remove = forms.BooleanField(
        label=_("Remove from this cohort"),
        required=False,
        help_text=_("Their words stay theirs, and their own journal stays open to them. Open rooms close for them at once."),
    )

    def clean_part(self) -> Part:
        return Part(self.cleaned_data["part"])


def _name_of(membership: Membership) -> str:
    return membership.person.display_name


class GroupForm(forms.Form):
    """A peer group, triad or home team and who is in it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Group.Kind.choices)
    title = LineField(label=_("Name"), max_length=80)
    members = forms.ModelMultipleChoiceField(
        label=_("Who is in it"), queryset=Membership.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = cast("forms.ModelMultipleChoiceField[Membership]", self.fields["members"])
        members.queryset = Membership.objects.current().filter(cohort=cohort).select_related("person").order_by("person__display_name")
        members.label_from_instance = _name_of  # type: ignore[assignment]
