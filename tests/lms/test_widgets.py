import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from lms.widgets import DRAWN, FOLDER, INPUTS, Fields

NASTY = "\"'><script>alert(1)</script>&amp;"
CHOICES = [
    ("", "None"),
    (7, "Seven <b>"),
    (NASTY, NASTY),
    (True, "Yes"),
    ("Group <i>", [("a", "A"), (mark_safe("b&amp;"), mark_safe("<i>B</i>"))]),
]
ATTRS = [{}, {"id": "x", "required": True, "disabled": False, "rows": 10, "class": NASTY, "data-word": mark_safe("&lt;")}]

WIDGETS = [
    *(forms.TextInput, forms.EmailInput, forms.PasswordInput, forms.SearchInput, forms.DateInput, forms.NumberInput, forms.URLInput),
    *(forms.TelInput, forms.HiddenInput, forms.CheckboxInput, forms.Textarea),
]


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.parametrize("attrs", ATTRS)
@pytest.mark.parametrize("value", [None, "", "words", NASTY, mark_safe("&lt;b&gt;"), 0, 1234567, True, False])
def test_fields_draw_inputs_as_django_does(widget, attrs, value):
    shown = widget(attrs={"autocomplete": "off"})
    assert shown.render("name<", value, attrs, Fields()) == shown.render("name<", value, attrs, DjangoTemplates())


@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple])
@pytest.mark.parametrize("attrs", ATTRS)
@pytest.mark.parametrize("value", [None, "", 7, NASTY, "b&amp;", ["a", "7"]])
def test_fields_draw_selects_as_django_does(widget, attrs, value):
    shown = widget(choices=CHOICES)
    ours, theirs = (shown.render("name", value, attrs, renderer()) for renderer in (Fields, DjangoTemplates))
    assert [line.strip() for line in ours.splitlines() if line.strip()] == [line.strip() for line in theirs.splitlines() if line.strip()]


def test_fields_draw_what_is_not_named_with_djangos_templates():
    shown = forms.RadioSelect(choices=CHOICES)
    assert shown.render("name", "a", {"id": "x"}, Fields()) == shown.render("name", "a", {"id": "x"}, DjangoTemplates())


def test_fields_name_only_templates_that_django_has():
    assert [name for name in DRAWN if not DjangoTemplates().get_template(name)] == []
    assert len(DRAWN) == len(INPUTS) + 2
    assert all(name.startswith(FOLDER) for name in DRAWN)
