"""What is drawn on a relational map.

A map comes in one of two ways: as one field of JSON from the picture, or, without JavaScript, as rows of a list. Both end in
the same Drawing, looked over by the same field.
"""

import json
import math
import re
import uuid
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.forms.journals import NewEntryForm, ShownKeptForm
from courses.models import RelationalMap
from courses.models.maps import Circle, Drawing, Line

SPAN = 1000  # how far the paper reaches, in both directions
MIDDLE = SPAN // 2
MOST_CIRCLES, MOST_LINES, MOST_BYTES = 60, 120, 100_000
NAME_LENGTH, CIRCLE_NOTE_LENGTH, LINE_NOTE_LENGTH = 60, 300, 120
APART = 200  # two circles nearer than this lie on each other

_ID = re.compile(r"[a-z0-9]{1,12}")
# Control characters and halves of surrogate pairs, which no encoding takes.
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]+")
_STRANGE = _("This drawing has something in it that this page cannot read. What was kept before still stands.")


class DrawingField(forms.Field):
    """JSON as the picture writes it, made a Drawing. Everything unexpected is refused with a sentence, nothing is guessed."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Drawing | None:
        if value in self.empty_values:
            return None
        if len(str(value).encode(errors="surrogatepass")) > MOST_BYTES:
            raise ValidationError(_("This map is too large to keep in one piece: the limit is 100 kB. Shorter notes would help."))
        try:
            given = json.loads(value)
        except (ValueError, RecursionError):
            raise ValidationError(_STRANGE) from None
        return check_drawing(given)


def check_drawing(given: Any) -> Drawing:
    """The drawing, with nothing in it that does not belong there. Raises ValidationError with a sentence."""
    circles, lines = _parts(given, {"circles", "lines"}).values()
    if not isinstance(circles, list) or not isinstance(lines, list):
        raise ValidationError(_STRANGE)
    if len(circles) > MOST_CIRCLES:
        raise ValidationError(_("A map has room for 60 circles. Please take one away before you add another."))
    if len(lines) > MOST_LINES:
        raise ValidationError(_("A map has room for 120 lines. Please take one away before you add another."))
    drawing = Drawing(circles=[_circle(circle) for circle in circles], lines=[_line(line) for line in lines])
    ids = [circle["id"] for circle in drawing["circles"]]
    if len(set(ids)) != len(ids):
        raise ValidationError(_STRANGE)
    for line in drawing["lines"]:
        if line["from"] not in ids or line["to"] not in ids:
            raise ValidationError(_("A line leads to a circle that is not on the map."))
        if line["from"] == line["to"]:
            raise ValidationError(_("A line leads from a circle to itself. Please choose another circle at one end."))
    return drawing


def _circle(given: Any) -> Circle:
    parts = _parts(given, {"id", "name", "kind", "x", "y", "size", "note"})
    if not isinstance(parts["id"], str) or not _ID.fullmatch(parts["id"]):
        raise ValidationError(_STRANGE)
    name = _words(parts["name"], NAME_LENGTH)
    if not name:
        raise ValidationError(_("A circle has no name yet. A letter or a colour is enough."))
    return Circle(
        id=parts["id"],
        name=name,
        kind=_one_of(parts["kind"], RelationalMap.Kind.values),
        x=_number(parts["x"], 0, SPAN),
        y=_number(parts["y"], 0, SPAN),
        size=_number(parts["size"], 1, 3),
        note=_words(parts["note"], CIRCLE_NOTE_LENGTH),
    )


def _line(given: Any) -> Line:
    parts = _parts(given, {"from", "to", "manner", "note"})
    if not isinstance(parts["from"], str) or not isinstance(parts["to"], str):
        raise ValidationError(_STRANGE)
    manner = _one_of(parts["manner"], RelationalMap.Manner.values)
    return {"from": parts["from"], "to": parts["to"], "manner": manner, "note": _words(parts["note"], LINE_NOTE_LENGTH)}


def _parts(given: Any, names: set[str]) -> dict[str, Any]:
    """The parts in the order of their names: exactly these, no others."""
    if not isinstance(given, dict) or set(given) != names:
        raise ValidationError(_STRANGE)
    return {name: given[name] for name in sorted(names)}


def _words(given: Any, longest: int) -> str:
    if not isinstance(given, str):
        raise ValidationError(_STRANGE)
    words = _INVISIBLE.sub(" ", given).strip()
    if len(words) > longest:
        raise ValidationError(_("A name or a note is too long: there is room for %(longest)s characters."), params={"longest": longest})
    return words


def _one_of(given: Any, values: list[str]) -> str:
    if not isinstance(given, str) or given not in values:
        raise ValidationError(_STRANGE)
    return given


def _number(given: Any, least: int, most: int) -> int:
    if type(given) is not int or not least <= given <= most:  # True is an int too
        raise ValidationError(_STRANGE)
    return given


# --- the list, for who comes without JavaScript ---------------------------------------------------------------------


class CircleRow(forms.Form):
    """One circle of the list. Without a place it is put where there is room."""

    id = forms.RegexField(regex=rf"\A{_ID.pattern}\Z", required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    kind = forms.ChoiceField(label=_("What it is"), choices=RelationalMap.Kind.choices, initial="person")
    size = forms.TypedChoiceField(label=_("Size"), coerce=int, choices=[(1, _("small")), (2, _("middle")), (3, _("large"))], initial=2)
    x = forms.IntegerField(label=_("From the left (0 to 1000)"), min_value=0, max_value=SPAN, required=False)
    y = forms.IntegerField(label=_("From the top (0 to 1000)"), min_value=0, max_value=SPAN, required=False)
    note = forms.CharField(label=_("A few words they said, or might have said"), max_length=CIRCLE_NOTE_LENGTH, required=False)


class LineRow(forms.Form):
    """One line of the list."""

    to = forms.CharField(label=_("To"))
    manner = forms.ChoiceField(label=_("What it is like"), choices=RelationalMap.Manner.choices, initial="near")
    note = forms.CharField(label=_("A word about it"), max_length=LINE_NOTE_LENGTH, required=False)

    def __init__(self, *args: Any, names: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *names]
        self.fields["from"] = forms.CharField(label=_("From"), widget=forms.Select(choices=choices))
        self.fields["to"].widget = forms.Select(choices=choices)
        self.order_fields(["from", "to", "manner", "note"])


def _rows(form: type[forms.Form], extra: int, most: int) -> Any:
    return forms.formset_factory(form, extra=extra, max_num=most, absolute_max=most, can_delete=True, validate_max=True)


CircleRows = _rows(CircleRow, 3, MOST_CIRCLES)
LineRows = _rows(LineRow, 2, MOST_LINES)


class MapForm(ShownKeptForm):
    """A map: a title if one likes, and a drawing. `drawing` is filled in by the picture; while it is empty, the rows count."""

    needs_a_circle: ClassVar[bool] = True

    title = NewEntryForm.base_fields["title"]
    drawing = DrawingField(
        label=_("The map"),
        required=False,
        widget=forms.Textarea(attrs={"hidden": "", "autocomplete": "off", "data-drawing": "", "aria-hidden": "true"}),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-client-id": "", "autocomplete": "off"}), required=False)

    def __init__(self, *args: Any, kept: Drawing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client_id"].initial = uuid.uuid4
        rows = self.data if self.is_bound and not self["drawing"].value() else None
        # What was sent is compared with nothing: the map may have changed since, and its rows no longer be these.
        shown: Any = kept if rows is None else {"circles": None, "lines": None}
        self.circles = CircleRows(rows, prefix="circles", initial=shown["circles"])
        names = [(row["id"].value(), row["name"].value()) for row in self.circles.forms if row["id"].value()]
        self.lines = LineRows(rows, prefix="lines", initial=shown["lines"], form_kwargs={"names": names})

    def clean_client_id(self) -> uuid.UUID:
        return self.cleaned_data.get("client_id") or uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "drawing" in data and data["drawing"] is None:
            data["drawing"] = self._from_rows()
        drawing = data.get("drawing")
        if drawing is not None and not drawing["circles"] and self.needs_a_circle:
            self.add_error(None, _("There is nothing on this map yet. One circle is enough."))
        return data

    def _from_rows(self) -> Drawing | None:
        if not (self.circles.is_valid() & self.lines.is_valid()):
            self.add_error(None, _("Something in the list needs another look."))
            for refusal in [*self.circles.non_form_errors(), *self.lines.non_form_errors()]:
                self.add_error(None, refusal)
            return None
        circles = _placed([row for row in self.circles.cleaned_data if row and not row["DELETE"]])
        stay = {circle["id"] for circle in circles}
        gone = {row["id"] for row in self.circles.cleaned_data if row and row["DELETE"]} - stay
        lines = [row for row in self.lines.cleaned_data if row and not row["DELETE"] and not {row["from"], row["to"]} & gone]
        try:
            return check_drawing({"circles": circles, "lines": [{name: row[name] for name in Line.__annotations__} for row in lines]})
        except ValidationError as refusal:
            self.add_error(None, refusal)
            return None


class EditMapForm(MapForm):
    """A map that stands already. It may be emptied; `version` is the one that was on the page."""

    needs_a_circle: ClassVar[bool] = False

    version = forms.IntegerField(
        min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput(attrs={"data-version": "", "autocomplete": "off"})
    )


class MapChoiceForm(forms.Form):
    """What to do with a map that was drawn on in two places."""

    CHOICES: ClassVar = [
        ("mine", _("Keep this map")),
        ("both", _("Keep both, as two maps")),
        ("theirs", _("Leave it as it is there")),
    ]

    choice = forms.ChoiceField(choices=CHOICES)
    copy_id = forms.UUIDField()  # the name of the second map, should there be two: pressed twice it is still one


def _placed(rows: list[dict[str, Any]]) -> list[Circle]:
    """Circles with an id and a place: new ones get the next free of both."""
    taken = {row["id"] for row in rows}
    ids = (f"c{number}" for number in range(1, 2 * MOST_CIRCLES + 2))
    spots = [(row["x"], row["y"]) for row in rows if row["x"] is not None and row["y"] is not None]
    circles = []
    for row in rows:
        x, y = row["x"], row["y"]
        if x is None or y is None:
            x, y = _free_spot(spots)
            spots.append((x, y))
        name = row["id"] or next(fresh for fresh in ids if fresh not in taken)
        circles.append(Circle(id=name, name=row["name"], kind=row["kind"], x=x, y=y, size=row["size"], note=row["note"]))
    return circles


def _free_spot(taken: list[tuple[int, int]]) -> tuple[int, int]:
    """The first spot with room around it: rings about the middle, from the inner to the outer."""
    for radius in (0, 250, 380, 480):
        for step in range(12):
            angle = step * math.tau / 12
            x, y = round(MIDDLE + radius * math.sin(angle)), round(MIDDLE - radius * math.cos(angle))
            if all(math.hypot(x - a, y - b) >= APART for a, b in taken):
                return x, y
    return MIDDLE, MIDDLE
