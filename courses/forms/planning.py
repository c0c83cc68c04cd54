"""Moving the dates of a cohort, saying what it is, beginning another."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, cast

from django import forms
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from courses.models import Block, Cohort, Programme, Sitting
from courses.models.plans import DETAILS
from courses.planning import Days, Plan, first_days, outline_of
from courses.planning.clocks import wall_of
from courses.planning.words import day_words
from lms.users import places
from lms.users.forms import ZoneField
from lms.words import LineField

FIRST, LAST = datetime.date(2000, 1, 1), datetime.date(2199, 12, 31)
_DAY = re.compile(r"^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$")
_LEAP_DAY = re.compile(r"^(\d{4})-0?2-29$")
# Marks that nobody sees and nobody types; line ends stay.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u200b\u202a-\u202e\u2060-\u206f\ufeff]")


class DayField(forms.DateField):
    """A day that exists, in years that people plan in."""

    widget = forms.DateInput

    def __init__(self, *, any_year: bool = False, **kwargs: Any) -> None:
        self.any_year = any_year  # whoever asks has bounds of their own
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"))
        kwargs.setdefault("error_messages", {"invalid": _("Please write a day, such as 2028-12-31.")})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime.date | None:
        if isinstance(value, str) and (leap := _LEAP_DAY.match(value.strip())):
            year = int(leap[1])
            if year % 4 or (year % 100 == 0 and year % 400):
                raise ValidationError(_("%(year)s has no 29 February. Please choose the day before or after."), params={"year": year})
        day = super().to_python(value)
        if day is not None and not self.any_year and not FIRST <= day <= LAST:
            raise ValidationError(_("Please choose a day from the year 2000 to 2199."))
        return day


class ClockField(forms.TimeField):
    """An hour and its minutes."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"))
        kwargs.setdefault("error_messages", {"invalid": _("Please write a time, such as 10:00.")})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime.time | None:
        clock = super().to_python(value)
        return clock.replace(second=0, microsecond=0) if clock else None


class WordsField(forms.CharField):
    """Plain words of some lines."""

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _other(data: Mapping[str, Any], values: dict[str, str]) -> QueryDict:
    """What was sent, with other values for some fields."""
    other = cast("QueryDict", data).copy()
    for name, value in values.items():
        other[name] = value
    return other


class PageForm(forms.Form):
    """Which part of the record is looked at: what came before this version of the plan."""

    before = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False)

    def before_version(self) -> int | None:
        """None for the newest, and where the address says nothing that could be meant."""
        return self.cleaned_data["before"] if self.is_valid() else None


