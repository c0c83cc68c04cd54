import datetime

import pytest

from courses.actions.keeping import keep_journals_until
from courses.actions.plans import PlanHasMoved, describe_cohort, move_dates, note_called_off, rename_sitting
from courses.models import AftercareDuty, Cohort, GroupRelease, PlanChange, Release
from courses.models.plans import moments_of
from courses.planning import Days, Plan, Proposal, add_block, move_block, move_day, move_sitting, outline_of_programme, shift_year
from courses.signals import dates_changed
from courses.standing.gathering import planned
from courses.years import year_of
from lms.permissions import Part, Refused
from tests.courses.factories import make_peer_group
from tests.courses.planning.conftest import DAY, make_year, moment
from tests.factories import make_activity, make_cohort, make_membership, make_module, make_user

pytestmark = pytest.mark.django_db
TODAY = datetime.date.today()
FIRST, SECOND = TODAY + 30 * DAY, TODAY + 72 * DAY
DETAILS = {"title": "Spring", "access": "in_house", "organisation": "A trust", "organisation_words": "Welcome.", "size": 24}


@pytest.fixture
def year():
    return make_year(starts=(FIRST, SECOND), title="Autumn")


@pytest.fixture
def coordinator(year):
    return make_membership(cohort=year, part=Part.COORDINATOR, person=make_user(display_name="Cora")).person


@pytest.fixture
def heard():
    told = []
    dates_changed.connect(listener := lambda **news: told.append(news))
    yield told
    dates_changed.disconnect(listener)


def shift(actor, year, by=7, *, version=1, why="", duties=False):
    plan = Plan.read(year)
    proposal = shift_year(plan, plan.blocks[0], plan.blocks[0].starts_on + by * DAY, duties=duties)
    return move_dates(actor=actor, cohort=year, proposal=proposal, version=version, why=why)


def test_move_dates_moves_blocks_sittings_the_course_and_duty(year, coordinator):
    duty = AftercareDuty.objects.create(cohort=year, person=coordinator, from_on=FIRST, until_on=SECOND)

    shift(coordinator, year, 7, duties=True)

    blocks = list(year.blocks.values_list("opens_on", "starts_on", "ends_on"))
    assert blocks == [(start - 7 * DAY, start + 7 * DAY, start + 8 * DAY) for start in (FIRST, SECOND)]
    first = Plan.read(year).sittings[0]
    assert (first.starts_at, first.ends_at) == (moment(FIRST + 7 * DAY, "10:00"), moment(FIRST + 7 * DAY, "11:00"))
    year.refresh_from_db()
    duty.refresh_from_db()
    assert (year.starts_on, year.ends_on) == (FIRST - 7 * DAY, SECOND + 9 * DAY)
    assert (duty.from_on, duty.until_on) == (FIRST + 7 * DAY, SECOND + 7 * DAY)


def test_move_dates_keeps_who_when_why_and_from_what_to_what(year, coordinator):
    block = year.blocks.last()
    plan = Plan.read(year)

    proposal = move_block(plan, block, Days(SECOND - 7 * DAY, SECOND, SECOND + DAY), along=True)
    move_dates(actor=coordinator, cohort=year, proposal=proposal, version=1, why="The hall is taken")

    change = PlanChange.objects.get()
    [row] = change.dates.all()
    assert (change.actor, change.why, change.version) == (coordinator, "The hall is taken", 2)
    assert (row.kind, row.name, row.block) == ("opens", block.module.title, block)
    assert (moments_of(row.was), moments_of(row.now)) == ((SECOND - 14 * DAY,), (SECOND - 7 * DAY,))


def test_move_dates_keeps_a_row_for_every_date_that_moved(year, coordinator):
    change = shift(coordinator, year)

    kinds = [row.kind for row in change.dates.all()]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "opens": 2,
        "starts": 2,
        "ends": 2,
        "sitting": 8,
        "course_starts": 1,
        "course_ends": 1,
        "keep_until": 1,
    }


