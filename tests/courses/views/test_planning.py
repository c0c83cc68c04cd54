import datetime
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.actions.plans import move_dates
from courses.models import AftercareDuty, Cohort, Membership, PlanChange
from courses.planning import Plan, shift_year
from courses.views import planning
from live.actions import plan_seminars
from lms.permissions import Part
from tests.courses.planning.conftest import DAY, make_year, moment
from tests.factories import make_activity, make_membership, make_module, make_programme, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
TODAY = datetime.date.today()
FIRST, SECOND = TODAY + 30 * DAY, TODAY + 72 * DAY


@pytest.fixture
def year():
    return make_year(starts=(FIRST, SECOND), title="Autumn")


@pytest.fixture
def coordinator(year):
    return make_membership(cohort=year, part=Part.COORDINATOR, person=make_user(display_name="Cora")).person


@pytest.fixture
def signed_in(client, coordinator):
    client.force_login(coordinator)
    return client


def address(name, year, *args):
    return reverse(f"courses:{name}", args=[year.slug, *args])


def shift_by(actor, year, days, why=""):
    plan = Plan.read(Cohort.objects.get(pk=year.pk))
    proposal = shift_year(plan, plan.blocks[0], plan.blocks[0].starts_on + days * DAY, duties=False)
    move_dates(actor=actor, cohort=plan.cohort, proposal=proposal, version=plan.cohort.plan_version, why=why)


def words(response):
    return " ".join(response.content.decode().split())


def block_sent(**others):
    days = {"opens_on": FIRST - 14 * DAY, "starts_on": FIRST, "ends_on": FIRST + DAY}
    return {"version": 1, "shown": "", "along": "on", "why": "", **days, **others}


# --- the plan's page ------------------------------------------------------------------------------------------------


def test_plan_shows_every_block_and_lets_a_coordinator_move_it(signed_in, year):
    html = words(signed_in.get(address("plan", year)))

    block = year.blocks.first()
    assert [address("plan-block", year, one.pk) in html for one in year.blocks.all()] == [True, True]
    assert f"{address('plan-day', year, block.pk)}?{urlencode({'day': FIRST})}" in html
    assert html.count("10:00–11:00") == 4
    assert "Nothing so far." in html


def test_plan_is_read_only_for_a_trainer_with_differences_and_record(client, year, coordinator):
    shift_by(coordinator, year, 3, why="The hall is taken")
    trainer = make_membership(cohort=year, part=Part.TRAINER).person
    client.force_login(trainer)

    html = words(client.get(address("plan", year)))

    assert [address(name, year) in html for name in ("plan-shift", "plan-about", "people-keeping")] == [False] * 3
    assert [f"/plan/{what}/" in html for what in ("blocks", "sittings")] == [False, False]
    assert ("The hall is taken" in html, "Cora" in html) == (True, True)
    assert "“Arriving” is not in the template." in html  # whose modules plan no sittings


@pytest.mark.parametrize("part", [part for part in Part if part not in {Part.COORDINATOR, Part.TRAINER}])
def test_plan_does_not_exist_for_others(client, year, part):
    client.force_login(make_membership(cohort=year, part=part).person)

    assert client.get(address("plan", year)).status_code == 404


def test_plan_marks_what_was_held_as_staying(client):
    year = make_year(starts=(TODAY - 10 * DAY, SECOND))
    client.force_login(make_membership(cohort=year, part=Part.COORDINATOR).person)

    html = words(client.get(address("plan", year)))

    held = year.blocks.first()
    assert address("plan-day", year, held.pk) not in html
    assert [address("plan-sitting", year, one.pk) in html for one in held.sittings.all()] == [False] * 4


def test_plan_pages_the_record(signed_in, year, coordinator):
    for _ in range(22):
        shift_by(coordinator, year, 1)

    newest = signed_in.get(address("plan", year)).context["changes"]
    earlier = signed_in.get(address("plan", year), {"before": newest[-1].row.version}).context["changes"]

    assert [change.row.version for change in newest] == list(range(23, 3, -1))
    assert [change.row.version for change in earlier] == [3, 2]
    assert signed_in.get(address("plan", year), {"before": "x"}).status_code == 200


# --- moving ---------------------------------------------------------------------------------------------------------


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


# --- two coordinators -----------------------------------------------------------------------------------------------


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


# --- what a cohort is -----------------------------------------------------------------------------------------------