class PlanForm(forms.Form):
    """What every form of a plan carries: which plan it showed, and what of it was shown before saving."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), min_value=1)
    shown = forms.CharField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), max_length=32, required=False)

    def again(self, **hidden: Any) -> None:
        """What was typed stays; what is hidden is another."""
        self.data = _other(self.data, {name: str(value) for name, value in hidden.items()})


class MoveForm(PlanForm):
    """A form whose dates are shown with all that hangs on them before they are saved."""

    why = LineField(
        label=_("Why"),
        max_length=300,
        required=False,
        help_text=_("Stands beside the change. Everybody who is told of the new dates may read it."),
    )
    field_order: tuple[str, ...] = ("opens_on", "starts_on", "ends_on", "block", "day", "begins", "ends", "to", "along", "duties", "why")


class BlockForm(MoveForm):
    opens_on = DayField(label=_("Texts open"))
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))
    along = forms.BooleanField(
        label=_("Its sittings move as far as the first day does"), required=False, initial=True, help_text=_("At the same hours.")
    )

    @classmethod
    def of(cls, data: Any, block: Block, version: int) -> BlockForm:
        days = {"opens_on": block.opens_on, "starts_on": block.starts_on, "ends_on": block.ends_on}
        return cls(data, initial={**days, "along": True, "version": version})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        opens_on, starts_on, ends_on = (data.get(name) for name in ("opens_on", "starts_on", "ends_on"))
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("This is before the first day. Please choose that day or a later one."))
        if opens_on and starts_on and opens_on > starts_on:
            self.add_error("opens_on", _("This is after the first day. Please choose that day or an earlier one."))
        return data

    def days(self) -> Days:
        """Only after validation."""
        return Days(self.cleaned_data["opens_on"], self.cleaned_data["starts_on"], self.cleaned_data["ends_on"])


class SittingForm(MoveForm):
    day = DayField(label=_("Day"))
    begins = ClockField(label=_("From"))
    ends = ClockField(label=_("Until"))

    @classmethod
    def of(cls, data: Any, sitting: Sitting, zone: str, version: int) -> SittingForm:
        begins, ends = wall_of(sitting.starts_at, zone), wall_of(sitting.ends_at, zone)
        return cls(data, initial={"day": begins.date(), "begins": begins.time(), "ends": ends.time(), "version": version})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("begins") and data.get("ends") and data["ends"] <= data["begins"]:
            self.add_error("ends", _("This is before it begins. Please choose a later time of the same day."))
        return data


class DayForm(MoveForm):
    """One day of a block, to another."""

    day = forms.TypedChoiceField(label=_("Which day"), coerce=datetime.date.fromisoformat)
    to = DayField(label=_("Moves to"))

    @classmethod
    def of(cls, data: Any, plan: Plan, block: Block, day: str) -> DayForm:
        days = [one.isoformat() for one in plan.days_of(block)]
        if data and data.get("version") != str(plan.cohort.plan_version) and _DAY.match(data.get("day", "")):
            days.append(data["day"])  # it was there when the form was shown
        form = cls(data, initial={"day": day, "to": day if day in days else None, "version": plan.cohort.plan_version})
        choices = [(one, day_words(datetime.date.fromisoformat(one))) for one in dict.fromkeys(days)]
        cast("forms.TypedChoiceField", form.fields["day"]).choices = choices
        return form


class ShiftForm(MoveForm):
    """A block and all after it, by as many days; from the first block on it is the whole year."""

    block = forms.TypedChoiceField(label=_("From which block on"), coerce=int)
    to = DayField(label=_("Its first day"), help_text=_("Everything after it moves by as many days, at the same hours."))
    duties = forms.BooleanField(label=_("Who is on duty from then on moves along"), required=False)

    @classmethod
    def of(cls, data: Any, plan: Plan) -> ShiftForm:
        coming = next((block for block in plan.blocks if block.starts_on > plan.cohort.today()), None)
        initial = {"version": plan.cohort.plan_version}
        if coming:
            initial |= {"block": coming.pk, "to": coming.starts_on}  # type: ignore[dict-item]
        form = cls(data, initial=initial)
        words = [(block.pk, f"{block.module.number}. {block.module.title}, {day_words(block.starts_on)}") for block in plan.blocks]
        cast("forms.TypedChoiceField", form.fields["block"]).choices = words
        return form


# --- what a cohort is -----------------------------------------------------------------------------------------------


def _languages() -> list[tuple[str, str]]:
    known = [(code, str(info["name_local"])) for code, info in LANG_INFO.items() if "name_local" in info and not code.startswith("en")]
    return sorted(known, key=lambda one: one[1].casefold())


class AboutForm(PlanForm):
    """What a cohort is called, for whom it is, and what its organisation says on its first page."""

    title = LineField(label=DETAILS["title"], max_length=120)
    access = forms.ChoiceField(label=DETAILS["access"], choices=Cohort.Access.choices)
    organisation = LineField(label=DETAILS["organisation"], max_length=120, required=False, help_text=_("Of an in-house cohort."))
    contact_name = LineField(label=DETAILS["contact_name"], max_length=80, required=False)
    contact_email = forms.EmailField(label=DETAILS["contact_email"], required=False)
    organisation_words = WordsField(
        label=DETAILS["organisation_words"],
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=_("Everybody in the cohort reads them on Today, with the organisation's name and whom to ask."),
    )
    size = forms.IntegerField(
        label=DETAILS["size"], min_value=1, max_value=500, required=False, widget=forms.NumberInput(attrs={"class": "short"})
    )
    first_language = forms.ChoiceField(
        label=DETAILS["languages"],
        required=False,
        help_text=_("Rooms of sittings that are not over get these lanes, except where a facilitator chose others."),
    )
    second_language = forms.ChoiceField(label=_("and into"), required=False)
    third_language = forms.ChoiceField(label=_("and also into"), required=False)
    LANGUAGES = ("first_language", "second_language", "third_language")
    FIELDS = tuple(name for name in DETAILS if name != "languages")

    def __init__(self, data: Any = None, *, cohort: Cohort) -> None:
        spoken = dict(zip(self.LANGUAGES, cohort.languages, strict=False))
        details = {name: getattr(cohort, name) for name in self.FIELDS}
        super().__init__(data, initial={**details, **spoken, "version": cohort.plan_version})
        for name in self.LANGUAGES:
            cast("forms.ChoiceField", self.fields[name]).choices = [("", _("None")), *_languages()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("access") == Cohort.Access.IN_HOUSE and not data.get("organisation") and "organisation" not in self.errors:
            self.add_error("organisation", _("An in-house cohort is for somebody's people. Please name the organisation."))
        return data

    def details(self) -> dict[str, Any]:
        """Only after validation."""
        languages = dict.fromkeys(self.cleaned_data[name] for name in self.LANGUAGES if self.cleaned_data[name])
        return {**{name: self.cleaned_data[name] for name in self.FIELDS}, "languages": list(languages)}


class KeepUntilForm(PlanForm):
    """The last day for what is written in journals of this cohort."""

    until = DayField(label=_("Kept until"), required=False, any_year=True)

    def __init__(self, data: Any = None, *, cohort: Cohort) -> None:
        super().__init__(data, initial={"until": cohort.keeps_journals_until(), "version": cohort.plan_version})
        self.cohort = cohort
        usual = date_format(cohort.usually_keeps_journals_until(), "j F Y")
        self.fields["until"].help_text = _("If you leave it empty: two years after the course ends, %(day)s.") % {"day": usual}

    def clean_until(self) -> datetime.date | None:
        until: datetime.date | None = self.cleaned_data["until"]
        first, last = self.cohort.may_keep_journals()
        if not first <= (until or self.cohort.usually_keeps_journals_until()) <= last:
            days = {"first": date_format(first, "j F Y"), "last": date_format(last, "j F Y")}
            raise forms.ValidationError(_("Please choose a day from %(first)s to %(last)s.") % days)
        return until


# --- beginning one --------------------------------------------------------------------------------------------------


def cohort_slug(title: str) -> str:
    """The cohort's name in addresses, as long as there is room for it."""
    return slugify(title)[:50].strip("-_")


