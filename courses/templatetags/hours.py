"""Hours and minutes in words, and a day's hours as the widths of a picture."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import AttendanceMark
from courses.reading.hours import mark_words as words_of_mark
from courses.standing import Day, DayState, Standing, Word

register = template.Library()

STANDINGS = {
    Word.NOTHING_YET: lambda: _("Nothing held yet"),
    Word.ON_THE_WAY: lambda: _("Enough so far"),
    Word.WITHIN_REACH: lambda: _("Within reach"),
    Word.BY_MAKING_UP: lambda: _("By making up"),
    Word.REACHED: lambda: _("Reached"),
}


@register.filter
def hours_words(minutes: int) -> str:
    """90 -> 1 hour 30 minutes."""
    whole, rest = divmod(minutes, 60)
    hours = ngettext("%(n)s hour", "%(n)s hours", whole) % {"n": whole}
    left = ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest}
    if not whole:
        return left
    return _("%(hours)s %(minutes)s") % {"hours": hours, "minutes": left} if rest else hours


@register.filter
def day_words(day: Day) -> str:
    """How a day went, in words that blame nobody."""
    match day.state:
        case DayState.TO_COME:
            return _("to come")
        case DayState.UNDER_WAY:
            return _("under way")
        case DayState.NOT_NOTED:
            return _("not noted yet")
        case DayState.MADE_UP:
            return _("made up")
        case DayState.THERE:
            return _("there") if day.there == day.noted else _("there, %(percent)s %%") % {"percent": day.percent}
        case _:
            return _("missed") if not day.there else _("there in part, %(percent)s %%") % {"percent": day.percent}


@register.filter
def standing_words(standing: Standing) -> str:
    """A standing in two words, for lists."""
    return STANDINGS[standing.word]()


@register.filter
def bar(day: Day) -> dict[str, int]:
    """Widths in hundredths of the day: what counts, what is known, and what is to come."""
    whole = day.scheduled or 1
    return {
        "counts": day.counts * 100 // whole,
        "known": (day.noted + day.not_noted) * 100 // whole,
        "to_come": day.to_come * 100 // whole,
    }


@register.filter
def mark_words(mark: AttendanceMark) -> str:
    return words_of_mark(mark)