def test_move_dates_takes_activities_along_that_open_on_a_day_of_their_own(year, coordinator):
    module = year.blocks.first().module
    alone, for_groups, elsewhere = (make_activity(module=module) for _ in range(3))
    release = Release.objects.create(cohort=year, activity=alone, way=Release.Way.DATE, opens_on=FIRST)
    other = make_year(programme=year.programme, starts=(FIRST,))
    theirs = Release.objects.create(cohort=other, activity=elsewhere, way=Release.Way.DATE, opens_on=FIRST)
    groups = Release.objects.create(cohort=year, activity=for_groups, way=Release.Way.GROUP)
    on_its_day = GroupRelease.objects.create(release=groups, group=make_peer_group(year, title="One"), opens_on=SECOND)

    change = shift(coordinator, year, 7)

    for row in (release, theirs, on_its_day):
        row.refresh_from_db()
    assert (release.opens_on, release.version, theirs.opens_on) == (FIRST + 7 * DAY, 2, FIRST)
    assert on_its_day.opens_on == SECOND + 7 * DAY
    kept = change.dates.filter(kind="release").values_list("name", "was", "now")
    assert list(kept) == [
        (alone.title, FIRST.isoformat(), (FIRST + 7 * DAY).isoformat()),
        (f"{for_groups.title} (One)", SECOND.isoformat(), (SECOND + 7 * DAY).isoformat()),
    ]


def test_move_dates_tells_those_above_once(year, coordinator, heard):
    change = shift(coordinator, year, why="Snow")

    [news] = heard
    assert (news["cohort"], news["actor"], news["why"], news["change"]) == (year, coordinator, "Snow", change)
    assert len(news["changes"]) == change.dates.count()
    assert {one.sitting for one in news["changes"] if one.sitting} == {sitting.pk for sitting in Plan.read(year).sittings}


def test_move_dates_shows_no_page_the_old_year(year, coordinator):
    year.refresh_from_db()
    opened = year_of(year).blocks[0].opens_on

    shift(coordinator, year)

    year.refresh_from_db()
    assert (opened, year_of(year).blocks[0].opens_on) == (FIRST - 14 * DAY, FIRST - 7 * DAY)


def test_move_dates_refuses_what_was_planned_on_an_older_plan(year, coordinator, heard):
    shift(coordinator, year)

    with pytest.raises(PlanHasMoved):
        shift(coordinator, year, 1, version=1)

    assert (PlanChange.objects.count(), len(heard), year.blocks.first().starts_on) == (1, 1, FIRST + 7 * DAY)


@pytest.mark.parametrize("part", [part for part in Part if part != Part.COORDINATOR])
def test_move_dates_is_for_coordinators(year, part):
    person = make_membership(cohort=year, part=part).person

    with pytest.raises(Refused):
        shift(person, year)
    with pytest.raises(Refused):
        describe_cohort(actor=person, cohort=year, version=1, details=DETAILS)

    assert PlanChange.objects.count() == 0


def test_move_dates_refuses_what_can_not_be(year, coordinator, heard):
    plan = Plan.read(year)
    proposal = move_sitting(plan, plan.sittings[0], FIRST, datetime.time(11), datetime.time(12))

    with pytest.raises(Refused, match="would be at the same time"):
        move_dates(actor=coordinator, cohort=year, proposal=proposal, version=1)

    assert (PlanChange.objects.count(), heard, Plan.read(year).sittings[0].starts_at) == (0, [], moment(FIRST, "10:00"))


def test_move_dates_refuses_what_was_held(coordinator):
    year = make_year(starts=(TODAY - DAY, SECOND))
    make_membership(cohort=year, person=coordinator, part=Part.COORDINATOR)
    plan = Plan.read(year)
    proposal = move_day(plan, plan.blocks[0], TODAY - DAY, TODAY + 5 * DAY)

    with pytest.raises(Refused, match="What was held keeps its time"):
        move_dates(actor=coordinator, cohort=year, proposal=proposal, version=1)


