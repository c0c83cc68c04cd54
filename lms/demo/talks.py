"""A day of talks in the demo cohort."""

import datetime

from courses.models import Cohort
from live.actions import plan_conference, plan_talk
from lms.demo.years import coming_thursday
from lms.users.models import User

TALKS = [  # of a demo day of talks: room, from, until, title
    ("Hall", 10, 11, "Opening: what a pause makes room for"),
    ("Hall", 11, 12, "Who else is in the room? Inviting a network"),
    ("Library", 11, 12, "Being heard in a second language"),
    ("Hall", 13, 14, "A conversation between two services that do not exist"),
    ("Library", 13, 14, "Silence, on a screen and off it"),
]


def plan_day(cohort: Cohort, trainer: User) -> None:
    """A day of talks, the Saturday of next week."""
    about = "A demo of a day of talks: two rooms at a time, questions beside each. Nobody gives these talks."
    saturday = coming_thursday() + datetime.timedelta(days=9)
    day = plan_conference(actor=trainer, cohort=cohort, title="Demo day of talks", day=saturday, about=about)
    for hall, begins, ends, title in TALKS:
        plan_talk(
            actor=trainer,
            conference=day,
            title=title,
            hall=hall,
            begins=datetime.time(begins),
            ends=datetime.time(ends),
            keeps_text=True,
        )
