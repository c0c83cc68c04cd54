"""Sittings that come and go, and another clock for the course."""

import datetime

import pytest

from courses.models import Absence, Attendance, Sitting
from courses.planning import (
    Plan,
    add_day,
    add_sitting,
    change_zone,
    changes_of,
    consequences_of,
    digest,
    move_sitting,
    remove_sittings,
    troubles_of,
)
from lms.permissions import Part
from tests.courses.planning.conftest import DAY, FIRST, SECOND, moment
from tests.factories import make_activity, make_membership, make_user

pytestmark = pytest.mark.django_db
BEFORE = moment(datetime.date(2027, 1, 1), "12:00")
TWO, THREE = datetime.time(14), datetime.time(15)


def of_sittings(plan, proposal):
    return [(one.name, one.was, one.now) for one in changes_of(plan, proposal) if one.kind == "sitting"]


def said(plan, proposal, heading):
    return dict(consequences_of(plan, proposal, changes_of(plan, proposal))).get(heading)


def test_add_sitting_has_nothing_before(plan):
    proposal = add_sitting(plan, plan.blocks[0], "Supervision", FIRST, TWO, THREE)

    assert of_sittings(plan, proposal) == [("Supervision", (), (moment(FIRST, "14:00"), moment(FIRST, "15:00")))]
    assert troubles_of(plan, proposal, BEFORE) == []


def test_add_sitting_makes_its_block_longer_where_it_has_to(plan):
    proposal = add_sitting(plan, plan.blocks[0], "Supervision", FIRST + 2 * DAY, TWO, THREE)

    assert proposal.blocks[plan.blocks[0].pk] == (FIRST - 14 * DAY, FIRST, FIRST + 2 * DAY)


def test_add_sitting_at_the_time_of_another_is_refused(plan):
    proposal = add_sitting(plan, plan.blocks[0], "Supervision", FIRST, datetime.time(10, 30), datetime.time(11, 10))

    [sentence] = troubles_of(plan, proposal, BEFORE)
    assert sentence.startswith("“Arriving” and “Supervision” would be at the same time")


def test_add_sitting_in_the_past_is_refused(plan):
    proposal = add_sitting(plan, plan.blocks[0], "Supervision", FIRST, TWO, THREE)

    assert troubles_of(plan, proposal, moment(FIRST, "18:00")) == [
        "“Supervision” would be in the past. Please choose a time that is still to come."
    ]


def test_add_day_takes_the_same_sittings_at_the_same_hours_and_what_is_done_in_them(plan):
    activity = make_activity(module=plan.blocks[0].module)
    plan.sittings[0].activities.add(activity)

    proposal = add_day(plan, plan.blocks[0], FIRST, FIRST + 2 * DAY)

    assert [(one.title, one.wall.begins, one.activities) for one in proposal.added] == [
        ("Arriving", datetime.datetime.combine(FIRST + 2 * DAY, datetime.time(10)), (activity.pk,)),
        ("Talking", datetime.datetime.combine(FIRST + 2 * DAY, datetime.time(11, 15)), ()),
    ]


def test_remove_sittings_have_nothing_after_and_make_their_block_shorter(plan):
    proposal = remove_sittings(plan, plan.blocks[0], plan.sittings[2:4])

    assert of_sittings(plan, proposal) == [
        ("Arriving", (moment(FIRST + DAY, "10:00"), moment(FIRST + DAY, "11:00")), ()),
        ("Talking", (moment(FIRST + DAY, "11:15"), moment(FIRST + DAY, "12:15")), ()),
    ]
    assert proposal.blocks[plan.blocks[0].pk] == (FIRST - 14 * DAY, FIRST, FIRST)


def test_remove_all_sittings_of_a_block_leaves_its_days(plan):
    proposal = remove_sittings(plan, plan.blocks[0], plan.sittings[:4])

    assert proposal.blocks == {}


def test_remove_sittings_that_were_held_is_refused(plan):
    proposal = remove_sittings(plan, plan.blocks[0], plan.sittings[:1])

    assert troubles_of(plan, proposal, moment(FIRST, "10:00")) == [
        "“Arriving” has begun already, on Thu 4 March 2027. What was held stays in the plan."
    ]


def test_remove_sittings_in_which_somebody_was_noted_is_refused(plan):
    Attendance.objects.create(sitting=plan.sittings[0], person=make_user(), minutes=60, of_minutes=60)

    proposal = remove_sittings(plan, plan.blocks[0], plan.sittings[:1])

    assert troubles_of(plan, proposal, BEFORE) == [
        "Who was there is noted for “Arriving” on Thu 4 March 2027, so it stays in the plan. It can be moved."
    ]


def test_remove_sittings_says_what_would_be_done_nowhere(plan):
    alone, twice = (make_activity(module=plan.blocks[0].module, title=title) for title in ("Alone", "Twice"))
    plan.sittings[0].activities.add(alone, twice)
    plan.sittings[1].activities.add(twice)

    found = said(plan, remove_sittings(plan, plan.blocks[0], plan.sittings[:1]), "What was planned in them")

    assert found == ["“Alone” would be done in no sitting any more."]


def test_consequences_of_fewer_hours(plan):
    found = said(plan, remove_sittings(plan, plan.blocks[0], plan.sittings[:2]), "Hours")

    assert found == ["The course would have 2 hours less. Everybody's share of hours is counted of what is planned then."]


