"""Pages by which sittings and days come into a plan or go out of it, and the course goes by another clock."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Attendance, Cohort, PlanChange, Sitting
from courses.planning import Plan
from live.actions import call_off_day, plan_seminars
from live.actions.calendars.publishing import publish
from live.days import date_of, day_of
from live.models import CalendarEvent, DatesChange, Seminar
from lms.permissions import Part
from tests.courses.planning.conftest import DAY, make_year, moment
from tests.factories import make_activity, make_membership, make_module, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
TODAY = datetime.date.today()
FIRST, SECOND = TODAY + 30 * DAY, TODAY + 72 * DAY
SENT = {"version": 1, "shown": "", "why": ""}


@pytest.fixture
def year():
    year = make_year(starts=(FIRST, SECOND), title="Autumn")
    plan_seminars(cohort=year)
    return year


@pytest.fixture
def signed_in(client, year):
    client.force_login(make_membership(cohort=year, part=Part.COORDINATOR, person=make_user(display_name="Cora")).person)
    return client


def address(name, year, *args):
    return reverse(f"courses:{name}", args=[year.slug, *args])


def words(response):
    return " ".join(response.content.decode().split())


def press_twice(client, where, sent):
    """What was shown, and then saved."""
    shown = client.post(where, sent)
    return shown, client.post(where, {**sent, "shown": shown.context["form"]["shown"].value()})


def test_sitting_add_shows_first_and_then_keeps_it_with_a_room(signed_in, year):
    block = year.blocks.first()
    activity = make_activity(module=block.module, type="live", title="Open questions")
    sent = {**SENT, "title": "Supervision", "day": FIRST, "begins": "14:00", "ends": "15:00", "activities": [activity.pk]}

    shown, saved = press_twice(signed_in, address("plan-sitting-add", year, block.pk), sent)

    assert "1 live room is made for it." in words(shown)
    assert "The course would have 1 hour more." in words(shown)
    assert (saved.status_code, saved.url) == (302, address("plan", year))
    sitting = Sitting.objects.get(title="Supervision")
    assert (sitting.starts_at, sitting.ends_at, list(sitting.activities.all())) == (
        moment(FIRST, "14:00"),
        moment(FIRST, "15:00"),
        [activity],
    )
    assert (sitting.seminar.starts_at, sitting.seminar.main_room().phase) == (moment(FIRST, "14:00"), "arriving")


def test_sitting_add_offers_the_time_after_the_last_sitting_of_the_day(signed_in, year):
    form = signed_in.get(address("plan-sitting-add", year, year.blocks.first().pk), {"day": FIRST.isoformat()}).context["form"]

    assert {name: form.initial[name] for name in ("day", "begins", "ends")} == {
        "day": FIRST,
        "begins": datetime.time(12, 15),
        "ends": datetime.time(13, 15),
    }


@pytest.mark.parametrize(
    ("begins", "ends", "sentence"),
    [
        ("10:30", "11:00", "would be at the same time"),
        ("15:00", "14:00", "This is before it begins. Please choose a later time of the same day."),
    ],
)
def test_sitting_add_says_in_one_sentence_what_can_not_be_and_keeps_what_was_typed(signed_in, year, begins, ends, sentence):
    sent = {**SENT, "title": "Supervision", "day": FIRST, "begins": begins, "ends": ends}

    response = signed_in.post(address("plan-sitting-add", year, year.blocks.first().pk), sent)

    assert sentence in words(response)
    assert 'value="Supervision"' in words(response)
    assert Sitting.objects.filter(title="Supervision").exists() is False


def test_day_add_makes_a_day_like_another(signed_in, year):
    block = year.blocks.first()
    sent = {**SENT, "day": FIRST.isoformat(), "to": FIRST + 2 * DAY}

    _shown, saved = press_twice(signed_in, address("plan-day-add", year, block.pk), sent)

    assert saved.status_code == 302
    fresh = list(block.sittings.filter(starts_at__date=FIRST + 2 * DAY).values_list("title", "starts_at"))
    assert fresh == [("Arriving", moment(FIRST + 2 * DAY, "10:00")), ("Talking", moment(FIRST + 2 * DAY, "11:15"))]
    block.refresh_from_db()
    assert block.ends_on == FIRST + 2 * DAY


def test_sitting_remove_shows_at_once_what_hangs_on_it(signed_in, year):
    where = address("plan-sitting-remove", year, Plan.read(year).sittings[0].pk)

    response = signed_in.get(where)

    assert "1 live room closes. Its page stays, and says that it was called off, and why." in words(response)
    assert "Take it out of the plan" in words(response)
    assert Sitting.objects.count() == 8


def test_sitting_remove_keeps_the_page_of_its_room_which_says_why(signed_in, year):
    sitting = Plan.read(year).sittings[0]
    seminar, where = sitting.seminar, address("plan-sitting-remove", year, sitting.pk)
    shown = signed_in.get(where).context["form"]["shown"].value()

    saved = signed_in.post(where, {"version": 1, "shown": shown, "why": "The demo hall is taken"})

    assert saved.status_code == 302
    seminar.refresh_from_db()
    assert (Sitting.objects.count(), seminar.sitting, seminar.called_off_because) == (7, None, "The demo hall is taken")
    lobby = words(signed_in.get(reverse("live:lobby", args=[year.slug, seminar.pk])))
    assert ("This was called off." in lobby, "The demo hall is taken" in lobby) == (True, True)
    [row] = PlanChange.objects.get().dates.all()
    assert (row.kind, row.name, row.now, row.sitting) == ("sitting", "Arriving", "", None)
    assert "<b>not held</b>" in words(signed_in.get(address("plan", year)))


def test_sitting_remove_refuses_what_was_held(client):
    held = make_year(starts=(TODAY - 30 * DAY, SECOND))
    client.force_login(make_membership(cohort=held, part=Part.COORDINATOR).person)
    where = address("plan-sitting-remove", held, Plan.read(held).sittings[0].pk)

    response = client.post(where, SENT)

    assert "What was held stays in the plan." in words(response)
    assert address("plan-sitting-remove", held, Plan.read(held).sittings[0].pk) not in words(client.get(address("plan", held)))
    assert Sitting.objects.filter(block__cohort=held).count() == 8


def test_sitting_remove_refuses_where_somebody_was_noted(signed_in, year):
    sitting = Plan.read(year).sittings[0]
    Attendance.objects.create(sitting=sitting, person=make_user(), minutes=60, of_minutes=60)

    response = signed_in.get(address("plan-sitting-remove", year, sitting.pk))

    assert "so it stays in the plan. It can be moved." in words(response)


def test_sitting_remove_shows_a_second_coordinator_what_the_first_did(signed_in, year):
    sitting = Plan.read(year).sittings[0]
    remove, move = (address(name, year, sitting.pk) for name in ("plan-sitting-remove", "plan-sitting"))
    sent = {"version": 1, "shown": signed_in.get(remove).context["form"]["shown"].value(), "why": ""}
    signed_in.post(remove, sent)

    late = [signed_in.post(where, sent, follow=True) for where in (remove, move)]

    assert [response.redirect_chain for response in late] == [[(address("plan", year) + "#changes", 302)]] * 2
    assert all("it was taken out while you were at it" in words(response) for response in late)
    assert signed_in.post(move, {**sent, "version": 2}).status_code == 404


def test_sitting_remove_is_shown_again_if_somebody_changed_the_plan_meanwhile(signed_in, year):
    first, other = Plan.read(year).sittings[:2]
    stale = {
        "version": 1,
        "shown": signed_in.get(address("plan-sitting-remove", year, first.pk)).context["form"]["shown"].value(),
        "why": "",
    }
    where = address("plan-sitting-remove", year, other.pk)
    signed_in.post(where, {"version": 1, "shown": signed_in.get(where).context["form"]["shown"].value(), "why": ""})

    response = signed_in.post(address("plan-sitting-remove", year, first.pk), stale)

    assert response.status_code == 409
    assert Sitting.objects.filter(pk=first.pk).exists() is True


def test_day_remove_takes_the_day_and_what_is_on_it(signed_in, year):
    block = year.blocks.first()
    where = address("plan-day-remove", year, block.pk, (FIRST + DAY).isoformat())
    shown = signed_in.get(where).context["form"]["shown"].value()

    signed_in.post(where, {"version": 1, "shown": shown, "why": ""})

    block.refresh_from_db()
    assert (block.sittings.count(), block.ends_on) == (2, FIRST)
    assert Seminar.objects.taking_place().filter(kind="cohort_sitting").count() == 6


@pytest.mark.parametrize("day", ["2001-01-01", "nonsense"])
def test_day_remove_of_no_day_is_not_there(signed_in, year, day):
    assert signed_in.get(address("plan-day-remove", year, year.blocks.first().pk, day)).status_code == 404


@pytest.mark.parametrize(("keeps", "begins"), [("hours", ("10:00", "Europe/Tallinn")), ("moments", ("10:00", "Europe/London"))])
def test_plan_zone_keeps_hours_or_moments(signed_in, year, keeps, begins):
    sent = {**SENT, "time_zone": "Europe/Tallinn", "keeps": keeps}

    shown, saved = press_twice(signed_in, address("plan-zone", year), sent)

    assert "Texts open at midnight by this clock from then on." in words(shown)
    assert saved.status_code == 302
    year.refresh_from_db()
    sitting = Plan.read(year).sittings[0]
    assert (year.time_zone, sitting.starts_at) == ("Europe/Tallinn", moment(FIRST, *begins))
    assert (sitting.seminar.starts_at, sitting.seminar.time_zone) == (sitting.starts_at, "Europe/Tallinn")
    record = words(signed_in.get(address("plan", year)))
    assert '<s>UK</s> <span aria-hidden="true">→</span> <span class="unseen">to</span> <b>Tallinn</b>' in record


def test_plan_zone_says_that_it_is_the_same(signed_in, year):
    response = signed_in.post(address("plan-zone", year), {**SENT, "time_zone": "Europe/London", "keeps": "hours"})

    assert "These are the dates as they stand. Nothing was changed." in words(response)


def test_plan_zone_refuses_what_is_no_zone(signed_in, year):
    response = signed_in.post(address("plan-zone", year), {**SENT, "time_zone": "Mars/Base", "keeps": "hours"})

    assert "time_zone" in response.context["form"].errors
    assert Cohort.objects.get(pk=year.pk).time_zone == "Europe/London"


@pytest.mark.parametrize("blocks", [1, 8])
def test_pages_ask_the_same_few_questions_whatever_the_length_of_the_year(client, blocks):
    year = make_year(starts=tuple(TODAY + (30 + 30 * number) * DAY for number in range(blocks)))
    plan_seminars(cohort=year)
    client.force_login(make_membership(cohort=year, part=Part.COORDINATOR).person)
    block, sitting = year.blocks.first(), Plan.read(year).sittings[0]
    day = address("plan-day-remove", year, block.pk, Plan.read(year).days_of(block)[0].isoformat())
    pages = [address("plan-sitting-add", year, block.pk), address("plan-day-add", year, block.pk), address("plan-zone", year)]
    client.get(pages[0])

    asked = [_count(client, where) for where in (*pages, address("plan-sitting-remove", year, sitting.pk), day)]

    assert asked == [7, 6, 6, 11, 12]


def _count(client, where):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(where).status_code == 200
    return len(asked)


def off(year, sitting, why="Ice"):
    """Somebody calls off its whole day."""
    trainer = make_membership(cohort=year, part=Part.TRAINER).person
    day = day_of(year, date_of(sitting.seminar))
    call_off_day(actor=trainer, cohort=year, on=day.on, mark=day.mark, seminars=[one.pk for one in day.seminars], reason=why)


def test_plan_tells_called_off_from_taken_out(signed_in, year):
    first, second = Plan.read(year).sittings[:2]
    taken_out = second.seminar
    press_twice(signed_in, address("plan-sitting-remove", year, second.pk), SENT)
    off(year, first)

    plan = words(signed_in.get(address("plan", year)))
    pages = [words(signed_in.get(reverse("live:lobby", args=[year.slug, one.pk]))) for one in (first.seminar, taken_out)]

    assert plan.count('<span class="tag wait">Called off</span>') == 1
    assert "<b>called off</b>" in plan
    assert "takes place then" in pages[0]
    assert "not in the plan of the course any more" in pages[1]


def test_sitting_remove_offers_to_call_it_off_instead_unless_it_is(signed_in, year):
    first = Plan.read(year).sittings[0]
    where = address("plan-sitting-remove", year, first.pk)
    instead = reverse("live:day-call-off", args=[year.slug, FIRST.isoformat()])
    before = words(signed_in.get(where))

    off(year, first)
    after = words(signed_in.get(where))

    assert (instead in before, instead in after) == (True, False)
    assert "nobody is written to about it again" in after


def test_sitting_taken_out_that_was_called_off_is_told_once(signed_in, year):
    make_membership(cohort=year)
    first = Plan.read(year).sittings[0]
    off(year, first)
    told = DatesChange.objects.count()

    press_twice(signed_in, address("plan-sitting-remove", year, first.pk), {**SENT, "version": 2})

    assert (Sitting.objects.filter(pk=first.pk).exists(), told, DatesChange.objects.count()) == (False, 1, 1)
    assert Seminar.objects.get(title=first.title, sitting=None).called_off_because == "Ice"


def test_sitting_name_is_kept_and_followed_by_its_page_and_calendars(signed_in, year):
    sitting = Plan.read(year).sittings[0]
    publish(cohort=year)
    before = CalendarEvent.objects.get(key=f"seminar:{sitting.seminar.pk}").sequence

    response = signed_in.post(address("plan-sitting-name", year, sitting.pk), {"version": 1, "title": "Coming in"})

    event = CalendarEvent.objects.get(key=f"seminar:{sitting.seminar.pk}")
    assert (response.status_code, Seminar.objects.get(sitting=sitting).title) == (302, "Coming in")
    assert (event.title, event.sequence, DatesChange.objects.count()) == ("Coming in", before + 1, 0)
    assert "<s>Arriving</s>" in words(signed_in.get(address("plan", year)))


def test_sitting_name_keeps_what_was_typed_where_it_could_not_be(signed_in, year):
    where = address("plan-sitting-name", year, Plan.read(year).sittings[0].pk)
    Cohort.objects.update(plan_version=2)

    faster = signed_in.post(where, {"version": 1, "title": "Coming in"})
    Sitting.objects.update(starts_at=moment(TODAY - DAY, "10:00"))
    begun = signed_in.post(where, {"version": 2, "title": "Coming in"})

    assert [(one.status_code, "Coming in" in words(one)) for one in (faster, begun)] == [(409, True), (200, True)]
    assert "What was held keeps its name." in words(begun)
    assert set(Sitting.objects.values_list("title", flat=True)) == {"Arriving", "Talking"}


@pytest.fixture
def ending(year):
    """A block of the template that the cohort has not."""
    days = [[{"title": "Arriving", "activities": []}, {"title": "Talking", "activities": []}]]
    return make_module(programme=year.programme, title="Ending", days=days)


def test_block_add_plans_what_the_template_has_and_the_cohort_has_not(signed_in, year, ending):
    where, starts = address("plan-block-add", year, ending.pk), SECOND + 42 * DAY
    before = words(signed_in.get(address("plan", year)))

    shown, saved = press_twice(signed_in, where, {**SENT, "starts_on": starts})

    assert f'href="{where}"' in before
    assert ("2 live rooms are made for them" in words(shown), "becomes part of the year" in words(shown)) == (True, True)
    assert saved.status_code == 302
    assert list(year.blocks.get(module=ending).sittings.values_list("title", flat=True)) == ["Arriving", "Talking"]
    assert Seminar.objects.filter(sitting__block__module=ending).count() == 2
    assert where not in words(signed_in.get(address("plan", year)))
    assert [signed_in.get(one).status_code for one in (where, address("plan-block-add", year, make_module().pk))] == [302, 404]


def test_block_add_refuses_a_day_that_does_not_fit_and_keeps_it(signed_in, year, ending):
    response = signed_in.post(address("plan-block-add", year, ending.pk), {**SENT, "starts_on": FIRST})

    assert ("would not begin after" in words(response), f'value="{FIRST}"' in words(response)) == (True, True)
    assert year.blocks.count() == 2


def test_day_interpreted_is_offered_where_the_cohort_is_and_doubles_what_was_chosen(signed_in, year):
    block = year.blocks.first()
    first, second = Plan.read(year).sittings[:2]
    where = address("plan-day-interpreted", year, block.pk, FIRST)
    without = words(signed_in.get(address("plan", year)))
    Cohort.objects.update(languages=["et"])
    offered = words(signed_in.get(address("plan", year)))
    page = words(signed_in.get(where))

    shown, saved = press_twice(signed_in, where, {**SENT, "sittings": [first.pk]})

    assert (where in without, where in offered) == (False, True)
    assert ("10:00–11:00 Arriving: 60 minutes, then 120" in page, page.count(" checked")) == (True, 2)
    assert "The course would have 1 hour more." in words(shown)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (saved.status_code, first.ends_at, second.starts_at) == (302, moment(FIRST, "12:00"), moment(FIRST, "12:15"))


def test_day_interpreted_refuses_what_would_go_on_after_midnight(signed_in, year):
    first, second = Plan.read(year).sittings[:2]
    Sitting.objects.filter(pk=second.pk).update(starts_at=moment(FIRST, "22:00"), ends_at=moment(FIRST, "23:30"))

    response = signed_in.post(
        address("plan-day-interpreted", year, first.block_id, FIRST), {**SENT, "why": "Turn by turn", "sittings": [first.pk, second.pk]}
    )

    assert ("after midnight" in words(response), "Turn by turn" in words(response)) == (True, True)
    assert PlanChange.objects.count() == 0


def test_sitting_add_takes_twice_the_minutes_where_somebody_says_so(signed_in, year):
    block = year.blocks.first()
    sent = {**SENT, "title": "Supervision", "day": FIRST, "begins": "14:00", "ends": "15:00", "twice": "on"}
    where = address("plan-sitting-add", year, block.pk)
    plain = "twice" in signed_in.get(where).context["form"].fields
    Cohort.objects.update(languages=["et"])

    press_twice(signed_in, where, sent)
    late = signed_in.post(where, {**sent, "version": 2, "begins": "22:30", "ends": "23:30"})

    assert (plain, block.sittings.get(title="Supervision").ends_at) == (False, moment(FIRST, "16:00"))
    assert "after midnight" in words(late)
