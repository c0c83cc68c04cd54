import datetime

import pytest
from django.utils import timezone

from courses.answering import able_people, reach_of, trainer_who_answers, who_answers
from courses.models import AftercareDuty, Cohort, Membership
from lms.permissions import Part
from lms.users.models import User
from tests.courses.factories import make_duty
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner: User) -> Cohort:
    return make_cohort(members=[owner])


def member(cohort: Cohort, part: Part, **overrides) -> User:
    return make_membership(cohort=cohort, part=part, **overrides).person


def test_reach_says_by_which_way_a_request_goes(cohort: Cohort, owner: User) -> None:
    ways = [reach_of(cohort, asker=owner).way]
    make_user(coordinates=True, display_name="Site")
    ways.append(reach_of(cohort, asker=owner).way)
    member(cohort, Part.COORDINATOR)
    ways.append(reach_of(cohort, asker=owner).way)
    contact = member(cohort, Part.AFTERCARE)
    ways.append(reach_of(cohort, asker=owner).way)
    make_duty(cohort, contact)
    ways.append(reach_of(cohort, asker=owner).way)

    assert ways == ["nobody", "site", "coordinator", "aftercare", "duty"]
    assert (reach_of(None, asker=owner).way, reach_of(None, asker=owner).names) == ("site", ["Site"])


def test_able_people_are_those_whom_a_request_may_be_entrusted_to(cohort: Cohort) -> None:
    people = {part: member(cohort, part) for part in Part}
    member(cohort, Part.TRAINER, person=make_user(is_active=False))

    assert {one.person for one in able_people(cohort)} == {people[part] for part in (Part.TRAINER, Part.COORDINATOR, Part.AFTERCARE)}


def test_who_answers_is_who_is_on_duty_today(cohort: Cohort, owner: User) -> None:
    yesterday, today = member(cohort, Part.AFTERCARE), member(cohort, Part.TRAINER)
    make_duty(cohort, yesterday, -1)
    make_duty(cohort, today)

    assert who_answers(cohort, asker=owner) == [today]


def test_who_answers_counts_the_day_where_the_course_is_held(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    cohort = make_cohort(members=[owner], time_zone="Pacific/Auckland")
    ben = member(cohort, Part.AFTERCARE)
    member(cohort, Part.AFTERCARE)
    AftercareDuty.objects.create(cohort=cohort, person=ben, from_on=datetime.date(2026, 6, 16), until_on=datetime.date(2026, 6, 16))
    monkeypatch.setattr(timezone, "now", lambda: datetime.datetime(2026, 6, 15, 13, 0, tzinfo=datetime.UTC))  # 01:00 on the 16th there

    assert who_answers(cohort, asker=owner) == [ben]


def test_who_answers_falls_back_step_by_step(cohort: Cohort, owner: User) -> None:
    nobody = who_answers(cohort, asker=owner)
    site = make_user(coordinates=True)
    by_site = who_answers(cohort, asker=owner)
    coordinator = member(cohort, Part.COORDINATOR)
    by_coordinator = who_answers(cohort, asker=owner)
    contacts = [member(cohort, Part.AFTERCARE), member(cohort, Part.AFTERCARE)]

    assert [nobody, by_site, by_coordinator, who_answers(cohort, asker=owner)] == [[], [site], [coordinator], contacts]


def test_who_answers_passes_over_who_left_or_is_closed_and_the_asker(cohort: Cohort) -> None:
    left = member(cohort, Part.AFTERCARE)
    make_duty(cohort, left)
    Membership.objects.filter(person=left).update(ended_at=timezone.now())
    member(cohort, Part.AFTERCARE, person=make_user(is_active=False))
    asker = member(cohort, Part.AFTERCARE)
    other = member(cohort, Part.COORDINATOR)

    assert who_answers(cohort, asker=asker) == [other]


def test_trainer_who_answers_is_one_who_was_here_last_and_never_the_asker(cohort: Cohort, owner: User) -> None:
    by_cohort = trainer_who_answers(cohort, asker=owner)
    contact, first, last = (member(cohort, part) for part in (Part.AFTERCARE, Part.TRAINER, Part.TRAINER))
    Membership.objects.filter(person=last).update(last_used_at=timezone.now())

    answers = [trainer_who_answers(cohort, asker=asker) for asker in (owner, last)]

    assert (by_cohort, answers) == ([], [[last], [first]])
    assert trainer_who_answers(None, asker=owner) == who_answers(None, asker=owner)
    assert who_answers(cohort, asker=owner) == [contact]