def test_move_dates_refuses_nothing(year, coordinator):
    with pytest.raises(Refused, match="Nothing was changed"):
        move_dates(actor=coordinator, cohort=year, proposal=Proposal(), version=1)


def test_move_dates_takes_no_dates_of_another_cohort(year, coordinator):
    other = make_year(starts=(FIRST, SECOND))
    theirs = other.blocks.first()
    proposal = Proposal(blocks={theirs.pk: Days(FIRST, FIRST + DAY, FIRST + DAY), year.blocks.first().pk: Days(FIRST, FIRST, FIRST + DAY)})

    move_dates(actor=coordinator, cohort=year, proposal=proposal, version=1)

    theirs.refresh_from_db()
    assert (theirs.opens_on, year.blocks.first().opens_on) == (FIRST - 14 * DAY, FIRST)


def test_move_dates_gives_up_a_day_for_journals_that_would_come_before_the_end(year, coordinator):
    year.journal_keep_until = SECOND + 3 * DAY
    year.save()

    shift(coordinator, year)

    year.refresh_from_db()
    assert year.journal_keep_until is None


def test_describe_cohort_keeps_what_changed_but_not_the_organisations_words(year, coordinator):
    describe_cohort(actor=coordinator, cohort=year, version=1, details=DETAILS | {"size": None})

    year.refresh_from_db()
    assert (year.title, year.in_house, year.organisation, year.organisation_words, year.size, year.plan_version) == (
        *("Spring", True, "A trust", "Welcome.", None, 2),
    )
    rows = PlanChange.objects.get().dates.values_list("kind", "name", "was", "now")
    assert list(rows) == [
        ("detail", "title", "Autumn", "Spring"),
        ("detail", "access", "Public: people apply one by one", "In-house: for the people of one organisation"),
        ("detail", "organisation", "", "A trust"),
        ("detail", "organisation_words", "", ""),
    ]


def test_describe_cohort_says_nothing_else(year, coordinator):
    with pytest.raises(ValueError, match="year_stamp"):
        describe_cohort(actor=coordinator, cohort=year, version=1, details={"year_stamp": "x"})


def test_describe_cohort_with_nothing_new_keeps_no_record(year, coordinator):
    for _ in range(2):
        describe_cohort(actor=coordinator, cohort=year, version=year.plan_version, details=DETAILS)
        year.refresh_from_db()

    assert (PlanChange.objects.count(), year.plan_version) == (1, 2)


def test_describe_cohort_refuses_what_was_typed_on_an_older_plan(year, coordinator):
    shift(coordinator, year)

    with pytest.raises(PlanHasMoved):
        describe_cohort(actor=coordinator, cohort=year, version=1, details=DETAILS)

    year.refresh_from_db()
    assert year.title == "Autumn"


def test_keep_journals_until_leaves_a_record_too(year, coordinator, heard):
    day = datetime.date(TODAY.year + 3, 1, 1)

    keep_journals_until(actor=coordinator, cohort=year, until=day)
    keep_journals_until(actor=coordinator, cohort=year, until=day)

    [row] = PlanChange.objects.get().dates.all()
    assert (row.kind, moments_of(row.now), len(heard)) == ("keep_until", (day,), 1)


def test_plan_changes_are_seen_by_who_sees_the_plan(year, coordinator):
    shift(coordinator, year)
    people = {part: make_membership(cohort=year, part=part).person for part in Part}
    elsewhere = make_membership(cohort=make_cohort(), part=Part.TRAINER).person
    site = make_user(coordinates=True)
    trainee_who_coordinates = make_membership(cohort=year, person=make_user(coordinates=True)).person

    seeing = {part for part, person in people.items() if PlanChange.objects.visible_to(person).exists()}

    assert seeing == {Part.TRAINER, Part.COORDINATOR}
    assert [PlanChange.objects.visible_to(person).count() for person in (elsewhere, site, trainee_who_coordinates)] == [0, 1, 0]


