"""Draws the fields of forms: what Django's templates for them say, put together in Python.

Django draws each input with two or three templates and each choice of a list with two more; a page with a few fields spends more on
that than on everything else it shows. Widgets that are not named here are drawn by Django's templates.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]  # what `Widget.get_context` says: name, value, attrs, type, optgroups
INPUTS = ("hidden", "text", "email", "password", "search", "date", "number", "url", "tel", "checkbox", "input")
FOLDER = "django/forms/widgets/"


class Fields(DjangoTemplates):
    """The renderer of all forms (FORM_RENDERER)."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


def _attributes(widget: Widget) -> SafeString:
    parts = []
    for name, value in widget["attrs"].items():
        if value is True:
            parts.append(f" {conditional_escape(name)}")
        elif value is not False:
            parts.append(f' {conditional_escape(name)}="{_text(value)}"')
    return mark_safe("".join(parts))  # noqa: S308  every part escaped above


def _text(value: object) -> str:
    """Escaped; markup that is known to be safe, as it is."""
    return conditional_escape(value if isinstance(value, SafeString) else str(value))


def _input(widget: Widget) -> SafeString:
    value = "" if widget["value"] is None else format_html(' value="{}"', _text(widget["value"]))
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attributes(widget))


def _textarea(widget: Widget) -> SafeString:
    """Never completed by the browser: Chromium would write the words into its profile and leave them there after signing out."""
    off = "" if "autocomplete" in widget["attrs"] else SafeString(' autocomplete="off"')
    return format_html('<textarea name="{}"{}{}>\n{}</textarea>', widget["name"], _attributes(widget), off, widget["value"] or "")


def _option(option: Widget) -> SafeString:
    return format_html('<option value="{}"{}>{}</option>', _text(option["value"]), _attributes(option), option["label"])


def _select(widget: Widget) -> SafeString:
    groups = []
    for label, options, _number in widget["optgroups"]:
        drawn = format_html_join("", "\n  {}\n", ((_option(option),) for option in options))
        groups.append(format_html('\n  <optgroup label="{}">{}\n  </optgroup>', label, drawn) if label else drawn)
    return format_html(
        '<select name="{}"{}>{}\n</select>', widget["name"], _attributes(widget), format_html_join("", "{}", ((g,) for g in groups))
    )


DRAWN: dict[str, Callable[[Widget], SafeString]] = {
    **{f"{FOLDER}{name}.html": _input for name in INPUTS},
    f"{FOLDER}textarea.html": _textarea,
    f"{FOLDER}select.html": _select,
}
