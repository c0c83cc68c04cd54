"""Headings to begin an entry with, for who likes some: five known ways to reflect. A blank page is what everybody gets.

The sequence of each is the model's; the questions are our own words. Every heading can be changed or deleted.

* Kolb: David A. Kolb, Experiential Learning (1984): experience, reflective observation, conceptualisation, experimentation.
* Gibbs: Graham Gibbs, Learning by Doing (1988): description, feelings, evaluation, analysis, conclusion, action plan.
* Schön: Donald A. Schön, The Reflective Practitioner (1983): reflection in action and on action.
* Driscoll: John Driscoll (1994, 2007), with Terry Borton's three questions of 1970: What? So what? Now what?
* Johns: Christopher Johns, model of structured reflection (1990s): looking in, looking out, five groups of cues.
"""

from dataclasses import dataclass
from html import escape

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Scaffold:
    """One way to reflect: what it is called, what it is for, and its headings as questions."""

    slug: str
    name: str | Promise
    purpose: str | Promise
    headings: tuple[str | Promise, ...]

    @property
    def plain(self) -> str:
        """The headings as lines with room between them, for a bare textarea."""
        return "\n\n\n".join(str(heading) for heading in self.headings) + "\n\n"

    @property
    def html(self) -> str:
        """The headings with an empty paragraph below each, for the editor."""
        return "".join(f"<h2>{escape(str(heading), quote=False)}</h2><p></p>" for heading in self.headings)


SCAFFOLDS = (
    Scaffold(
        "kolb",
        _("Kolb: a circle of experience"),
        _("For going from one thing that happened to something you will try."),
        (
            _("What happened, and what did I do?"),
            _("What do I notice when I look back at it?"),
            _("What do I make of it? What does it tell me beyond this one time?"),
            _("What will I try next time?"),
        ),
    ),
    Scaffold(
        "gibbs",
        _("Gibbs: six steps"),
        _("For an event that stays with you, and the feelings in it."),
        (
            _("What happened?"),
            _("What did I feel and think?"),
            _("What was good about it, and what was hard?"),
            _("How do I understand it now?"),
            _("What else could I have done?"),
            _("If it comes again, what will I do?"),
        ),
    ),
    Scaffold(
        "schon",
        _("Schön: in the moment and afterwards"),
        _("For a moment that surprised you while you were working."),
        (
            _("What surprised me while it was happening?"),
            _("What did I think in that moment, and what did I change because of it?"),
            _("What do I see now that I could not see then?"),
            _("What do I seem to take for granted in my work?"),
        ),
    ),
    Scaffold(
        "driscoll",
        _("Driscoll: three questions"),
        _("For a short reflection when there is little time."),
        (
            _("What? What happened, and who was there?"),
            _("So what? What did it mean, to me and to others?"),
            _("Now what? What follows from it?"),
        ),
    ),
    Scaffold(
        "johns",
        _("Johns: looking in, looking out"),
        _("For a meeting with somebody in which something was at stake."),
        (
            _("Looking in: what am I carrying as I begin to write?"),
            _("Looking out: what took place, and what in it matters most?"),
            _("What was I trying to do, and what came of it, for them and for me?"),
            _("What moved me to act as I did, and was it in keeping with what I believe is right?"),
            _("What did I know, or not know, that made a difference?"),
            _("How does this connect with earlier times, and what do I want to do differently?"),
        ),
    ),
)


def scaffold_named(slug: str) -> Scaffold | None:
    """The scaffold with this name; None is the blank page."""
    return next((scaffold for scaffold in SCAFFOLDS if scaffold.slug == slug), None)
