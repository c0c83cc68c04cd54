"""Ways in that end, and seminars."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from live.actions import end_access, log, plan_seminars, sweep_revocations
from live.models import Revocation, Room, Seminar
from live.tickets import session_hash
from lms.users.models import User
from tests.factories import make_activity, make_block, make_cohort, make_sitting
from tests.live.actions.log.saying import speak
from tests.live.factories import make_event, make_seminar

BOTH = ["default", "keys"]
pytestmark = pytest.mark.django_db(databases=BOTH)


def test_end_access_of_a_person_or_of_sign_ins(owner: User) -> None:
    end_access(person=owner)
    end_access(person=owner, session_keys=["one", "two"])
    end_access(person=owner, session_keys=[])

    rows: list[Any] = list(Revocation.objects.order_by("pk").values_list("person", "session", "room"))
    assert rows == [(owner.pk, "", None), (None, session_hash("one"), None), (None, session_hash("two"), None)]


def test_sweep_revocations_forgets_yesterdays(owner: User) -> None:
    end_access(person=owner)
    end_access(person=owner)
    Revocation.objects.filter(pk=Revocation.objects.earliest("pk").pk).update(at=timezone.now() - datetime.timedelta(days=2))

    assert (sweep_revocations(), sweep_revocations(), Revocation.objects.count()) == (1, 0, 1)


def test_plan_seminars_makes_one_for_each_sitting_and_a_practice_room() -> None:
    cohort = make_cohort()
    block = make_block(cohort=cohort)
    plain = make_activity(module=block.module, type="reading")
    live = make_activity(module=block.module, type="live", before={"asked": "Listen first."})
    sittings = [make_sitting(block=block, activities=[plain, live], title="One"), make_sitting(block=block, title="Two")]
    make_sitting(block=make_block(cohort=make_cohort()))

    for _ in range(2):
        plan_seminars(cohort=cohort)

    seminars = Seminar.objects.order_by("sitting")
    assert list(seminars.exclude(sitting=None).values_list("sitting", "title", "before", "kind")) == [
        (sittings[0].pk, "One", {"asked": "Listen first."}, "cohort_sitting"),
        (sittings[1].pk, "Two", {}, "cohort_sitting"),
    ]
    assert list(seminars.filter(sitting=None).values_list("cohort", "kind", "starts_at", "ends_at")) == [
        (cohort.pk, "practice", None, None)
    ]
    rooms = Room.objects.values_list("seminar__kind", "kind", "phase")
    assert sorted(rooms) == [("cohort_sitting", "main", "arriving")] * 2 + [("practice", "main", "conversation")]


def test_plan_seminars_again_follows_moved_sittings_and_keeps_the_room() -> None:
    cohort = make_cohort()
    sitting = make_sitting(block=make_block(cohort=cohort))
    plan_seminars(cohort=cohort)
    room = Room.objects.get(seminar__sitting=sitting)
    sitting.starts_at += datetime.timedelta(days=1)
    sitting.ends_at += datetime.timedelta(days=1)
    sitting.save()

    plan_seminars(cohort=cohort)

    seminar = Seminar.objects.get(sitting=sitting)
    assert (seminar.starts_at, seminar.ends_at, seminar.rooms.get()) == (sitting.starts_at, sitting.ends_at, room)


def test_statements_of_a_room_are_few(room: Room, owner: User, django_assert_max_num_queries) -> None:
    make_event(room=room, author=owner)
    with django_assert_max_num_queries(11):
        speak(owner, room)


def test_seminar_times_are_whole(owner: User) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        make_seminar(ends_at=None)


def test_actions_publish_nothing_themselves() -> None:
    assert not hasattr(log, "publish")
