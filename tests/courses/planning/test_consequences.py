import datetime

import pytest
from django.utils import timezone

from courses.models import Absence, AftercareDuty, Progress, Release
from courses.planning import Days, Plan, changes_of, consequences_of, move_block, move_day, move_sitting, shift_year
from courses.signals import Dependent, dependents_asked
from tests.courses.planning.conftest import DAY, FIRST, SECOND, make_year
from tests.factories import make_activity, make_membership, make_user

pytestmark = pytest.mark.django_db


def told(plan, proposal):
    return dict(consequences_of(plan, proposal, changes_of(plan, proposal)))


def test_consequences_of_texts_that_open_on_another_day(plan):
    make_activity(module=plan.blocks[0].module)
    make_activity(module=plan.blocks[0].module)

    found = told(plan, move_block(plan, plan.blocks[0], Days(FIRST - 7 * DAY, FIRST, FIRST + DAY), along=True))

    assert found == {"Texts": ["“Module 1”: its texts (2) open on Thu 25 February 2027."]}


def test_consequences_of_a_moved_block_name_what_opens_on_a_day_of_its_own(plan):
    activity = make_activity(module=plan.blocks[0].module, title="The map")
    Release.objects.create(cohort=plan.cohort, activity=activity, way=Release.Way.DATE, opens_on=FIRST)

    found = told(plan, move_block(plan, plan.blocks[0], Days(FIRST - 7 * DAY, FIRST, FIRST + DAY), along=True))

    assert found["Texts"][1:] == ["“The map” opens on a day of its own, Thu 4 March 2027, and stays there."]


def test_consequences_of_texts_that_would_be_closed_again_for_who_has_begun():
    today = datetime.date.today()
    cohort = make_year(starts=(today + 7 * DAY, today + 50 * DAY))
    plan = Plan.read(cohort)
    activity = make_activity(module=plan.blocks[0].module)
    other = make_activity(module=plan.blocks[0].module)
    person = make_membership(cohort=cohort).person
    for begun in (activity, other):
        Progress.objects.create(person=person, cohort=cohort, activity=begun)
    opens = today + 2 * DAY

    found = told(plan, move_block(plan, plan.blocks[0], Days(opens, today + 7 * DAY, today + 8 * DAY), along=True))

    sentence = f"“Module 1” is open now. Its texts (2) would be closed again until {opens:%a} {opens.day} {opens:%B %Y}."
    assert found == {"Texts": [f"{sentence} 1 person has begun something in it."]}


def test_consequences_of_days_within_another_block(plan):
    block = plan.blocks[0]

    found = told(plan, move_block(plan, block, Days(FIRST - 14 * DAY, FIRST, SECOND + 3 * DAY), along=False))

    assert found == {"Other blocks": ["“Module 2” begins on Thu 15 April 2027, while “Module 1” still goes on."]}


def test_consequences_of_duty_name_the_days_without_anybody_and_who_stays(year):
    ilo = make_user(display_name="Ilo")
    AftercareDuty.objects.create(cohort=year, person=ilo, from_on=FIRST, until_on=FIRST + 7 * DAY)
    plan = Plan.read(year)

    found = told(plan, shift_year(plan, plan.blocks[0], FIRST + 7 * DAY, duties=False))

    assert found["Somebody to turn to"] == [
        "Nobody is on duty on Fri 12 March 2027, Thu 22 April 2027 and Fri 23 April 2027. Requests then reach the aftercare contacts, "
        "or who coordinates.",
        "Ilo stays on duty from Thu 4 March 2027 to Thu 11 March 2027.",
    ]


def test_consequences_for_who_said_that_they_cannot_come_name_nobody(year):
    """Somebody on the former day, two on the new one, one who took it back, one of another day, one of another cohort."""
    later = FIRST + 7 * DAY
    for day, taken_back_at in [(FIRST, None), (later, None), (later, None), (later, timezone.now()), (FIRST + 3 * DAY, None)]:
        Absence.objects.create(cohort=year, person=make_user(display_name="Ana"), day=day, taken_back_at=taken_back_at)
    Absence.objects.create(cohort=make_year(), person=make_user(), day=FIRST)
    plan = Plan.read(year)

    found = told(plan, move_day(plan, plan.blocks[0], FIRST, later))

    assert found["Who cannot come"] == [
        "1 person said that they cannot come on Thu 4 March 2027. They may wish to look at the new day.",
        "2 people cannot come on Thu 11 March 2027.",
    ]


def test_consequences_of_the_end_say_until_when_journals_are_kept(plan):
    found = told(plan, shift_year(plan, plan.blocks[1], SECOND + DAY, duties=False))

    assert found["Journals"] == [
        "What is written here is kept until Wed 18 April 2029 instead of Tue 17 April 2029. Whoever was told a later day keeps that one."
    ]


def test_consequences_for_people_whose_clocks_change_on_other_days():
    """From 25 March to 1 April 2027 London's and Tallinn's clocks change, Sydney's not yet."""
    cohort = make_year(starts=(datetime.date(2027, 3, 25), datetime.date(2027, 5, 6)))
    for zone in ("Europe/Tallinn", "Australia/Sydney", "Australia/Sydney", "Europe/London"):
        make_membership(cohort=cohort, person=make_user(time_zone=zone))
    gone = make_membership(cohort=cohort, person=make_user(time_zone="America/New_York"))
    type(gone).objects.filter(pk=gone.pk).update(ended_at=gone.joined_at)
    plan = Plan.read(cohort)
    sitting = plan.sittings[0]

    found = told(plan, move_sitting(plan, sitting, datetime.date(2027, 4, 1), datetime.time(10), datetime.time(11)))

    assert found["Clocks"] == [
        "“Arriving”: In Sydney it begins at Thu 1 April, 20:00 by the clock there. It was Thu 25 March, 21:00, because clocks change on "
        "other days."
    ]


def test_consequences_ask_those_above(plan):
    def listener(sender, cohort, changes, **kwargs):
        return [Dependent("Dinner", f"{len(changes)} dates of {cohort.title}")]

    dependents_asked.connect(listener)
    found = told(plan, move_sitting(plan, plan.sittings[0], FIRST, datetime.time(9), datetime.time(10)))
    dependents_asked.disconnect(listener)

    assert found["Dinner"] == [f"1 dates of {plan.cohort.title}"]