def test_consequences_for_who_cannot_come_only_where_no_sitting_is_left(year, plan):
    for person in (make_user(), make_user()):
        Absence.objects.create(cohort=year, person=person, day=FIRST)

    one, day = (remove_sittings(plan, plan.blocks[0], plan.sittings[:number]) for number in (1, 2))

    assert said(plan, one, "Who cannot come") is None
    assert said(plan, day, "Who cannot come") == [
        "2 people said that they cannot come on Thu 4 March 2027, where no sitting would be left."
    ]


# --- the clock of the course ----------------------------------------------------------------------------------------


def test_change_zone_keeps_hours_of_what_is_to_come(plan):
    proposal = change_zone(plan, "Europe/Tallinn", same_hours=True, now=moment(FIRST, "10:00"))

    found = of_sittings(plan, proposal)
    assert len(found) == 7
    assert found[0] == (
        "Talking",
        (moment(FIRST, "11:15"), moment(FIRST, "12:15")),
        (moment(FIRST, "11:15", "Europe/Tallinn"), moment(FIRST, "12:15", "Europe/Tallinn")),
    )


def test_change_zone_keeps_hours_in_the_week_in_which_clocks_change(plan):
    """London goes forward on 28 March 2027 and Sydney back on 4 April: the two are nine hours apart then and no longer eleven."""
    after = Plan.read(plan.cohort)
    proposal = change_zone(after, "Australia/Sydney", same_hours=True, now=BEFORE)

    hours = [after.hours_after(proposal, one).starts_at for one in (after.sittings[0], after.sittings[4])]
    assert hours == [moment(FIRST, "10:00", "Australia/Sydney"), moment(SECOND, "10:00", "Australia/Sydney")]
    assert [hours[0].hour, hours[1].hour] == [23, 0]


def test_change_zone_keeps_moments(plan):
    proposal = change_zone(plan, "Europe/Tallinn", same_hours=False, now=BEFORE)

    assert changes_of(plan, proposal) == []
    assert plan.wall_after(proposal, plan.sittings[0]).begins == datetime.datetime(2027, 3, 4, 12)
    assert troubles_of(plan, proposal, BEFORE) == []


def test_change_zone_by_which_a_sitting_would_be_on_no_day_of_its_block_is_refused(plan):
    proposal = change_zone(plan, "Pacific/Kiritimati", same_hours=False, now=BEFORE)  # fourteen hours ahead

    assert any("would be outside the days of “Module 1”" in one for one in troubles_of(plan, proposal, BEFORE))


def test_change_zone_by_which_what_was_held_is_on_another_day_is_refused(plan):
    now = moment(FIRST, "18:00")

    found = troubles_of(plan, change_zone(plan, "Pacific/Kiritimati", same_hours=True, now=now), now)

    assert found == [
        f"“{title}” was held on Thu 4 March 2027. By that clock it would be Fri 5 March 2027, and hours are added up by the day."
        for title in ("Arriving", "Talking")
    ]


def test_change_zone_to_an_hour_that_clocks_skip_is_refused(plan):
    night = add_sitting(plan, plan.blocks[0], "Night", datetime.date(2027, 3, 28), datetime.time(3, 30), datetime.time(4, 30))
    assert troubles_of(plan, night, BEFORE)[:1] == []
    plan.sittings[0].starts_at, plan.sittings[0].ends_at = night_hours()

    found = troubles_of(plan, change_zone(plan, "Europe/Tallinn", same_hours=True, now=BEFORE), BEFORE)

    assert any(one.startswith("“Arriving”: There is no 03:30 on 28 March 2027 (Tallinn)") for one in found)


def night_hours():
    day = datetime.date(2027, 3, 28)
    return moment(day, "03:30"), moment(day, "04:30")


def test_consequences_of_another_zone_say_what_it_is_elsewhere(year, plan):
    make_membership(cohort=year, part=Part.TRAINEE, person=make_user(time_zone="Europe/London"))

    proposal = change_zone(plan, "Europe/Tallinn", same_hours=True, now=BEFORE)

    assert said(plan, proposal, "Clocks") == ["“Arriving”: Thu 4 March, 08:00 by the clock there (UK). It was Thu 4 March, 10:00."]


def test_digest_is_another_one_in_another_zone(plan):
    assert digest([], "Europe/Tallinn") != digest([], "Europe/Paris")


def test_what_was_called_off_counts_for_no_hours_until_it_is_moved(year):
    Sitting.objects.filter(pk=Plan.read(year).sittings[0].pk).update(called_off_at=BEFORE)
    plan = Plan.read(year)
    off = plan.sittings[0]

    gone, moved = remove_sittings(plan, plan.blocks[0], [off]), move_sitting(plan, off, FIRST, TWO, THREE)

    assert said(plan, gone, "Hours") is None
    [sentence] = said(plan, moved, "Hours")
    assert sentence.startswith("The course would have 1 hour more.")


def test_change_zone_leaves_called_off_what_was_called_off(year):
    first = Plan.read(year).sittings[0]
    Sitting.objects.filter(pk=first.pk).update(called_off_at=BEFORE)
    plan = Plan.read(year)

    proposal = change_zone(plan, "Europe/Tallinn", same_hours=True, now=BEFORE)

    assert sorted(proposal.sittings) == sorted(one.pk for one in plan.sittings if one.pk != first.pk)
    assert troubles_of(plan, proposal, BEFORE) == []
