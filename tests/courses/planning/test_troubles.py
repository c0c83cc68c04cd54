import datetime

import pytest

from courses.models import Sitting
from courses.planning import Days, Plan, move_block, move_day, move_sitting, remove_sittings, shift_year, troubles_of
from tests.courses.planning.conftest import DAY, FIRST, SECOND, make_year, moment

pytestmark = pytest.mark.django_db
BEFORE = moment(datetime.date(2027, 1, 1), "12:00")
TEN, ELEVEN = datetime.time(10), datetime.time(11)


def test_troubles_of_a_good_move_are_none(plan):
    proposal = shift_year(plan, plan.blocks[0], FIRST + 7 * DAY, duties=True)

    assert troubles_of(plan, proposal, BEFORE) == []


def test_troubles_of_overlapping_sittings(plan):
    proposal = move_sitting(plan, plan.sittings[0], FIRST, datetime.time(11), datetime.time(12))

    assert troubles_of(plan, proposal, BEFORE) == [
        "“Arriving” and “Talking” would be at the same time (Thu 4 March 2027, 11:15–12:15). Please choose another time."
    ]


def test_troubles_of_sittings_that_only_touch_are_none(plan):
    proposal = move_sitting(plan, plan.sittings[0], FIRST, datetime.time(10, 15), datetime.time(11, 15))

    assert troubles_of(plan, proposal, BEFORE) == []


def test_troubles_of_another_cohorts_sittings_are_none(year):
    make_year()
    plan = Plan.read(year)

    proposal = move_sitting(plan, plan.sittings[0], FIRST, datetime.time(10, 5), datetime.time(11, 5))

    assert (troubles_of(plan, proposal, BEFORE), len(plan.sittings)) == ([], 8)


def test_troubles_of_overlap_find_one_that_lies_within_a_longer_one(plan):
    proposal = move_sitting(plan, plan.sittings[0], FIRST, datetime.time(9), datetime.time(17))

    assert len(troubles_of(plan, proposal, BEFORE)) == 1


def test_troubles_of_a_start_after_the_end(plan):
    proposal = move_block(plan, plan.blocks[0], Days(FIRST + 8 * DAY, FIRST + 7 * DAY, FIRST), along=False)

    found = troubles_of(plan, proposal, BEFORE)

    assert found[:2] == [
        "“Module 1” would end before it begins. Please choose a later last day.",
        "The texts of “Module 1” would open after its first day. Please choose an earlier day for them.",
    ]


def test_troubles_of_blocks_out_of_order(plan):
    proposal = move_block(plan, plan.blocks[0], Days(FIRST, SECOND, SECOND + DAY), along=False)

    assert troubles_of(plan, proposal, BEFORE)[0] == "“Module 2” would not begin after “Module 1”. Please choose other days."


def test_troubles_of_what_was_held(plan):
    now = moment(FIRST, "10:30")

    proposal = move_day(plan, plan.blocks[0], FIRST, FIRST + 5 * DAY)

    assert troubles_of(plan, proposal, now) == ["“Arriving” has begun already, on Thu 4 March 2027. What was held keeps its time."]


def test_troubles_of_moving_into_the_past(plan):
    now = moment(FIRST - DAY, "10:30")

    proposal = move_sitting(plan, plan.sittings[0], FIRST - DAY, datetime.time(9), datetime.time(10))

    assert troubles_of(plan, proposal, now) == ["“Arriving” would be in the past. Please choose a time that is still to come."]


def test_troubles_of_sittings_left_outside(plan):
    proposal = move_block(plan, plan.blocks[0], Days(FIRST - 14 * DAY, FIRST + DAY, FIRST + DAY), along=False)

    assert troubles_of(plan, proposal, BEFORE) == [
        f"“{title}” on Thu 4 March 2027 would be outside the days of “Module 1”. Please move it first, or choose other days."
        for title in ("Arriving", "Talking")
    ]


@pytest.mark.parametrize(
    ("zone", "day", "clock", "sentence"),
    [
        ("Europe/London", "2027-03-28", "01:30", "There is no 01:30 on 28 March 2027 (UK): clocks go forward over it."),
        ("Europe/Tallinn", "2027-03-28", "03:30", "There is no 03:30 on 28 March 2027 (Tallinn): clocks go forward over it."),
        ("Australia/Sydney", "2027-04-04", "02:30", "Clocks show 02:30 twice on 4 April 2027 (Sydney), because they go back."),
    ],
)
def test_troubles_of_hours_that_clocks_skip_or_show_twice(zone, day, clock, sentence):
    day, begins = datetime.date.fromisoformat(day), datetime.time.fromisoformat(clock)
    plan = Plan.read(make_year(zone, (day - DAY, day + 42 * DAY)))

    proposal = move_sitting(plan, plan.sittings[0], day, begins, datetime.time(6))

    assert troubles_of(plan, proposal, BEFORE) == [f"“Arriving”: {sentence} Please choose another time."]


def test_troubles_of_a_night_sitting_whose_day_is_moved_onto_changing_clocks():
    plan = Plan.read(make_year("Europe/London", (datetime.date(2027, 3, 20), datetime.date(2027, 5, 1))))
    night = move_sitting(plan, plan.sittings[0], datetime.date(2027, 3, 20), datetime.time(1, 30), datetime.time(2, 30))
    sitting = plan.sittings[0]
    sitting.starts_at, sitting.ends_at = plan.hours_after(night, sitting)

    proposal = move_day(plan, plan.blocks[0], datetime.date(2027, 3, 20), datetime.date(2027, 3, 28))

    assert [sentence for sentence in troubles_of(plan, proposal, BEFORE) if "01:30" in sentence] == [
        "“Arriving”: There is no 01:30 on 28 March 2027 (UK): clocks go forward over it. Please choose another time."
    ]


def test_what_was_called_off_holds_no_hour_and_moves_after_it_too(year):
    first = Plan.read(year).sittings[0]
    Sitting.objects.filter(pk=first.pk).update(called_off_at=BEFORE)
    plan = Plan.read(year)
    off, other = plan.sittings[:2]

    in_its_place = move_sitting(plan, other, FIRST, TEN, ELEVEN)
    itself_later = move_sitting(plan, off, FIRST + DAY, datetime.time(14), datetime.time(15))

    assert troubles_of(plan, in_its_place, BEFORE) == []
    assert troubles_of(plan, itself_later, moment(FIRST, "18:00")) == []
    assert troubles_of(plan, remove_sittings(plan, plan.blocks[0], [off]), moment(FIRST, "18:00")) == []
