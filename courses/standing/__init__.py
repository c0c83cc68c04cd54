"""Where people stand with their hours: the rules, and what they need of a cohort."""

from courses.standing.gathering import Planned, hours, noted_of, planned, standing_of, standings_of
from courses.standing.rules import Day, DayState, Hour, Standing, Word, add_up, enough, percent

__all__ = [
    "Day",
    "DayState",
    "Hour",
    "Planned",
    "Standing",
    "Word",
    "add_up",
    "enough",
    "hours",
    "noted_of",
    "percent",
    "planned",
    "standing_of",
    "standings_of",
]
