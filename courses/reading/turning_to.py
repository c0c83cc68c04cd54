"""Somebody to turn to."""

from typing import Any

from courses import crisis
from courses.actions.aftercare import PROMISED_HOURS
from courses.answering import who_answers
from courses.permissions import recent_places_of
from lms.users.models import User


def turn_to(person: User) -> dict[str, Any]:
    """For courses/partials/entry_nobody_monitors.html: who answers "Please contact me" now, within how many hours (0: nobody could), and
    the numbers of the person's country."""
    places = getattr(person, "places_shown", None)
    if places is None:
        places = person.places_shown = recent_places_of(person)
    cohort = places[0].cohort if places else None
    answers = [one.display_name for one in who_answers(cohort, asker=person)] if cohort else []
    hours = cohort.promised_hours if cohort else PROMISED_HOURS
    return {
        "answers": answers,
        "hours": hours if answers or cohort is None else 0,
        "crisis": crisis.of_person(person.country, person.time_zone),
    }
