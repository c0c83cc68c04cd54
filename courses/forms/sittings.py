"""Sittings and days that come into a cohort's plan or go out of it, and the clock of the course."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from courses.forms.planning import ClockField, DayField, MoveForm, PlanForm
from courses.models import Activity, Block, Cohort, Sitting
from courses.planning import Plan, Wall
from courses.planning.proposals import doubled
from courses.planning.words import day_words
from lms.users import places
from lms.users.forms import ZoneField
from lms.words import LineField

FIRST_CLOCK, HOUR = datetime.time(10), datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


AFTER_MIDNIGHT = _("The day would go on after midnight. Please choose fewer, or move something to another day first.")


class InterpretedField(forms.BooleanField):
    """Offered where the cohort is interpreted, never set by itself."""

    def __init__(self) -> None:
        words = _("Each turn is said twice then, so it takes about twice the time. The hours are shown before they are saved.")
        super().__init__(label=_("Twice the minutes, because interpreters speak after each turn"), required=False, help_text=words)


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
    twice = InterpretedField()
    field_order = ("title", "day", "begins", "ends", "twice", "activities", "why")

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
        _only_if_interpreted(form, plan.cohort)
        return form

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("begins") and data.get("ends") and data["ends"] <= data["begins"]:
            self.add_error("ends", _("This is before it begins. Please choose a later time of the same day."))
        elif data.get("twice") and data.get("day") and data.get("begins") and data.get("ends"):
            [wall] = doubled([self._wall(data)], [0])
            if wall.ends.date() != data["day"]:
                raise forms.ValidationError(AFTER_MIDNIGHT)
            data["ends"] = wall.ends.time()
        return data

    def _wall(self, data: dict[str, Any]) -> Wall:
        return Wall(*(datetime.datetime.combine(data["day"], data[name]) for name in ("begins", "ends")))


class AddBlockForm(MoveForm):
    """A block of the template that is not planned here."""

    starts_on = DayField(label=_("First day"), help_text=_("Its days and hours are those of the template. Afterwards they can be moved."))
    twice = InterpretedField()
    field_order = ("starts_on", "twice", "why")

    @classmethod
    def of(cls, data: Any, plan: Plan) -> AddBlockForm:
        form = cls(data, initial={"version": plan.cohort.plan_version})
        _only_if_interpreted(form, plan.cohort)
        return form


class DoubleForm(MoveForm):
    """Which sittings of a day are interpreted turn by turn. All of them, until somebody says otherwise."""

    sittings = forms.TypedMultipleChoiceField(
        label=_("Twice the minutes for"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What comes after them begins as much later. Breaks stay as long as they are."),
        error_messages={"required": _("Please choose at least one, or leave the day as it is.")},
    )
    field_order = ("sittings", "why")
    order: Sequence[int] = ()  # their ids as they come, and their hours by the clock of the course
    walls: Sequence[Wall] = ()

    @classmethod
    def of(cls, data: Any, plan: Plan, sittings: Sequence[Sitting]) -> DoubleForm:
        form = cls(data, initial={"sittings": [one.pk for one in sittings], "version": plan.cohort.plan_version})
        form.order, form.walls = [one.pk for one in sittings], [plan.wall(one) for one in sittings]
        choices = [(one.pk, _double_words(one.title, wall)) for one, wall in zip(sittings, form.walls, strict=True)]
        cast("forms.TypedMultipleChoiceField", form.fields["sittings"]).choices = choices
        return form

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        chosen = data.get("sittings", ())
        walls = doubled(self.walls, [number for number, pk in enumerate(self.order) if pk in chosen])
        if any(wall.ends.date() != walls[0].begins.date() for wall in walls):
            raise forms.ValidationError(AFTER_MIDNIGHT)
        return data


def _double_words(title: str, wall: Wall) -> str:
    minutes = round((wall.ends - wall.begins).total_seconds() / 60)
    words = {"hours": f"{wall.begins:%H:%M}–{wall.ends:%H:%M}", "title": title, "was": minutes, "now": 2 * minutes}
    return _now("%(hours)s %(title)s: %(was)s minutes, then %(now)s") % words


def _only_if_interpreted(form: forms.Form, cohort: Cohort) -> None:
    if not cohort.languages:
        del form.fields["twice"]


class NameForm(PlanForm):
    """What a sitting is called."""

    title = LineField(label=_("What it is called"), max_length=160, help_text=_("Its page and calendars follow. Nobody is written to."))

    @classmethod
    def of(cls, data: Any, sitting: Sitting, version: int) -> NameForm:
        return cls(data, initial={"title": sitting.title, "version": version})

    def named(self) -> dict[str, Any]:
        """Only after validation."""
        return {"title": self.cleaned_data["title"], "version": self.cleaned_data["version"]}


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
