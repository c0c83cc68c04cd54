import datetime

import pytest

from courses.models import AftercareDuty
from courses.planning import (
    Days,
    Plan,
    Wall,
    add_block,
    changes_of,
    consequences_of,
    double_minutes,
    move_block,
    move_day,
    move_sitting,
    outline_of_programme,
    shift_year,
    troubles_of,
)
from courses.planning.proposals import doubled
from tests.courses.planning.conftest import DAY, FIRST, SECOND, make_year, moment
from tests.factories import make_module, make_user

pytestmark = pytest.mark.django_db


def walls(plan, proposal):
    """Each sitting's day and hour, as it would be."""
    return [f"{plan.wall_after(proposal, sitting).begins:%d %b %H:%M}" for sitting in plan.sittings]


def test_move_block_takes_its_sittings_along_at_the_same_hours(plan):
    block = plan.blocks[0]

    proposal = move_block(plan, block, Days(FIRST - 10 * DAY, FIRST + DAY, FIRST + 2 * DAY), along=True)

    assert proposal.blocks == {block.pk: Days(FIRST - 10 * DAY, FIRST + DAY, FIRST + 2 * DAY)}
    assert walls(plan, proposal)[:5] == ["05 Mar 10:00", "05 Mar 11:15", "06 Mar 10:00", "06 Mar 11:15", "15 Apr 10:00"]


def test_move_block_leaves_its_sittings_where_they_are_if_asked(plan):
    proposal = move_block(plan, plan.blocks[0], Days(FIRST - 14 * DAY, FIRST - DAY, FIRST + DAY), along=False)

    assert proposal.sittings == {}


def test_move_sitting_makes_its_block_longer_where_it_has_to(plan):
    block, sitting = plan.blocks[0], plan.sittings[3]

    proposal = move_sitting(plan, sitting, FIRST + 2 * DAY, datetime.time(9, 30), datetime.time(10, 30))

    assert proposal.blocks == {block.pk: Days(FIRST - 14 * DAY, FIRST, FIRST + 2 * DAY)}
    assert walls(plan, proposal)[:4] == ["04 Mar 10:00", "04 Mar 11:15", "05 Mar 10:00", "06 Mar 09:30"]


def test_move_day_moves_all_its_sittings_and_the_blocks_edge(plan):
    block = plan.blocks[0]

    proposal = move_day(plan, block, FIRST, FIRST + 5 * DAY)

    assert walls(plan, proposal)[:4] == ["09 Mar 10:00", "09 Mar 11:15", "05 Mar 10:00", "05 Mar 11:15"]
    assert proposal.blocks == {block.pk: Days(FIRST - 14 * DAY, FIRST + DAY, FIRST + 5 * DAY)}


def test_move_day_before_its_texts_open_opens_them_that_day(plan):
    proposal = move_day(plan, plan.blocks[0], FIRST, FIRST - 20 * DAY)

    assert proposal.blocks[plan.blocks[0].pk] == Days(FIRST - 20 * DAY, FIRST - 20 * DAY, FIRST + DAY)


def test_shift_year_moves_a_block_and_all_after_it(plan):
    proposal = shift_year(plan, plan.blocks[1], SECOND + 7 * DAY, duties=False)

    later = SECOND + 7 * DAY
    assert proposal.blocks == {plan.blocks[1].pk: Days(later - 14 * DAY, later, later + DAY)}
    assert walls(plan, proposal)[3:5] == ["05 Mar 11:15", "22 Apr 10:00"]


@pytest.mark.parametrize("zone", ["Europe/London", "Europe/Tallinn", "Australia/Sydney"])
def test_shift_year_keeps_the_hours_of_the_course_over_the_week_of_changing_clocks(zone):
    """Europe's clocks change on 28 March 2027, Sydney's on 4 April: a year that begins on 25 March is put off to 8 April."""
    cohort = make_year(zone, (datetime.date(2027, 3, 25), datetime.date(2027, 5, 6)))
    plan = Plan.read(cohort)

    proposal = shift_year(plan, plan.blocks[0], datetime.date(2027, 4, 8), duties=False)

    assert walls(plan, proposal)[:3] == ["08 Apr 10:00", "08 Apr 11:15", "09 Apr 10:00"]
    offset = {"Europe/London": 1, "Europe/Tallinn": 3, "Australia/Sydney": 10}[zone]
    assert plan.hours_after(proposal, plan.sittings[0]).starts_at == datetime.datetime(2027, 4, 8, 10 - offset, tzinfo=datetime.UTC)