def test_move_dates_has_what_was_called_off_take_place_again(year, coordinator):
    everything = [one.sitting for one in planned(year)]
    note_called_off(actor=coordinator, cohort=year, sittings=everything, why="Ice")
    while_off = planned(year)

    shift(coordinator, year, version=2)

    assert (while_off, [one.sitting for one in planned(year)]) == ([], everything)


def test_note_called_off_is_a_row_of_the_record_once_and_another_plan_for_whoever_has_a_form(year, coordinator):
    first, *others = [one.sitting for one in planned(year)]

    for _again in range(2):
        note_called_off(actor=coordinator, cohort=year, sittings=[first], why="Ice")

    change = PlanChange.objects.get()
    [row] = change.dates.all()
    assert (change.actor, change.why, [one.sitting for one in planned(year)]) == (coordinator, "Ice", others)
    assert (row.kind, row.name, row.was, row.sitting_id) == ("detail", "called_off", "Arriving", first)
    assert moments_of(row.now) == (moment(FIRST, "10:00"), moment(FIRST, "11:00"))
    with pytest.raises(PlanHasMoved):
        shift(coordinator, year)


def test_move_dates_plans_a_block_that_was_missing_with_its_sittings(year, coordinator, heard):
    module = make_module(programme=year.programme, days=[[{"title": "Arriving", "activities": ["ask"]}]])
    activity = make_activity(module=module, slug="ask")
    starts = SECOND + 42 * DAY
    outline = outline_of_programme(year.programme)[-1]

    move_dates(actor=coordinator, cohort=year, proposal=add_block(outline, starts, twice=False), version=1)

    block = year.blocks.get(module=module)
    sitting = block.sittings.get()
    assert (block.starts_on, sitting.starts_at, list(sitting.activities.all())) == (starts, moment(starts, "10:00"), [activity])
    assert year_of(Cohort.objects.get(pk=year.pk)).opens[module.pk] == block.opens_on
    told = {(one.kind, one.block, one.sitting) for one in heard[0]["changes"]}
    assert {("starts", block.pk, None), ("sitting", block.pk, sitting.pk)} <= told
    assert {row.block_id for row in PlanChange.objects.get().dates.filter(kind="starts")} == {block.pk}


def test_rename_sitting_names_it_once_and_keeps_a_record(year, coordinator):
    first = Plan.read(year).sittings[0]

    change = rename_sitting(actor=coordinator, cohort=year, sitting=first.pk, title="Coming in", version=1)
    again = rename_sitting(actor=coordinator, cohort=year, sitting=first.pk, title="Coming in", version=2)

    first.refresh_from_db()
    [row] = change.dates.all()
    assert (first.title, again, row.kind, row.was, row.now, row.sitting_id) == (
        "Coming in",
        None,
        "detail",
        "Arriving",
        "Coming in",
        first.pk,
    )
    with pytest.raises(PlanHasMoved):
        rename_sitting(actor=coordinator, cohort=year, sitting=first.pk, title="Other", version=1)


def test_rename_sitting_is_for_coordinators_and_until_it_begins(coordinator):
    held = make_year(starts=(TODAY - 30 * DAY, SECOND))
    people = [make_membership(cohort=held, part=part).person for part in (Part.TRAINER, Part.COORDINATOR)]
    first, refused = Plan.read(held).sittings[0], []
    for person in people:
        with pytest.raises(Refused) as refusal:
            rename_sitting(actor=person, cohort=held, sitting=first.pk, title="Other", version=1)
        refused.append(refusal.value.sentence)

    assert refused == ["Only a coordinator says what a sitting is called.", "“Arriving” has begun already. What was held keeps its name."]
