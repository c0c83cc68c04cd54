"""When an activity opens: chosen by who prepares the course."""

from __future__ import annotations

import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import Activity, Cohort, Group, Release
from courses.releasing import Wanted
from courses.years import year_of

DAY = forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")
NOT_A_DAY = {"invalid": _("Please write a day, such as 2028-12-31.")}


class ReleaseForm(forms.Form):
    """One way, and what it needs. After validation `wanted` says it."""

    way = forms.ChoiceField(label=_("It opens"), choices=Release.Way.choices, widget=forms.RadioSelect)
    opens_on = forms.DateField(label=_("On this day"), required=False, widget=DAY, error_messages=NOT_A_DAY)
    after = forms.TypedChoiceField(label=_("After this is done"), coerce=int, required=False, empty_value=None)
    opened = forms.BooleanField(label=_("Open now"), required=False, help_text=_("For “When you open it”. You can close it again."))
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, data: Any = None, *, cohort: Cohort, activity: Activity, release: Release | None) -> None:
        super().__init__(data, initial=_as_it_stands(release))
        after = cast("forms.TypedChoiceField", self.fields["after"])
        after.choices = [("", _("Nothing chosen")), *_by_block([one for one in year_of(cohort).activities if one.pk != activity.pk])]
        self.groups = list(Group.objects.current().filter(cohort=cohort, activity=None).order_by("kind", "title"))
        days = {one.group_id: one.opens_on for one in release.groups.all()} if release else {}
        for group in self.groups:
            chosen, day = self.names(group.pk)
            words = {"group": group.title}
            self.fields[chosen] = forms.BooleanField(label=group.title, required=False, initial=group.pk in days)
            self.fields[day] = forms.DateField(
                label=_("Day for %(group)s (empty: with the block)") % words,
                required=False,
                widget=DAY,
                error_messages=NOT_A_DAY,
                initial=days.get(group.pk),
            )

    @staticmethod
    def names(group: int) -> tuple[str, str]:
        """The fields of a group: whether it opens for it, and its day."""
        return f"group_{group}", f"group_{group}_on"

    def has_seen(self, release: Release) -> None:
        """Whoever sends this form once more knows how it stands."""
        self.data = {name: self.data[name] for name in self.data} | {"version": str(release.version)}

    def of_way(self) -> list[forms.BoundField]:
        """The fields before the groups, for the template."""
        return [self[name] for name in ("way", "opens_on", "after", "opened")]

    def of_groups(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[chosen], self[day]) for chosen, day in (self.names(group.pk) for group in self.groups)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        way = data.get("way")
        if way == Release.Way.DATE and not data.get("opens_on") and "opens_on" not in self.errors:
            self.add_error("opens_on", _("Please choose the day on which it opens."))
        if way == Release.Way.AFTER and not data.get("after") and "after" not in self.errors:
            self.add_error("after", _("Please choose what is to be done first."))
        if way == Release.Way.GROUP and not self._chosen(data):
            self.add_error("way", _("Please choose the groups for which it opens."))
        return data

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(data["way"], data["opens_on"], data["after"], data["opened"], self._chosen(data))

    def _chosen(self, data: dict[str, Any]) -> dict[int, datetime.date | None]:
        chosen: dict[int, datetime.date | None] = {}
        for group in self.groups:
            ticked, day = self.names(group.pk)
            if data.get(ticked):
                chosen[group.pk] = data.get(day)
        return chosen


class OpenForm(forms.Form):
    """By hand, now."""

    opened = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda value: value == "yes")


def _as_it_stands(release: Release | None) -> dict[str, Any]:
    if release is None:
        return {"way": Release.Way.BLOCK, "version": 0}
    opened = release.opened_at is not None
    return {"way": release.way, "opens_on": release.opens_on, "after": release.after_id, "opened": opened, "version": release.version}


def _by_block(activities: list[Activity]) -> list[tuple[str, list[tuple[int, str]]]]:
    blocks: dict[str, list[tuple[int, str]]] = {}
    for one in activities:
        blocks.setdefault(f"{one.module.number}. {one.module.title}", []).append((one.pk, one.title))
    return list(blocks.items())