def test_plan_about_says_what_an_in_house_cohort_is_on_its_first_page(signed_in, year):
    sent = {"version": 1, "title": "Autumn", "access": "in_house", "organisation": "A trust", "contact_name": "Kim"}
    sent |= {"contact_email": "kim@example.org", "organisation_words": "Welcome <all>.\r\nCome in\u202e.", "size": 24}
    sent |= {"first_language": "et", "second_language": "et", "third_language": "fr"}

    signed_in.post(address("plan-about", year), sent)

    year.refresh_from_db()
    assert (year.organisation_words, year.languages, year.size) == ("Welcome <all>.\nCome in.", ["et", "fr"], 24)
    html = words(signed_in.get(reverse("cohort-today", args=[year.slug])))
    assert "<p>Welcome &lt;all&gt;.<br>Come in.</p>" in html
    assert ("From A trust" in html, 'href="mailto:kim@example.org"' in html) == (True, True)
    assert "eesti, français" in words(signed_in.get(address("plan", year)))


def test_plan_about_wants_the_organisation_of_an_in_house_cohort(signed_in, year):
    response = signed_in.post(address("plan-about", year), {"version": 1, "title": "Autumn", "access": "in_house", "organisation": " "})

    assert "Please name the organisation." in words(response)
    assert PlanChange.objects.count() == 0


# --- beginning one --------------------------------------------------------------------------------------------------


def test_cohort_new_plans_a_cohort_for_who_coordinates_the_site(client):
    coordinator = make_user(coordinates=True)
    programme = make_programme()
    make_module(programme=programme)
    make_module(programme=programme)
    client.force_login(coordinator)

    client.post(
        reverse("courses:cohort-new"),
        {"title": "London 2027", "time_zone": "Europe/London", "start_1": "2027-01-07", "start_2": "2027-02-04"},
    )

    cohort = Cohort.objects.get()
    assert (cohort.slug, [block.starts_on for block in cohort.blocks.all()]) == (
        "london-2027",
        [datetime.date(2027, 1, 7), datetime.date(2027, 2, 4)],
    )
    assert Membership.objects.get().part == Part.COORDINATOR


def test_cohort_new_shows_the_year_by_the_templates_distances_before_it_begins(client):
    programme = make_programme()
    for begins_after in (0, 42):
        make_module(programme=programme, begins_after=begins_after, days=[[{"title": "One", "activities": []}], []])
    client.force_login(make_user(coordinates=True))
    sent = {"title": "London 2028", "time_zone": "Europe/London", "start_1": "2028-02-29", "start_2": ""}

    looked = client.post(reverse("courses:cohort-new"), sent)
    none_yet = Cohort.objects.count()
    client.post(reverse("courses:cohort-new"), sent | {"start_2": looked.context["form"]["start_2"].value()})

    look = [(one["opens_on"], one["starts_on"], one["ends_on"], one["sittings"]) for one in looked.context["look"]]
    assert (none_yet, look) == (
        0,
        [
            (datetime.date(2028, 2, 15), datetime.date(2028, 2, 29), datetime.date(2028, 3, 1), 1),
            (datetime.date(2028, 3, 28), datetime.date(2028, 4, 11), datetime.date(2028, 4, 12), 1),
        ],
    )
    assert [block.starts_on for block in Cohort.objects.get().blocks.all()] == [datetime.date(2028, 2, 29), datetime.date(2028, 4, 11)]


def test_cohort_new_works_the_days_out_again_from_another_first_day(client):
    programme = make_programme()
    for begins_after in (0, 42):
        make_module(programme=programme, begins_after=begins_after)
    client.force_login(make_user(coordinates=True))
    sent = {"title": "London 2028", "time_zone": "Europe/London", "start_1": "2028-03-07", "start_2": "2028-04-11", "again": "on"}

    looked = client.post(reverse("courses:cohort-new"), sent)

    assert (looked.context["form"]["start_2"].value(), Cohort.objects.count()) == ("2028-04-18", 0)


