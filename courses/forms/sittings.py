"""Sittings and days that come into a cohort's plan or go out of it, and the clock of the course."""

from __future__ import annotations

import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.forms.planning import ClockField, DayField, MoveForm
from courses.models import Activity, Block, Cohort
from courses.planning import Plan
from courses.planning.words import day_words
from lms.users import places
from lms.users.forms import ZoneField
from lms.words import LineField

FIRST_CLOCK, HOUR = datetime.time(10), datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


class AddSittingForm(MoveForm):
    """One more sitting of a block."""

    title = LineField(label=_("What it is called"), max_length=160)
    day = DayField(label=_("Day"))
    begins = ClockField(label=_("From"))
    ends = ClockField(label=_("Until"))
    activities = forms.TypedMultipleChoiceField(
        label=_("What is done in it"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The room shows what these ask of people, and asks for the agreement where they are experiential."),
    )
    field_order = ("title", "day", "begins", "ends", "activities", "why")

    @classmethod
    def of(cls, data: Any, plan: Plan, block: Block, day: str) -> AddSittingForm:
        """One query. It begins where the last sitting of that day ends, or at ten."""
        days = {one.isoformat(): one for one in plan.days_of(block)}
        chosen = days.get(day) or (list(days.values()) or [block.starts_on])[-1]
        ends = [plan.wall(one).ends for one in plan.sittings_of(block) if plan.wall(one).begins.date() == chosen]
        begins = max(ends, default=datetime.datetime.combine(chosen, FIRST_CLOCK))
        late = (begins + HOUR).date() != begins.date()
        clocks = {} if late else {"begins": begins.time(), "ends": (begins + HOUR).time()}
        form = cls(data, initial={"day": chosen, **clocks, "version": plan.cohort.plan_version})
        known = Activity.objects.current().filter(module=block.module_id, type=Activity.Type.LIVE).order_by("position")
        cast("forms.TypedMultipleChoiceField", form.fields["activities"]).choices = list(known.values_list("pk", "title"))
        if not form.fields["activities"].choices:  # type: ignore[attr-defined]
            del form.fields["activities"]
        return form

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("begins") and data.get("ends") and data["ends"] <= data["begins"]:
            self.add_error("ends", _("This is before it begins. Please choose a later time of the same day."))
        return data


class AddDayForm(MoveForm):
    """One more day of a block, made like one that it has."""

    day = forms.TypedChoiceField(
        label=_("Like which day"), coerce=datetime.date.fromisoformat, help_text=_("It has the same sittings, at the same hours.")
    )
    to = DayField(label=_("The new day"))

    @classmethod
    def of(cls, data: Any, plan: Plan, block: Block) -> AddDayForm:
        days = plan.days_of(block)
        last = days[-1] if days else None
        form = cls(data, initial={"day": last, "to": last and last + DAY, "version": plan.cohort.plan_version})
        cast("forms.TypedChoiceField", form.fields["day"]).choices = [(one.isoformat(), day_words(one)) for one in days]
        return form


class RemoveForm(MoveForm):
    """Nothing is asked but why: what would go is in the address."""

    @classmethod
    def of(cls, data: Any, cohort: Cohort) -> RemoveForm:
        """Already asked when the page is opened, so that what depends on it is shown at once."""
        return cls(data or {"version": cohort.plan_version, "shown": "", "why": ""})


class ZoneForm(MoveForm):
    """By whose clock the course goes."""

    time_zone = ZoneField(label=_("Time zone of the course"), choices=places.zones)
    keeps = forms.ChoiceField(
        label=_("Sittings that are still to come keep"),
        choices=[
            ("hours", _("their hours: 10:00 stays 10:00, by the new clock, so everybody comes at another moment")),
            ("moments", _("their moments: everybody comes when they would have, and the new clock shows another hour")),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("time_zone", "keeps", "why")

    @classmethod
    def of(cls, data: Any, cohort: Cohort) -> ZoneForm:
        return cls(data, initial={"time_zone": cohort.time_zone, "keeps": "hours", "version": cohort.plan_version})