class CohortForm(forms.Form):
    """A new run of a programme, or a copy of a past one: its name, its zone and the first day of each block. Of the first block one has
    to say it; the others follow at the distances of the template, and can be other days."""

    title = LineField(label=_("Name of the cohort"), max_length=120)
    like = forms.ChoiceField(
        label=_("What it is made from"),
        required=False,
        help_text=_("A copy takes days, hours and distances; nobody who was in it, and nothing that was said."),
    )
    time_zone = ZoneField(
        label=_("Time zone of the course"),
        choices=places.zones,
        initial="Europe/London",
        help_text=_("Sittings keep this zone's hours; everybody sees them in their own as well."),
    )

    def __init__(self, data: Any = None, *, sources: list[Programme | Cohort], asked: str = "") -> None:
        super().__init__(data)
        self.sources = {_name_of_source(one): one for one in sources}
        source = self.source_of(data.get("like") or "" if data is not None else asked)
        self.programme = source.programme if isinstance(source, Cohort) else source
        self.copied = source if isinstance(source, Cohort) else None
        self.outline = outline_of(self.programme, self.copied)
        like = cast("forms.ChoiceField", self.fields["like"])
        like.choices = [(name, _words_of_source(one)) for name, one in self.sources.items()]
        like.initial = _name_of_source(source)
        if self.copied:
            self.fields["time_zone"].initial = self.copied.time_zone
        for number, block in enumerate(self.outline):
            words = {"number": block.module.number, "title": block.module.title}
            self.fields[f"start_{block.module.number}"] = DayField(
                label=_("First day of block %(number)s, %(title)s") % words,
                required=number == 0,
                help_text=""
                if number == 0
                else _("%(days)s days after the first block, unless you say another day.")
                % {"days": block.begins_after - self.outline[0].begins_after},
            )

    def source_of(self, name: str) -> Programme | Cohort:
        """The one with this name; else the first programme."""
        return self.sources.get(name) or next(iter(self.sources.values()))

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        slug = cohort_slug(title)
        if not slug or Cohort.objects.filter(slug=slug).exists():
            sentence = _("There is a cohort of this name already. Please add the year, or something else that tells them apart.")
            raise forms.ValidationError(sentence)
        return title

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        keys = [f"start_{block.module.number}" for block in self.outline]
        if not keys:
            raise ValidationError(_("There is no block in it yet, so there is no year to begin."))
        if any(key in self.errors for key in keys):
            return data
        for key, day in zip(keys, first_days(self.outline, data[keys[0]]), strict=True):
            data[key] = data.get(key) or day
        for earlier, later in pairwise(keys):
            if data[later] <= data[earlier]:
                self.add_error(later, _("This block begins before the one above it."))
        return data

    def block_starts(self) -> list[datetime.date]:
        """Only after validation."""
        return [self.cleaned_data[f"start_{block.module.number}"] for block in self.outline]

    def left_open(self) -> bool:
        """Whether the days of some blocks were left to the template; only after validation."""
        return any(not self.data.get(f"start_{block.module.number}") for block in self.outline)

    def fill_in(self) -> None:
        """Those days, as they would be, to look at and to change."""
        days = zip(self.outline, self.block_starts(), strict=True)
        self.data = _other(self.data, {f"start_{block.module.number}": day.isoformat() for block, day in days})

    def forget_distances(self) -> None:
        """All days but the first are worked out anew."""
        self.data = _other(self.data, {f"start_{block.module.number}": "" for block in self.outline[1:]})


def _name_of_source(source: Programme | Cohort) -> str:
    return f"{'cohort' if isinstance(source, Cohort) else 'programme'}:{source.slug}"


def _words_of_source(source: Programme | Cohort) -> str:
    if isinstance(source, Cohort):
        return _now("A copy of %(title)s") % {"title": source.title}
    return _now("The template: %(title)s") % {"title": source.title}
