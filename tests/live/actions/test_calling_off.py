import datetime

import pytest
from django.utils import timezone

from live.actions.calling_off import call_off_seminars
from live.actions.log import locked
from live.models import Room, Seminar
from live.reminding import remind
from lms.notifications.models import Notice
from tests.factories import make_block, make_cohort, make_sitting
from tests.live.factories import make_room, make_seminar

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def begins():
    return (timezone.now() + datetime.timedelta(days=2)).replace(microsecond=0)


def planned(cohort, starts_at, **more) -> Room:
    return make_room(seminar=make_seminar(cohort=cohort, starts_at=starts_at, ends_at=starts_at + HOUR, **more))


def off(*rooms, why="Ice"):
    return call_off_seminars(actor=None, rooms=[locked(room.pk) for room in rooms], why=why)


def test_call_off_seminars_names_a_sitting_as_the_plan_does_and_a_talk_by_itself(cohort, begins):
    sitting = make_sitting(block=make_block(cohort=cohort), starts_at=begins, ends_at=begins + HOUR)
    one, talk = planned(cohort, begins, sitting=sitting), planned(cohort, begins, kind="talk")

    changes = off(one, talk)

    hours = (begins, begins + HOUR)
    assert [(change.was, change.now, change.sitting, change.thing) for change in changes] == [
        (hours, (), sitting.pk, ""),
        (hours, (), None, f"seminar:{talk.seminar_id}"),
    ]


def test_call_off_seminars_closes_small_rooms_too_and_leaves_what_was_called_off_before(cohort, begins):
    room = planned(cohort, begins)
    make_room(seminar=room.seminar, kind="small")
    off(room)

    again = off(room, why="Something else")

    seminar = Seminar.objects.get()
    assert (again, seminar.called_off_because, seminar.version) == ([], "Ice", 2)
    assert set(Room.objects.values_list("phase", flat=True)) == {"closed"}


def test_call_off_seminars_takes_back_what_reminded_of_them_only(cohort, owner, begins):
    room, other = planned(cohort, begins), planned(make_cohort(members=[owner]), begins)
    remind()

    off(room)

    assert [str(other.seminar_id) in url for url in Notice.objects.values_list("url", flat=True)] == [True]
