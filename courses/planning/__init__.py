"""A cohort's year as a plan: what it is made of, what a change would do, and what stands in its way. Asks and compares; writes nothing."""

from courses.planning.changes import changes_of, digest
from courses.planning.consequences import consequences_of
from courses.planning.differences import differences
from courses.planning.outlines import BlockOutline, first_days, outline_of, outline_of_cohort, outline_of_programme
from courses.planning.plans import Days, Plan, Proposal, Wall
from courses.planning.proposals import (
    add_block,
    add_day,
    add_sitting,
    change_zone,
    double_minutes,
    move_block,
    move_day,
    move_sitting,
    remove_sittings,
    shift_year,
)
from courses.planning.troubles import troubles_of

__all__ = [
    "BlockOutline",
    "Days",
    "Plan",
    "Proposal",
    "Wall",
    "add_block",
    "add_day",
    "add_sitting",
    "change_zone",
    "changes_of",
    "consequences_of",
    "differences",
    "digest",
    "double_minutes",
    "first_days",
    "move_block",
    "move_day",
    "move_sitting",
    "outline_of",
    "outline_of_cohort",
    "outline_of_programme",
    "remove_sittings",
    "shift_year",
    "troubles_of",
]
