"""Two coordinators at one plan."""

import pytest

from courses.actions.plans import move_dates
from courses.models import PlanChange
from courses.views import planning
from tests.courses.planning.conftest import DAY
from tests.courses.views.planning.pages import FIRST, address, block_sent, shift_by, words

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_a_second_coordinator_is_shown_what_the_first_changed_and_keeps_what_was_typed(signed_in, year, coordinator):
    shift_by(coordinator, year, 3, why="The hall is taken")
    where = address("plan-block", year, year.blocks.first().pk)

    response = signed_in.post(where, block_sent(opens_on=FIRST - 7 * DAY, why="Snow"))

    html = words(response)
    assert (response.status_code, PlanChange.objects.count()) == (409, 1)
    assert ("The hall is taken" in html, "Cora" in html) == (True, True)
    form = response.context["form"]
    typed = {name: form[name].value() for name in ("version", "opens_on", "why", "shown")}
    assert typed == {"version": "2", "opens_on": str(FIRST - 7 * DAY), "why": "Snow", "shown": ""}
    assert [label for label, _stands, _typed in response.context["both"]] == ["Texts open", "First day", "Last day", "Why"]


def test_a_second_coordinator_goes_on_with_what_was_typed(signed_in, year, coordinator):
    shift_by(coordinator, year, 3)
    where = address("plan-block", year, year.blocks.first().pk)
    sent = block_sent(opens_on=FIRST - 7 * DAY, along="")

    conflict = signed_in.post(where, sent).context["form"]
    looked = signed_in.post(
        where, sent | {"version": conflict["version"].value(), "starts_on": FIRST + 3 * DAY, "ends_on": FIRST + 4 * DAY}
    )
    sent = {**looked.context["form"].data.dict()}
    signed_in.post(where, sent)

    assert year.blocks.first().opens_on == FIRST - 7 * DAY


def test_two_who_say_what_the_cohort_is_are_shown_to_each_other(signed_in, year):
    sent = {"version": 1, "title": "Spring", "access": "public", "organisation": "", "contact_name": "", "contact_email": "", "size": ""}
    signed_in.post(address("plan-about", year), sent)

    second = signed_in.post(address("plan-about", year), sent | {"title": "Summer"})

    year.refresh_from_db()
    assert (second.status_code, year.title) == (409, "Spring")
    assert ("Name of the cohort", "Spring", "Summer") in second.context["both"]


def test_two_who_move_the_same_day_are_shown_to_each_other(signed_in, year):
    where = address("plan-day", year, year.blocks.first().pk)
    sent = {"version": 1, "day": FIRST.isoformat(), "to": FIRST + 3 * DAY}
    looked = signed_in.post(where, sent)
    signed_in.post(where, sent | {"shown": looked.context["form"]["shown"].value()})

    second = signed_in.post(where, sent | {"to": FIRST + 4 * DAY})

    assert (second.status_code, second.context["form"]["to"].value()) == (409, str(FIRST + 4 * DAY))


@pytest.mark.parametrize("name", ["plan-block", "plan-day"])
def test_pressed_twice_it_is_saved_once_and_nobody_is_blamed(signed_in, year, name):
    where = address(name, year, year.blocks.first().pk)
    day = {"version": 1, "day": FIRST.isoformat(), "to": FIRST + 3 * DAY}
    sent = block_sent(opens_on=FIRST - 7 * DAY) if name == "plan-block" else day
    sent |= {"shown": signed_in.post(where, sent).context["form"]["shown"].value()}

    answers = [signed_in.post(where, sent) for _ in range(2)]

    assert [answer.get("Location") for answer in answers] == [address("plan", year)] * 2
    assert PlanChange.objects.count() == 1


def test_a_save_that_meets_another_at_the_last_moment_is_shown_it(signed_in, year, coordinator, monkeypatch):
    """Between the look at the version and the lock somebody else saved."""
    where = address("plan-block", year, year.blocks.first().pk)
    sent = block_sent(opens_on=FIRST - 7 * DAY)
    sent |= {"shown": signed_in.post(where, sent).context["form"]["shown"].value()}

    def meanwhile(**asked):
        shift_by(coordinator, year, 3)
        return move_dates(**asked)

    monkeypatch.setattr(planning, "move_dates", meanwhile)
    response = signed_in.post(where, sent)

    assert (response.status_code, response.context["form"]["version"].value()) == (409, "2")
    assert [change.row.version for change in response.context["changes"]] == [2]
