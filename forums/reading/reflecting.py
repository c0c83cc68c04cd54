"""What a reflecting thread shows of its form: the phases, whose turn it is, and what stands where the composer was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from forums.actions.reflecting import PHASES
from forums.models import Thread
from lms.floor import Phase, Seat, may_speak
from lms.users.models import User


@dataclass(frozen=True)
class Form:
    """For templates/components/phase-line.html and listening.html."""

    phases: list[dict[str, Any]]
    floor: str
    speaks: bool
    silence: bool
    listening: str


def form_of(user: User, thread: Thread) -> Form | None:
    """None for an ordinary thread; else one query for the seats with their names."""
    if not thread.phase:
        return None
    seats = list(thread.seats.select_related("person").order_by("person__display_name", "pk"))
    own = next((seat.seat for seat in seats if seat.person_id == user.pk), Seat.LISTENER.value)
    tells = [seat.person.display_name for seat in seats if seat.seat == Seat.SPEAKER]
    reflect = [seat.person.display_name for seat in seats if seat.seat == Seat.REFLECTOR]
    now = Phase(thread.phase)
    return Form(
        phases=[{"word": _words()[phase], "now": phase == now} for phase in PHASES],
        floor=_floor(now, get_text_list(tells, _("and")), get_text_list(reflect, _("and"))),
        speaks=may_speak(now, own),
        silence=now == Phase.SILENCE,
        listening=_listening(now),
    )


def _words() -> dict[Phase, str]:
    """What the phases are called in a thread, where everything takes days."""
    return {
        Phase.CONVERSATION: _("Telling"),
        Phase.SILENCE: _("Listening"),
        Phase.REFLECTING: _("Reflecting"),
        Phase.RESPONSE: _("Answering"),
    }


def _floor(now: Phase, tells: str, reflect: str) -> str:
    return {
        Phase.CONVERSATION: _("%(name)s tells."),
        Phase.SILENCE: _("Nobody writes just now. %(names)s will reflect."),
        Phase.REFLECTING: _("%(names)s reflect with each other."),
        Phase.RESPONSE: _("%(name)s answers, as far as they wish."),
    }[now] % {"name": tells, "names": reflect}


def _listening(now: Phase) -> str:
    return {
        Phase.CONVERSATION: _("Let it reach you. Your turn may come later."),
        Phase.SILENCE: _("We let it settle. What stays with you?"),
        Phase.REFLECTING: _("You are listening to the reflections. You may let go of what does not fit."),
        Phase.RESPONSE: _("The floor is with who told."),
    }[now]
