import datetime

import pytest
from django.utils import timezone

from courses.completion import completion_of
from courses.models import Activity, Attendance, Cohort, MakeUp, Progress
from courses.overview import InBlock, blocks_opening, overview_of
from lms.permissions import Part
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module, make_sitting, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort() -> Cohort:
    return make_cohort()


@pytest.fixture
def ana(cohort):
    return make_membership(cohort=cohort, person=make_user(display_name="Ana"))


@pytest.fixture
def block(cohort):
    return make_block(cohort=cohort, module=make_module(programme=cohort.programme, short="Arriving"))


def did(person, cohort, activity, *, done=True, how="by_hand"):
    done_at = timezone.now() if done else None
    return Progress.objects.create(person=person, cohort=cohort, activity=activity, done_at=done_at, how=how if done else "")


def was_there(person, block, minutes, *, of=60, by_room=True):
    start = timezone.now() - datetime.timedelta(days=2)
    sitting = make_sitting(block=block, starts_at=start, ends_at=start + datetime.timedelta(hours=1))
    return Attendance.objects.create(
        sitting=sitting, person=person, minutes=minutes, of_minutes=of, room_minutes=minutes if by_room else None
    )


def only(overview) -> InBlock:
    (trainee,) = overview.trainees
    (block,) = trainee.blocks
    return block


def test_overview_counts_what_was_begun_done_and_kept(cohort, ana, block):
    read, journal, other, _untouched = (make_activity(module=block.module) for _ in range(4))
    did(ana.person, cohort, read)
    did(ana.person, cohort, journal, how="entry")
    did(ana.person, cohort, other, done=False)

    stands = only(overview_of(cohort))

    assert (stands.begun, stands.done, stands.of, stands.kept, stands.state) == (3, 2, 4, 1, "begun")


def test_overview_leaves_out_retired_activities_and_other_cohorts(cohort, ana, block):
    did(ana.person, cohort, make_activity(module=block.module, retired_at=timezone.now()))
    did(ana.person, make_cohort(programme=cohort.programme), make_activity(module=block.module))

    stands = only(overview_of(cohort))

    assert (stands.begun, stands.of, stands.state) == (0, 1, "")


@pytest.mark.parametrize(
    ("minutes", "there"),
    [((60, 60), "there"), ((60, 48), "there"), ((60, 47), "part"), ((0, 0), "away")],  # 108 of 120 minutes are nine tenths
)
def test_overview_says_whether_somebody_was_there(cohort, ana, block, minutes, there):
    for one in minutes:
        was_there(ana.person, block, one)

    assert only(overview_of(cohort)).there == there


def test_overview_knows_who_was_away_from_what_a_room_counted(cohort, ana, block):
    was_there(make_membership(cohort=cohort, part=Part.GUEST_TRAINER).person, block, 60)

    assert only(overview_of(cohort)).there == "away"


def test_overview_says_nothing_of_sittings_that_nobody_noted(cohort, ana, block):
    was_there(make_membership(cohort=cohort, part=Part.GUEST_TRAINER).person, block, 60, by_room=False)

    assert only(overview_of(cohort)).there == ""


def test_overview_adds_what_a_room_counted_to_what_people_noted(cohort, ana, block):
    was_there(ana.person, block, 60)
    was_there(ana.person, block, 30, by_room=False)

    stands = only(overview_of(cohort))

    assert (stands.minutes, stands.noted) == (90, 120)


def test_overview_counts_a_correction_against_the_length_of_its_sitting_once(cohort, ana, block):
    counted = was_there(make_membership(cohort=cohort, part=Part.GUEST_TRAINER).person, block, 60)
    Attendance.objects.create(sitting=counted.sitting, person=ana.person, minutes=60, of_minutes=60, source="corrected")

    stands = only(overview_of(cohort))

    assert (stands.minutes, stands.noted, stands.there) == (60, 60, "there")


def test_overview_shows_what_is_to_be_made_up_until_it_is_decided(cohort, ana, block):
    was_there(ana.person, block, 0)
    day = cohort.today()
    waits = MakeUp.objects.create(cohort=cohort, person=ana.person, block=block, day=day)
    open_then = [one.pk for one in overview_of(cohort).make_ups]
    MakeUp.objects.filter(pk=waits.pk).update(decided_at=timezone.now(), made_up=True)

    after = overview_of(cohort)

    assert (open_then, after.make_ups, only(after).there) == ([waits.pk], [], "made_up")


def test_overview_has_who_learns_here_now_by_name(cohort, ana):
    make_membership(cohort=cohort, person=make_user(display_name="Bo"), part=Part.ALUMNUS)
    make_membership(cohort=cohort, part=Part.TRAINER)
    make_membership(cohort=cohort, ended_at=timezone.now())

    assert [one.name for one in overview_of(cohort).trainees] == ["Ana", "Bo"]


def test_overview_has_a_block_that_is_not_open_as_locked(cohort, ana):
    make_block(cohort=cohort, opens_in=3)

    assert only(overview_of(cohort)).state == "locked"


def test_one_persons_page_says_what_the_table_says(cohort, ana, block):
    make_membership(cohort=cohort)
    did(ana.person, cohort, make_activity(module=block.module, type=Activity.Type.JOURNAL), how="entry")
    was_there(ana.person, block, 50)
    was_there(ana.person, block, 30, by_room=False)

    assert completion_of(ana).blocks == next(one.blocks for one in overview_of(cohort).trainees if one.name == "Ana")


def test_the_number_of_queries_does_not_grow(cohort, block, django_assert_num_queries):
    for _ in range(3):
        person = make_membership(cohort=cohort).person
        did(person, cohort, make_activity(module=block.module))
        was_there(person, block, 60)
    overview_of(cohort)  # the process reads the year

    with django_assert_num_queries(5):
        overview_of(cohort)


def test_blocks_opening_names_those_of_the_next_days(cohort):
    for days, title in ((0, "Today"), (3, "Soon"), (9, "Later")):
        make_block(cohort=cohort, module=make_module(programme=cohort.programme, title=title), opens_in=days)

    opening = blocks_opening(cohort, cohort.today() + datetime.timedelta(days=7))

    assert [block.module.title for block in opening] == ["Soon"]
