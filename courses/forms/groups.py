"""Groups: a plan for all of them, an exchange, a date, a wish."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.conf.locale import LANG_INFO
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.dividing import Rules
from courses.models import Activity, Cohort, Group, GroupWish, Membership
from courses.models.groups import MOST_WISHES
from courses.years import year_of
from lms.db import local_datetime
from lms.permissions import Part
from lms.words import LineField

HIDDEN = forms.HiddenInput(attrs={"autocomplete": "off"})
LANGUAGES = sorted((code, info["name_local"]) for code, info in LANG_INFO.items() if "name_local" in info and "-" not in code)
NUMBERS = range(1, 31)


def _name_of(member: Membership) -> str:
    return member.person.display_name


class ClientForm(forms.Form):
    """`client_id` is the browser's name for a try: the same try twice is done once."""

    client_id = forms.UUIDField(widget=HIDDEN, required=False, initial=uuid.uuid4)

    def clean_client_id(self) -> uuid.UUID:
        return self.cleaned_data.get("client_id") or uuid.uuid4()


class ExerciseField(forms.TypedChoiceField):
    """The exercise that triads are for, if they are for one. After validation the activity, or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("For triads: the exercise"), required=False, empty_value=None, **kwargs)
        self.exercises: dict[str, Activity] = {}
        self.coerce = self.exercises.get

    def offer(self, cohort: Cohort) -> None:
        """Everything that is done together in this cohort's course."""
        together = (Activity.Type.EXERCISE, Activity.Type.LIVE)
        self.exercises |= {str(one.pk): one for one in year_of(cohort).activities if one.type in together}
        named = [(pk, f"{one.module.number}. {one.title}") for pk, one in self.exercises.items()]
        self.choices = [("", _("For no exercise in particular")), *named]


class DivideForm(ClientForm):
    """How people are to be divided."""

    KINDS = [(kind.value, kind.label) for kind in (Group.Kind.PEER_GROUP, Group.Kind.TRIAD)]

    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    activity = ExerciseField()
    size = forms.IntegerField(label=_("People in a group"), min_value=2, max_value=12, initial=4)
    teams_apart = forms.BooleanField(label=_("Not two of one home team together"), required=False, initial=True)
    languages = forms.BooleanField(label=_("A language in common"), required=False, initial=True)
    zones = forms.BooleanField(label=_("Clocks close to each other"), required=False, initial=True)
    wishes = forms.BooleanField(label=_("With whom they wish to be"), required=False, initial=True)

    def __init__(self, data: Any = None, *, cohort: Cohort) -> None:
        super().__init__(data)
        cast("ExerciseField", self.fields["activity"]).offer(cohort)

    def rules(self) -> Rules:
        return Rules(**{name: self.cleaned_data[name] for name in ("teams_apart", "languages", "zones", "wishes")})

    def of_kind(self) -> tuple[Group.Kind, Activity | None]:
        kind = Group.Kind(self.cleaned_data["kind"])
        return kind, self.cleaned_data["activity"] if kind == Group.Kind.TRIAD else None


class PlacesForm(forms.Form):
    """The number of a group for each person; 0 is none for now."""

    def __init__(self, data: Any = None, *, members: Sequence[Membership], groups: Sequence[Sequence[int]] = ()) -> None:
        super().__init__(data)
        self.members = list(members)
        numbers = {pk: number for number, group in enumerate(groups, start=1) for pk in group}
        for member in self.members:
            self.fields[f"place_{member.pk}"] = forms.TypedChoiceField(
                label=member.person.display_name,
                coerce=int,
                choices=[(0, _("In none for now")), *((number, str(number)) for number in NUMBERS)],
                initial=numbers.get(member.pk, 0),
                widget=forms.Select(attrs={"class": "short"}),
            )

    def groups(self) -> list[list[int]]:
        """Only after validation; without those that nobody is in."""
        found: dict[int, list[int]] = {}
        for member in self.members:
            if number := self.cleaned_data[f"place_{member.pk}"]:
                found.setdefault(number, []).append(member.pk)
        return [found[number] for number in sorted(found)]

    def wanted(self) -> dict[str, str]:
        """As it stands in the fields, for a form that shows the same again."""
        return {name: str(value) for name, value in self.cleaned_data.items()}