def test_shift_year_onto_a_leap_day(plan):
    leap = datetime.date(2028, 2, 29)

    proposal = shift_year(plan, plan.blocks[0], leap, duties=False)

    assert [days.starts_on for days in proposal.blocks.values()] == [leap, datetime.date(2028, 4, 11)]


def test_shift_year_takes_duty_along_only_if_asked(year):
    early, late = (
        AftercareDuty.objects.create(cohort=year, person=make_user(), from_on=start, until_on=start + DAY) for start in (FIRST, SECOND)
    )
    plan = Plan.read(year)

    along = shift_year(plan, plan.blocks[1], SECOND + DAY, duties=True)
    not_along = shift_year(plan, plan.blocks[1], SECOND + DAY, duties=False)

    assert (along.duties, not_along.duties) == ({late.pk: (SECOND + DAY, SECOND + 2 * DAY)}, {})
    assert early.pk not in along.duties


def missing_block(year, **fields):
    """A third block of the template, of one day, that this cohort has not."""
    days = [[{"title": "Arriving", "activities": []}, {"title": "Talking", "activities": []}]]
    make_module(programme=year.programme, title="Ending", days=days, opens_before=7, **fields)
    return outline_of_programme(year.programme)[-1]


def test_add_block_is_the_templates_from_that_day_on(year):
    plan, starts = Plan.read(year), SECOND + 42 * DAY

    proposal = add_block(missing_block(year), starts, twice=False)

    said = [(one.kind, one.was, one.now) for one in changes_of(plan, proposal)]
    hours = [(moment(starts, begins), moment(starts, ends)) for begins, ends in (("10:00", "11:00"), ("11:15", "12:15"))]
    assert said[:3] == [("opens", (), (starts - 7 * DAY,)), ("starts", (), (starts,)), ("ends", (), (starts,))]
    assert said[3:5] == [("sitting", (), span) for span in hours]
    assert [one[:1] + one[2] for one in said[5:6]] == [("course_ends", starts)]
    assert troubles_of(plan, proposal, moment(datetime.date(2027, 1, 1), "12:00")) == []
    texts = dict(consequences_of(plan, proposal, changes_of(plan, proposal)))["Texts"]
    assert texts == ["“Ending” becomes part of the year. Its texts open on Thu 20 May 2027."]


def test_add_block_between_others_stays_in_the_order_of_the_template(year):
    plan = Plan.read(year)

    [too_early] = troubles_of(
        plan, add_block(missing_block(year), FIRST + 7 * DAY, twice=False), moment(datetime.date(2027, 1, 1), "12:00")
    )

    assert too_early.startswith("“Ending” would not begin after")


def test_add_block_interpreted_turn_by_turn_takes_twice_the_minutes(year):
    proposal = add_block(missing_block(year), SECOND + 42 * DAY, twice=True)

    assert [f"{one.wall.begins:%H:%M}–{one.wall.ends:%H:%M}" for one in proposal.added] == ["10:00–12:00", "12:15–14:15"]


def test_double_minutes_moves_what_comes_after_and_keeps_breaks(plan):
    first_day = plan.sittings[:2]

    one, both = (double_minutes(plan, first_day, [sitting.pk for sitting in those]) for those in (first_day[:1], first_day))

    assert walls(plan, one)[:3] == ["04 Mar 10:00", "04 Mar 12:15", "05 Mar 10:00"]
    assert [f"{plan.wall_after(both, sitting).ends:%H:%M}" for sitting in first_day] == ["12:00", "14:15"]
    assert set(double_minutes(plan, first_day, [first_day[1].pk]).sittings) == {first_day[1].pk}


def test_doubled_of_nothing_chosen_is_as_it_was():
    walls = [Wall(datetime.datetime(2027, 3, 4, hour), datetime.datetime(2027, 3, 4, hour, 45)) for hour in (10, 11)]

    assert doubled(walls, []) == walls
