import datetime

import pytest

from courses.actions.duties import days_in_words, put_on_duty, take_off_duty
from courses.models import AftercareDuty, Cohort, Membership
from lms.mail.models import Letter
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.courses.factories import make_duty
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def cohort() -> Cohort:
    return make_cohort()


@pytest.fixture
def coordinator(cohort: Cohort) -> User:
    return make_membership(cohort=cohort, part=Part.COORDINATOR).person


@pytest.fixture
def trainer(cohort: Cohort) -> User:
    return make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Trainer T")).person


def put(actor: User, cohort: Cohort, person: User, first: int = 0, last: int = 6) -> AftercareDuty:
    today = cohort.today()
    return put_on_duty(actor=actor, cohort=cohort, person=person, from_on=today + first * DAY, until_on=today + last * DAY)


def days(cohort: Cohort) -> list[tuple[int, int]]:
    rows = AftercareDuty.objects.filter(cohort=cohort)
    return [((row.from_on - cohort.today()).days, (row.until_on - cohort.today()).days) for row in rows]


def test_put_on_duty_tells_whoever_it_is_once(cohort: Cohort, coordinator: User, trainer: User) -> None:
    first, again = put(coordinator, cohort, trainer), put(coordinator, cohort, trainer)

    letter = Letter.objects.get()
    assert (first, days(cohort)) == (again, [(0, 6)])
    assert (letter.to, letter.subject) == (trainer.email, "You are on duty for “Please contact me”")
    assert f"/c/{cohort.slug}/duty/" in letter.body
    assert days_in_words(first.from_on, first.until_on) in letter.body


def test_put_on_duty_oneself_needs_no_letter(cohort: Cohort, trainer: User) -> None:
    take_off_duty(actor=trainer, duty=put(trainer, cohort, trainer))

    assert (Letter.objects.count(), days(cohort)) == (0, [])


def test_put_on_duty_on_days_that_somebody_has_already_is_refused_and_beside_somebody_else_not(
    cohort: Cohort, coordinator: User, trainer: User
) -> None:
    put(coordinator, cohort, trainer)

    with pytest.raises(Refused, match="Trainer T is on duty already"):
        put(coordinator, cohort, trainer, 6, 9)
    put(coordinator, cohort, trainer, 7, 9)
    put(coordinator, cohort, coordinator, 3, 4)

    assert sorted(days(cohort)) == [(0, 6), (3, 4), (7, 9)]


@pytest.mark.parametrize("part", [Part.TRAINEE, Part.GUEST_TRAINER, Part.INTERPRETER, Part.ALUMNUS, None])
def test_put_on_duty_whom_nothing_may_be_entrusted_to_is_refused(cohort: Cohort, coordinator: User, part: Part | None) -> None:
    person = make_membership(cohort=cohort, part=part).person if part else make_user()

    with pytest.raises(Refused, match="a trainer, a coordinator or an aftercare contact"):
        put(coordinator, cohort, person)


def test_put_on_duty_somebody_who_left_is_refused(cohort: Cohort, coordinator: User, trainer: User) -> None:
    Membership.objects.filter(person=trainer).update(ended_at="2026-01-01T00:00Z")

    with pytest.raises(Refused):
        put(coordinator, cohort, trainer)


@pytest.mark.parametrize("part", [Part.TRAINEE, Part.GUEST_TRAINER, Part.INTERPRETER, Part.ALUMNUS])
def test_duties_are_planned_by_nobody_else(cohort: Cohort, trainer: User, part: Part) -> None:
    other = make_membership(cohort=cohort, part=part).person

    for act in (lambda: put(other, cohort, trainer), lambda: take_off_duty(actor=other, duty=make_duty(cohort, trainer))):
        with pytest.raises(Refused, match="plan who is on duty"):
            act()


@pytest.mark.parametrize(("first", "last", "left"), [(-3, 3, [(-3, -1)]), (0, 3, []), (2, 3, []), (-5, -2, [(-5, -2)])])
def test_take_off_duty_ends_it_today_and_leaves_what_was(
    cohort: Cohort, coordinator: User, trainer: User, first: int, last: int, left: list[tuple[int, int]]
) -> None:
    duty = make_duty(cohort, trainer, first, last)

    for _again in range(2):
        take_off_duty(actor=coordinator, duty=duty)

    assert days(cohort) == left
    assert Letter.objects.filter(subject__startswith="You are no longer on duty").count() == (1 if last >= 0 else 0)
