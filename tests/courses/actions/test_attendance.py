import datetime

import pytest

from courses.actions.attendance import record_minutes
from courses.models import Attendance
from lms.permissions import Part
from tests.factories import make_block, make_cohort, make_membership, make_sitting, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(owner, teammate):
    return make_sitting(block=make_block(cohort=make_cohort(members=[owner, teammate])))


def kept(sitting) -> dict[int, tuple[int, int]]:
    return {row.person_id: (row.minutes, row.of_minutes) for row in Attendance.objects.filter(sitting=sitting)}


def test_record_minutes_keeps_the_newer_count_and_takes_nobody_away(sitting, owner, teammate):
    record_minutes(sitting=sitting, minutes_by_person={owner.pk: 20, teammate.pk: 30})

    record_minutes(sitting=sitting, minutes_by_person={owner.pk: 45})

    assert kept(sitting) == {owner.pk: (45, 60), teammate.pk: (30, 60)}


def test_record_minutes_counts_no_more_than_the_sitting_went_on(sitting, owner):
    record_minutes(sitting=sitting, minutes_by_person={owner.pk: 61}, of_minutes=50)

    assert kept(sitting) == {owner.pk: (50, 50)}


def test_record_minutes_of_nobody_keeps_nothing(sitting):
    assert (record_minutes(sitting=sitting, minutes_by_person={}), kept(sitting)) == (0, {})


@pytest.mark.parametrize("part", [None, *Part])
def test_visible_to_shows_ones_own_and_all_to_who_looks_after_it(sitting, owner, teammate, part):
    record_minutes(sitting=sitting, minutes_by_person={owner.pk: 20, teammate.pk: 30})
    cohort = sitting.block.cohort if part else make_cohort()
    reader = make_membership(cohort=cohort, part=part or Part.TRAINER).person

    sees = set(Attendance.objects.visible_to(reader).values_list("person", flat=True))

    assert sees == ({owner.pk, teammate.pk} if part in {Part.TRAINER, Part.COORDINATOR} else set())
    assert set(Attendance.objects.visible_to(owner).values_list("person", flat=True)) == {owner.pk}


def test_visible_to_ends_with_the_part(sitting, owner):
    record_minutes(sitting=sitting, minutes_by_person={owner.pk: 20})
    gone = make_membership(cohort=sitting.block.cohort, part=Part.TRAINER, ended_at=datetime.datetime.now(datetime.UTC)).person

    assert not Attendance.objects.visible_to(gone).exists()


@pytest.mark.parametrize(("part", "sees"), [(None, True), (Part.TRAINEE, False), (Part.COORDINATOR, True)])
def test_visible_to_who_coordinates_the_site_unless_they_have_another_part(sitting, owner, part, sees):
    record_minutes(sitting=sitting, minutes_by_person={owner.pk: 20})
    coordinator = make_user(coordinates=True)
    if part:
        make_membership(cohort=sitting.block.cohort, person=coordinator, part=part)

    assert Attendance.objects.visible_to(coordinator).exists() is sees


def test_record_minutes_leaves_what_people_noted_and_keeps_its_count_beside(sitting, owner, teammate):
    Attendance.objects.create(sitting=sitting, person=owner, minutes=60, of_minutes=60, source=Attendance.Source.SHEET)

    record_minutes(sitting=sitting, minutes_by_person={owner.pk: 12, teammate.pk: 30})

    rows = Attendance.objects.filter(sitting=sitting).values_list("person", "minutes", "room_minutes", "source")
    assert set(rows) == {(owner.pk, 60, 12, "sheet"), (teammate.pk, 30, 30, "room")}
