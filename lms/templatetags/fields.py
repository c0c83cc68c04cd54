"""Draws a field of a form with its label, its help and what is wrong with it: put together in Python, because a page has several."""

from django import template
from django.forms import BoundField
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lms.templatetags.lms import icon

register = template.Library()
NOTHING = SafeString("")


@register.simple_tag
def draw_field(field: BoundField, label: str = "", asked: bool = False) -> SafeString:
    """For components/field.html. `asked`: it need not be said that the field may stay empty."""
    if field.is_hidden:
        return SafeString(field)
    if field.use_fieldset:
        described = format_html(' aria-describedby="{}"', field.aria_describedby) if field.aria_describedby else NOTHING
        pattern = '<fieldset class="field"{}><legend>{}</legend>{}<div class="options">{}</div></fieldset>'
        return format_html(pattern, described, field_label(field, label, asked), field_notes(field), field)
    if field.widget_type == "checkbox":
        pattern = '<div class="field tick"><label for="{}">{} <span>{}</span></label>{}</div>'
        return format_html(pattern, field.id_for_label, field, label or field.label, field_notes(field))
    pattern = '<div class="field"><label for="{}">{}</label>{}{}</div>'
    return format_html(pattern, field.id_for_label, field_label(field, label, asked), field_notes(field), field)


@register.simple_tag
def field_label(field: BoundField, label: str = "", asked: bool = False) -> SafeString:
    """What a field is called, and whether it may stay empty."""
    word = conditional_escape(label or field.label)
    if field.field.required or asked or field.widget_type == "checkboxselectmultiple":
        return SafeString(word)
    return format_html('{} <span class="optional">{}</span>', word, _("(if you like)"))


@register.simple_tag
def field_notes(field: BoundField) -> SafeString:
    """What helps to fill it in, and what was wrong with what was sent."""
    said = format_html('<div class="help" id="{}_helptext">{}</div>', field.auto_id, field.help_text) if field.help_text else NOTHING
    if not field.errors:
        return said
    errors = format_html_join("", '<p class="error">{} <span>{}</span></p>', ((icon("triangle-alert"), error) for error in field.errors))
    return format_html('{}<div id="{}_error">{}</div>', said, field.auto_id, errors)
