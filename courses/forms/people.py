"""Forms of the people page."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.forms.groups import ExerciseField
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
    """Another part for somebody, or the end of their membership; for somebody who has left, their place back."""

    part = forms.ChoiceField(label=_("Part"), choices=PARTS)
    # What stood on the page when it was opened: two people may have it open at the same time.
    seen = forms.CharField(max_length=14, required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    remove = forms.BooleanField(
        label=_("Remove from this cohort"),
        required=False,
        help_text=_("Their words stay theirs, and their own journal stays open to them. Everything else here closes for them at once."),
    )

    def __init__(self, data: Any = None, *, membership: Membership) -> None:
        self.now = "" if membership.ended_at else membership.part
        super().__init__(data, initial={"part": membership.part, "seen": self.now})
        if membership.ended_at:
            del self.fields["remove"]

    def clean_part(self) -> Part:
        return Part(self.cleaned_data["part"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("seen") != self.now:
            now = PART_LABELS[Part(self.now)] if self.now else _("no longer in this cohort")
            self.data = {**{name: self.data.get(name) for name in self.data}, "seen": self.now}  # pressed again, it is pressed knowing it
            raise forms.ValidationError(_("Somebody else changed this while the page was open. Now it is: %(now)s.") % {"now": now})
        return data


def _name_of(membership: Membership) -> str:
    return membership.person.display_name


class GroupForm(forms.Form):
    """A peer group, triad or home team and who is in it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Group.Kind.choices)
    activity = ExerciseField()
    title = LineField(label=_("Name"), max_length=80)
    members = forms.ModelMultipleChoiceField(
        label=_("Who is in it"), queryset=Membership.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("ExerciseField", self.fields["activity"]).offer(cohort)
        members = cast("forms.ModelMultipleChoiceField[Membership]", self.fields["members"])
        members.queryset = Membership.objects.current().filter(cohort=cohort).select_related("person").order_by("person__display_name")
        members.label_from_instance = _name_of  # type: ignore[assignment]