class ExchangeForm(ClientForm):
    """Who goes where."""

    member = forms.TypedChoiceField(label=_("Who goes"), coerce=str)
    went_to = forms.ModelChoiceField(label=_("To which group"), queryset=Group.objects.none(), empty_label=_("Please choose"))
    swapped_with = forms.TypedChoiceField(label=_("In exchange for"), coerce=str, required=False)
    note = LineField(
        label=_("A note for both groups"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Everybody in the two groups reads it."),
    )

    def __init__(self, data: Any = None, *, cohort: Cohort) -> None:
        super().__init__(data)
        groups = Group.objects.current().filter(cohort=cohort).exclude(kind=Group.Kind.HOME_TEAM).select_related("activity")
        target = cast("forms.ModelChoiceField[Group]", self.fields["went_to"])
        target.queryset = groups
        self.places: dict[str, tuple[Group, Membership]] = {}
        choices: list[tuple[str, list[tuple[str, str]]]] = []
        for group in groups.prefetch_related("members__person"):
            current = sorted((one for one in group.members.all() if one.ended_at is None), key=_name_of)
            keys = {f"{group.pk}:{one.pk}": (group, one) for one in current}
            self.places |= keys
            choices.append((group.title, [(key, _name_of(one)) for key, (_group, one) in keys.items()]))
        for name, empty in (("member", _("Please choose")), ("swapped_with", _("Nobody: only one goes"))):
            cast("forms.TypedChoiceField", self.fields[name]).choices = [("", empty), *choices]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        back, target = self.places.get(data.get("swapped_with") or ""), data.get("went_to")
        if back and target and back[0].pk != target.pk:
            self.add_error("swapped_with", _("They are not in the group that the other one goes to."))
        return data

    def exchange(self) -> dict[str, Any]:
        """What `exchange_member` takes."""
        data = self.cleaned_data
        came_from, member = self.places[data["member"]]
        swapped = self.places[data["swapped_with"]][1] if data["swapped_with"] else None
        fields = {"came_from": came_from, "member": member, "swapped_with": swapped}
        return fields | {name: data[name] for name in ("went_to", "note", "client_id")}


class GroupDateForm(ClientForm):
    """A day and two times by the clock of whoever writes it. After validation `starts_at` and `ends_at`."""

    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Please write a day, such as 2028-12-31.")},
    )
    begins = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"))
    ends = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"))
    about = LineField(
        label=_("What for, if you want to say"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not all(data.get(name) for name in ("day", "begins", "ends")):
            return data
        zone = timezone.get_current_timezone_name()
        ends_on = data["day"] + datetime.timedelta(days=1) if data["ends"] < data["begins"] else data["day"]  # past midnight
        if data["ends"] == data["begins"]:
            self.add_error("ends", _("It ends when it begins. Please choose a later time."))
            return data
        data["starts_at"] = local_datetime(data["day"], data["begins"], zone)
        data["ends_at"] = local_datetime(ends_on, data["ends"], zone)
        hours = (data["ends_at"] - data["starts_at"]) / datetime.timedelta(hours=1)
        if not 0 < hours <= 8:
            self.add_error("ends", _("A date is at most eight hours long. Please look at the times again."))
        return data

    def date(self) -> dict[str, Any]:
        """What `set_date` takes."""
        return {name: self.cleaned_data[name] for name in ("starts_at", "ends_at", "about", "client_id")}


class WishForm(forms.Form):
    """With whom, and in which languages."""

    people = forms.ModelMultipleChoiceField(
        label=_("With whom you would like to be"),
        queryset=Membership.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Three people at most, or nobody. Only you, the trainers and the coordinators know."),
    )
    first = forms.ChoiceField(label=_("A language you talk in with ease"), required=False)
    second = forms.ChoiceField(label=_("Another one"), required=False)
    third = forms.ChoiceField(label=_("And another"), required=False)

    def __init__(self, data: Any = None, *, cohort: Cohort, mine: Membership, wish: GroupWish | None) -> None:
        names = ("first", "second", "third")
        initial: dict[str, Any] = dict(zip(names, wish.languages if wish else [], strict=False))
        initial["people"] = list(wish.people.all()) if wish else []
        super().__init__(data, initial=initial)
        field = cast("forms.ModelMultipleChoiceField[Membership]", self.fields["people"])
        trainees = Membership.objects.current().filter(cohort=cohort, part=Part.TRAINEE).exclude(pk=mine.pk)
        field.queryset = trainees.select_related("person").order_by("person__display_name")
        field.label_from_instance = _name_of  # type: ignore[assignment]
        for name in names:
            cast("forms.ChoiceField", self.fields[name]).choices = [("", _("None")), *LANGUAGES]

    def clean_people(self) -> Any:
        people = self.cleaned_data["people"]
        if len(people) > MOST_WISHES:
            raise forms.ValidationError(_("Please choose three people at most."))
        return people

    def wish(self) -> dict[str, Any]:
        """What the action `wish` takes."""
        languages = [self.cleaned_data[name] for name in ("first", "second", "third") if self.cleaned_data[name]]
        return {"people": list(self.cleaned_data["people"]), "languages": list(dict.fromkeys(languages))}


class WishesUntilForm(forms.Form):
    """Until when wishes are asked for."""

    until = forms.DateField(
        label=_("Until the end of"),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Please write a day, such as 2028-12-31.")},
    )
