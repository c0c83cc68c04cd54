"""Moving blocks, days, sittings and the year."""

import pytest

from courses.models import AftercareDuty, PlanChange
from courses.planning import Plan
from live.actions import plan_seminars
from lms.permissions import Part
from tests.courses.planning.conftest import DAY, moment
from tests.courses.views.planning.pages import FIRST, SECOND, address, block_sent, words
from tests.factories import make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_plan_block_shows_what_depends_on_it_before_it_saves(signed_in, year):
    plan_seminars(cohort=year)
    block = year.blocks.first()
    sent = block_sent(opens_on=FIRST - 7 * DAY, starts_on=FIRST + 7 * DAY, ends_on=FIRST + 8 * DAY, why="Snow")

    looked = signed_in.post(address("plan-block", year, block.pk), sent)
    block.refresh_from_db()
    untouched = block.starts_on
    saved = signed_in.post(address("plan-block", year, block.pk), sent | {"shown": looked.context["form"]["shown"].value()})
    block.refresh_from_db()

    depends = dict(looked.context["depends"])
    assert (looked.status_code, untouched) == (200, FIRST)
    assert depends["Live rooms"] == ["4 live rooms move along with their sittings."]
    assert set(depends) == {"Texts", "Live rooms", "Reminders", "Somebody to turn to"}
    assert (saved.status_code, block.starts_on, PlanChange.objects.get().why) == (302, FIRST + 7 * DAY, "Snow")


def test_plan_block_shows_it_again_if_other_days_are_sent_than_were_shown(signed_in, year):
    block = year.blocks.first()
    looked = signed_in.post(address("plan-block", year, block.pk), block_sent(opens_on=FIRST - 7 * DAY))

    sent = block_sent(opens_on=FIRST - 6 * DAY, shown=looked.context["form"]["shown"].value())
    again = signed_in.post(address("plan-block", year, block.pk), sent)

    assert (again.status_code, "Save these dates" in words(again), PlanChange.objects.count()) == (200, True, 0)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"starts_on": FIRST, "ends_on": FIRST - DAY}, "This is before the first day. Please choose that day or a later one."),
        ({"opens_on": FIRST + DAY}, "This is after the first day. Please choose that day or an earlier one."),
        ({"starts_on": "2027-02-29"}, "2027 has no 29 February. Please choose the day before or after."),
        ({"starts_on": "soon"}, "Please write a day, such as 2028-12-31."),
        ({"ends_on": "9999-12-31"}, "Please choose a day from the year 2000 to 2199."),
        ({}, "These are the dates as they stand. Nothing was changed."),
    ],
)
def test_plan_block_says_in_one_sentence_what_can_not_be_and_keeps_what_was_typed(signed_in, year, sent, sentence):
    sent = block_sent(why="Snow", **sent)

    response = signed_in.post(address("plan-block", year, year.blocks.first().pk), sent)

    html = words(response)
    assert (sentence in html, response.context["form"]["why"].value(), PlanChange.objects.count()) == (True, "Snow", 0)
    assert [f'value="{sent[name]}"' in html for name in ("opens_on", "starts_on", "ends_on")] == [True] * 3


def test_plan_sitting_moves_one_sitting(signed_in, year):
    sitting = Plan.read(year).sittings[0]
    where = address("plan-sitting", year, sitting.pk)
    sent = {"version": 1, "day": FIRST, "begins": "09:30", "ends": "10:30", "why": ""}

    looked = signed_in.post(where, sent)
    signed_in.post(where, sent | {"shown": looked.context["form"]["shown"].value()})

    sitting.refresh_from_db()
    assert (sitting.starts_at, sitting.ends_at) == (moment(FIRST, "09:30"), moment(FIRST, "10:30"))


def test_plan_sitting_shows_hours_of_the_course_whatever_the_readers_zone(client, year):
    person = make_membership(cohort=year, part=Part.COORDINATOR, person=make_user(time_zone="Australia/Sydney")).person
    client.force_login(person)

    form = client.get(address("plan-sitting", year, Plan.read(year).sittings[0].pk)).context["form"]

    assert (form["day"].value(), f"{form['begins'].value():%H:%M}", f"{form['ends'].value():%H:%M}") == (FIRST, "10:00", "11:00")


def test_plan_sitting_refuses_overlap_and_a_start_after_the_end(signed_in, year):
    where = address("plan-sitting", year, Plan.read(year).sittings[0].pk)

    together = words(signed_in.post(where, {"version": 1, "day": FIRST, "begins": "11:00", "ends": "12:00"}))
    backwards = words(signed_in.post(where, {"version": 1, "day": FIRST, "begins": "11:00", "ends": "10:00"}))

    assert "“Arriving” and “Talking” would be at the same time" in together
    assert "This is before it begins. Please choose a later time of the same day." in backwards
    assert PlanChange.objects.count() == 0


def test_plan_day_moves_a_day_with_all_its_sittings(signed_in, year):
    where = address("plan-day", year, year.blocks.first().pk)
    sent = {"version": 1, "day": FIRST.isoformat(), "to": FIRST + 3 * DAY}

    looked = signed_in.post(where, sent)
    signed_in.post(where, sent | {"shown": looked.context["form"]["shown"].value()})

    assert Plan.read(year).days_of(year.blocks.first()) == [FIRST + DAY, FIRST + 3 * DAY]


def test_plan_day_offers_only_days_of_the_block(signed_in, year):
    where = address("plan-day", year, year.blocks.first().pk)

    offered = signed_in.get(where, {"day": (FIRST + DAY).isoformat()}).context["form"]
    refused = signed_in.post(where, {"version": 1, "day": SECOND.isoformat(), "to": FIRST})

    assert [value for value, _label in offered.fields["day"].choices] == [FIRST.isoformat(), (FIRST + DAY).isoformat()]
    assert offered["day"].value() == (FIRST + DAY).isoformat()
    assert "day" in refused.context["form"].errors


def test_plan_shift_moves_the_year(signed_in, year, coordinator):
    duty = AftercareDuty.objects.create(cohort=year, person=coordinator, from_on=FIRST, until_on=SECOND)
    where = address("plan-shift", year)
    sent = {"version": 1, "block": year.blocks.first().pk, "to": FIRST + 14 * DAY, "duties": "on"}

    looked = signed_in.post(where, sent)
    signed_in.post(where, sent | {"shown": looked.context["form"]["shown"].value()})

    duty.refresh_from_db()
    assert [block.starts_on for block in year.blocks.all()] == [FIRST + 14 * DAY, SECOND + 14 * DAY]
    assert duty.from_on == FIRST + 14 * DAY