def test_cohort_new_copies_a_past_cohort(client):
    past = make_year("Australia/Sydney", (TODAY - 300 * DAY, TODAY - 250 * DAY), title="Past", slug="past")
    activity = make_activity(module=past.blocks.first().module)
    past.blocks.first().sittings.first().activities.add(activity)
    make_membership(cohort=past)
    client.force_login(make_user(coordinates=True))
    form = client.get(reverse("courses:cohort-new"), {"like": "cohort:past"}).context["form"]
    sent = {"title": "Next", "like": "cohort:past", "time_zone": form["time_zone"].value(), "start_1": FIRST.isoformat()}

    looked = client.post(reverse("courses:cohort-new"), sent)
    client.post(reverse("courses:cohort-new"), looked.context["form"].data.dict())

    cohort = Cohort.objects.get(title="Next")
    assert (form["like"].value(), cohort.like, cohort.time_zone) == ("cohort:past", past, "Australia/Sydney")
    assert [block.starts_on for block in cohort.blocks.all()] == [FIRST, FIRST + 50 * DAY]
    assert list(cohort.blocks.first().sittings.first().activities.all()) == [activity]
    assert cohort.memberships.count() == 1


def test_cohort_new_of_a_programme_without_blocks_says_so(client):
    make_programme()
    client.force_login(make_user(coordinates=True))

    response = client.post(reverse("courses:cohort-new"), {"title": "X", "time_zone": "Europe/London"})

    assert "There is no block in it yet, so there is no year to begin." in words(response)


def test_cohort_new_refuses_a_leap_day_that_is_none(client):
    make_module(programme=make_programme())
    client.force_login(make_user(coordinates=True))

    response = client.post(reverse("courses:cohort-new"), {"title": "X", "time_zone": "Europe/London", "start_1": "2027-02-29"})

    assert "2027 has no 29 February. Please choose the day before or after." in words(response)


def test_cohort_new_refuses_blocks_out_of_order(client):
    programme = make_programme()
    make_module(programme=programme)
    make_module(programme=programme)
    client.force_login(make_user(coordinates=True))

    response = client.post(
        reverse("courses:cohort-new"), {"title": "X", "time_zone": "Europe/London", "start_1": "2027-02-04", "start_2": "2027-01-07"}
    )

    assert "This block begins before the one above it." in response.content.decode()
    assert Cohort.objects.count() == 0


def test_cohort_new_keeps_a_long_name_and_shortens_its_address(client):
    programme = make_programme()
    make_module(programme=programme)
    client.force_login(make_user(coordinates=True))
    sent = {"title": "A name\r\nof two lines " + "and more " * 11, "time_zone": "Europe/London", "start_1": "2027-02-04"}

    first, again = (client.post(reverse("courses:cohort-new"), sent) for _ in range(2))

    cohort = Cohort.objects.get()
    assert (first.status_code, again.status_code) == (302, 200)
    assert cohort.slug == "a-name-of-two-lines-and-more-and-more-and-more-and"
    assert cohort.title.startswith("A name of two lines and more")


# --- questions ------------------------------------------------------------------------------------------------------


def count(client, method, where, sent=None):
    getattr(client, method)(where, sent)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = getattr(client, method)(where, sent)
    assert response.status_code == 200
    return len(queries)


@pytest.mark.parametrize("blocks", [2, 6])
def test_pages_of_a_plan_ask_the_same_few_questions_whatever_its_length(client, blocks):
    year = make_year(starts=tuple(FIRST + 42 * number * DAY for number in range(blocks)))
    plan_seminars(cohort=year)
    coordinator = make_membership(cohort=year, part=Part.COORDINATOR).person
    for _ in range(blocks):
        make_membership(cohort=year, person=make_user(time_zone="Europe/Tallinn"))
        AftercareDuty.objects.create(cohort=year, person=coordinator, from_on=FIRST, until_on=FIRST)
        shift_by(coordinator, year, 1)
    year.refresh_from_db()
    first = Plan.read(year)
    client.force_login(coordinator)
    day = first.blocks[0].starts_on
    moved = {"version": year.plan_version, "block": first.blocks[0].pk, "to": day + DAY}
    asked = [
        count(client, "get", address("plan", year)),
        count(client, "get", address("plan-about", year)),
        count(client, "get", address("plan-shift", year)),
        count(client, "get", address("plan-block", year, first.blocks[0].pk)),
        count(client, "get", address("plan-day", year, first.blocks[0].pk)),
        count(client, "get", address("plan-sitting", year, first.sittings[0].pk)),
        count(client, "post", address("plan-shift", year), moved),
    ]

    assert asked == [11, 3, 6, 6, 6, 6, 12]
