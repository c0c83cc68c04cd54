"""When an activity opens for somebody: pure rules, and the reason in words where it is still closed.

An activity opens with its block, on a day of its own, for some groups, after another one is done, or when a trainer opens it. What is
opened on a day or by hand opens then, whatever its block's day; what waits for another activity waits for its block as well.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class ForGroup:
    """A group for whom it opens, and who is in it."""

    title: str
    opens_on: datetime.date | None  # None: with the block
    people: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Rule:
    """How one activity opens in one cohort; `way` is one of `courses.models.Release.Way`."""

    way: str = "block"
    opens_on: datetime.date | None = None
    after: int = 0  # the activity to be done first,
    after_title: str = ""
    after_done_by: str = "hand"  # and what makes that done: `Activity.Completes`
    groups: tuple[ForGroup, ...] = ()
    opened: bool = False  # by hand


@dataclass(frozen=True)
class Closed:
    """Why something is not open yet. `words` stand in a list, `title` and `text` on a page of its own."""

    words: str
    title: str
    text: str = ""
    after: int = 0  # the activity that opens it
    url: str = ""  # where the way in is, if there is one,
    word: str = ""  # and what it is called
    state: str = "locked"  # as lists show it; "unsigned": its page leads to the agreement


@dataclass(frozen=True)
class Wanted:
    """How somebody wants an activity to open. What its way does not need is left out of it."""

    way: str
    opens_on: datetime.date | None = None
    after: int | None = None
    opened: bool = False
    groups: Mapping[int, datetime.date | None] = field(default_factory=dict)  # group -> its day; None: with the block


WITH_BLOCK = Rule()


def why_closed(rule: Rule, *, block: datetime.date | None, today: datetime.date, person: int, done: Collection[int]) -> Closed | None:
    """None if it is open. `block` is the day on which its block opens, None if that is not planned; `done` are the activities that
    this person has done. The same rule for the database: `courses.models.releases.is_open`."""
    match rule.way:
        case "date":
            return _until(rule.opens_on, today, _("Your trainers have chosen this day."))
        case "hand":
            return None if rule.opened else _by_hand()
        case "after":
            waits = _until_block(block, today)
            return waits or (None if rule.after in done else _after(rule))
        case "group":
            return _for_groups(rule, block, today, person)
    return _until_block(block, today)


def is_for(rule: Rule, person: int) -> bool:
    """Whether it opens for this person at all, some day: not what is for groups that they are in none of."""
    return rule.way != "group" or not rule.groups or any(person in one.people for one in rule.groups)


def in_words(rule: Rule) -> str:
    """The rule itself, for those who set it."""
    match rule.way:
        case "date" if rule.opens_on:
            return _("On %(day)s") % {"day": _day(rule.opens_on)}
        case "hand":
            return _("Opened by hand: it is open") if rule.opened else _("Opened by hand: it is closed")
        case "after":
            return _("After “%(title)s”") % {"title": rule.after_title}
        case "group":
            return "; ".join(_of_group(one) for one in rule.groups) or _("For no group: it is closed")
    return _("With its block")


def _of_group(one: ForGroup) -> str:
    if one.opens_on is None:
        return _("%(group)s with the block") % {"group": one.title}
    return _("%(group)s on %(day)s") % {"group": one.title, "day": _day(one.opens_on)}


def _day(day: datetime.date) -> str:
    return date_format(day, "j F Y")


def _until(day: datetime.date | None, today: datetime.date, text: str) -> Closed | None:
    if day is None:
        return Closed(_("not planned yet"), _("The date of this block is not set yet."), text)
    return None if day <= today else _opens_on(day, text, get_language())


@lru_cache(maxsize=500)  # a course page says this of every activity that is still to come
def _opens_on(day: datetime.date, text: str, language: str | None) -> Closed:
    words = _("opens on %(date)s") % {"date": date_format(day, "j F")}
    return Closed(words, _("This opens on %(date)s.") % {"date": date_format(day, "l j F")}, text)


def _until_block(block: datetime.date | None, today: datetime.date) -> Closed | None:
    text = _(
        "Each block opens before its first day, so that everybody meets its texts at about the same time and we can talk about "
        "them together."
    )
    return _until(block, today, text)


def _by_hand() -> Closed:
    text = _("They do so when the time for it has come, often while you are together.")
    return Closed(_("your trainers open this"), _("Your trainers open this."), text)


def _after(rule: Rule) -> Closed:
    words = {
        "entry": _("opens when you have kept something for “%(title)s”"),
        "post": _("opens when you have posted in “%(title)s”"),
        "present": _("opens when you have been there in “%(title)s”"),
        "meeting": _("opens when you have talked with somebody about “%(title)s”"),
    }.get(rule.after_done_by, _("opens when you have done “%(title)s”")) % {"title": rule.after_title}
    title = _("This %(opens)s.") % {"opens": words}
    return Closed(words, title, _("One prepares the other, so they come in this order."), after=rule.after)


def _for_groups(rule: Rule, block: datetime.date | None, today: datetime.date, person: int) -> Closed | None:
    """Whoever is in several of the groups has the earliest of their days."""
    mine = [one for one in rule.groups if person in one.people]
    if not mine:
        names = get_text_list([one.title for one in rule.groups], _("and"))
        if not names:
            return _by_hand()
        text = _("You are in none of these groups. If you think you should be, please ask your trainers.")
        return Closed(_("for %(groups)s") % {"groups": names}, _("This is for %(groups)s.") % {"groups": names}, text)
    waits = [_until(one.opens_on or block, today, _("This is the day of %(group)s.") % {"group": one.title}) for one in mine]
    if None in waits:
        return None
    return min(zip(mine, waits, strict=True), key=lambda pair: pair[0].opens_on or block or datetime.date.max)[1]
