"""What the room's page shows of the form of the dialogue: the phases, whose turn it is, what stands where the composer was.

`static/js/room/form.js` says the same sentences in the browser when something changes; both have their words from here or from
`templates/live/partials/words.html`.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from live import events
from live.permissions import Standing
from lms.floor import IN_TURN, PHASE_LABELS, SEAT_LABELS, Phase, Seat, Turns

LONG = datetime.timedelta(minutes=8)  # of reflecting: after it a quiet mark for who facilitates, and never an end
MOST_KNOWN = 200  # people who can be chosen on one page
LINE = (Phase.ARRIVING, Phase.ROUND, Phase.CONVERSATION, Phase.REFLECTING, Phase.RESPONSE, Phase.LANDING)


@dataclass(frozen=True)
class FormPage:
    """For templates/live/room.html."""

    json: str  # the form and the names of people in it, for the browser
    when: dict[str, bool]  # what is shown now: the names of `data-when` in the templates
    phases: list[dict[str, Any]]
    floor: str
    listening: str
    aside: str
    round: list[events.Person]
    holder: int | None
    hands: list[events.Person]
    known: list[events.Person]  # whom who facilitates may choose: who is here, then who has been
    before: str  # the phase that a silence interrupts
    here: list[dict[str, Any]]  # everybody who is here, and what else is said of them
    seats: list[dict[str, Any]]  # whom who facilitates may choose, with the seat they were given


def form_page(who: Standing, people: Iterable[events.Person]) -> FormPage:
    """Two queries: the form, and the people in it who are not here just now."""
    form = events.form_of(who.room)
    phase, turns = Phase(form["phase"]), Turns.of(form["turns"])
    here = {person.id: person for person in people}
    named = here | _others(who, form, turns, here)
    known = list(named.values())[:MOST_KNOWN]
    names = {pk: person.name for pk, person in named.items()}
    return FormPage(
        json=json.dumps({"form": form, "names": {pk: [person.name, person.initials] for pk, person in named.items()}}),
        when=when_of(who, form, turns),
        phases=_line(phase, form["before"]),
        floor=_floor(
            phase,
            turns,
            names,
            [names[int(pk)] for pk, seat in form["seats"].items() if seat == Seat.REFLECTOR and int(pk) in names],
            form["waits_for_interpreter"],
        ),
        listening=_listening(phase, turns, names, who.person),
        aside=_aside(phase),
        round=[named[person] for person in turns.everybody if person in named],
        holder=turns.holder,
        hands=[named[person] for person in form["hands"] if person in named],
        known=known,
        before=form["before"],
        here=[
            {"id": person.id, "name": person.name, "initials": person.initials, "words": words_of(person, form)} for person in here.values()
        ],
        seats=[{"person": person, "given": form["seats"].get(str(person.id), "")} for person in known],
    )


def when_of(who: Standing, form: dict[str, Any], turns: Turns) -> dict[str, bool]:
    """What is shown to this person now."""
    phase, me = Phase(form["phase"]), who.person
    speaks, hand = who.may_speak(), me in form["hands"]
    in_turn = phase in IN_TURN
    long = phase == Phase.REFLECTING and timezone.now() - datetime.datetime.fromisoformat(form["since"]) > LONG
    return {
        "speaks": speaks,
        "listens": not speaks and not who.away,
        "away": who.away,
        "present": not who.away,
        "turn": in_turn and speaks,
        "answers": phase == Phase.RESPONSE and me in turns.first and not who.away,
        "ends": speaks and (turns.holder == me or me in turns.first),
        "interpreted": form["waits_for_interpreter"] and who.own_seat == Seat.INTERPRETER,
        "waits": form["waits_for_interpreter"],
        "hand_up": hand,
        "hand_down": not hand and who.may_raise_hand() and turns.holder != me,  # whoever has the floor asks for nothing
        "round": bool(turns.everybody),
        "hands": bool(form["hands"]),
        "quiet": phase == Phase.SILENCE,
        "long": long,
    }


def _others(who: Standing, form: dict[str, Any], turns: Turns, here: dict[int, events.Person]) -> dict[int, events.Person]:
    """People of the form who are not here; for who facilitates everybody who has been."""
    marked = {*turns.everybody, *form["hands"], *form["away"], *map(int, form["seats"])}
    rows = who.room.participants.exclude(person__in=list(here)).select_related("person").order_by("pk")
    if not who.facilitates:
        rows = rows.filter(person__in=marked)
    people = [row.person for row in rows[: 2 * MOST_KNOWN]]
    return {person.pk: events.Person(person.pk, person.display_name, person.initials, Seat.SPEAKER) for person in people}


def words_of(person: events.Person, form: dict[str, Any]) -> str:
    """Seat, hand and turn of somebody, in words: what the circle draws."""
    seat = form["seats"].get(str(person.id)) or person.seat
    if form["others_listen"] and seat == Seat.SPEAKER and str(person.id) not in form["seats"]:
        seat = Seat.LISTENER
    marks = [str(SEAT_LABELS[Seat(seat)]).lower()] if seat != Seat.SPEAKER else []
    marks += [_("has the floor")] if person.id in form["speaking"]["people"] else []
    marks += [_("hand up")] if person.id in form["hands"] else []
    marks += [_("stepped out")] if person.id in form["away"] else []
    return ", ".join(marks)


def _line(now: Phase, before: str) -> list[dict[str, Any]]:
    """The phases as they follow each other; a silence stands behind what it interrupts, and only while it lasts."""
    line: list[Phase] = list(LINE)
    line.insert(line.index(Phase(before)) + 1 if before in line else 0, Phase.SILENCE)
    silent = now == Phase.SILENCE
    return [
        {"key": phase.value, "word": PHASE_LABELS[phase], "now": phase == now, "hidden": phase == Phase.SILENCE and not silent}
        for phase in line
    ]


def _floor(phase: Phase, turns: Turns, names: dict[int, str], reflect: list[str], waits: bool) -> str:
    """Who holds the floor and who comes next."""
    holder = names.get(turns.holder or 0)
    held = _("%(name)s has the floor.") % {"name": holder} if holder else ""
    if phase in IN_TURN and waits and held:
        return f"{held} {_('We wait for the interpreter.')}"
    if phase in IN_TURN:
        following = names.get(turns.waiting[0]) if turns.waiting else None
        if not held:
            return _("We wait for those who dropped out.") if turns.waiting else _("Everyone has had a turn.")
        return f"{held} {_('Next: %(name)s.') % {'name': following}}" if following else held
    if phase == Phase.RESPONSE and turns.first:
        first = get_text_list([names.get(person, "") for person in turns.first], _("and"))
        return " ".join(filter(None, [_("%(names)s may answer first.") % {"names": first}, held]))
    if phase == Phase.REFLECTING and reflect:
        return _("%(names)s reflect with each other. Everyone else listens.") % {"names": get_text_list(reflect, _("and"))}
    said = {
        Phase.REFLECTING: _("Nobody has been asked to reflect yet. Whoever facilitates gives the seats."),
        Phase.RESPONSE: _("Those who spoke may answer."),
        Phase.SILENCE: _("We are being quiet together."),
    }
    return said.get(phase, held)


def _listening(phase: Phase, turns: Turns, names: dict[int, str], me: int | None) -> str:
    """What stands where the composer was."""
    if phase == Phase.SILENCE:
        return _("We are being quiet together")
    if phase == Phase.REFLECTING:
        return _("You are listening to the reflections")
    if phase in IN_TURN and turns.waiting[:1] == (me,) and turns.holder in names:
        return _("You are listening. After %(name)s it is you.") % {"name": names[turns.holder]}
    if phase in IN_TURN and me in turns.waiting:
        return _("You are listening. Your turn comes later.")
    return _("You are listening")


def _aside(phase: Phase) -> str:
    if phase == Phase.REFLECTING:
        return _("Next, those who were spoken about may answer first. “Nothing just now” is an answer too.")
    return ""
