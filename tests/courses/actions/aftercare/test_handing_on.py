"""Requests nobody answers go on."""

import datetime
import uuid

import pytest
from django.utils import timezone

from courses.actions.aftercare import close_request, hand_on, hand_on_requests, read_note, take_request
from courses.models import Cohort, ContactRequest, ContactTold
from lms.mail.models import Letter
from lms.permissions import Part
from lms.users.models import User
from tests.courses.actions.aftercare.asking import CANARY, ask, letters_to, member, worry
from tests.courses.factories import make_duty
from tests.factories import make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch):
    """Sets so many hours after now; the cohort promises 48."""
    start = timezone.now()

    def after(hours: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: start + hours * HOUR)

    after(0)
    return after


def test_a_request_goes_on_step_by_step_until_somebody_answers(cohort: Cohort, owner: User, clock) -> None:
    site = make_user(coordinates=True)
    on_duty, contact, coordinator = (member(cohort, part) for part in (Part.TRAINER, Part.AFTERCARE, Part.COORDINATOR))
    make_duty(cohort, on_duty)
    make_duty(cohort, on_duty, 1)
    make_duty(cohort, on_duty, 2)
    asked = ask(owner, cohort).request
    handed, sent_to = [], []
    for hours in (0, 23.9, 24.1, 24.2, 47.9, 48.1, 100):
        clock(hours)
        handed.append(hand_on_requests())
        sent_to.append(ContactRequest.objects.get().sent_to)

    asks, went_on = "Somebody asks to be contacted", "Your request went on to somebody else"
    assert handed == [0, 0, 1, 0, 0, 1, 0]
    assert sent_to[:3] == [on_duty, on_duty, contact]
    assert [letters_to(person) for person in (on_duty, contact, coordinator, site)] == [[asks]] * 4
    assert letters_to(owner) == [went_on, went_on]
    assert ContactRequest.objects.get().promised_by == asked.promised_by
    assert set(ContactTold.objects.values_list("person", flat=True)) == {on_duty.pk, contact.pk, coordinator.pk, site.pk}


@pytest.mark.parametrize("how", ["taken", "closed"])
def test_a_request_that_is_answered_or_closed_goes_nowhere(how: str, cohort: Cohort, owner: User, clock) -> None:
    contact = member(cohort, Part.AFTERCARE)
    member(cohort, Part.COORDINATOR)
    asked = ask(owner, cohort).request
    if how == "taken":
        take_request(actor=contact, request_id=asked.pk)
    else:
        close_request(actor=owner, request_id=asked.pk)
    clock(100)

    assert (hand_on_requests(), hand_on(request_id=asked.pk)) == (0, False)


def test_who_was_told_later_sees_reads_and_takes_it_and_the_first_still_may(cohort: Cohort, owner: User, clock) -> None:
    contact, coordinator, other = member(cohort, Part.AFTERCARE), member(cohort, Part.COORDINATOR), member(cohort, Part.TRAINER)
    asked = ask(owner, cohort).request
    clock(25)
    hand_on_requests()
    asked.refresh_from_db()

    seen = [asked in ContactRequest.objects.visible_to(person) for person in (contact, coordinator, other)]
    assert (seen, asked.sent_to) == ([True, True, False], coordinator)
    assert [read_note(actor=person, contact_request=asked) for person in (contact, coordinator)] == [CANARY, CANARY]
    assert take_request(actor=contact, request_id=asked.pk).taken_by == contact


def test_each_of_several_who_were_told_may_answer(cohort: Cohort, owner: User) -> None:
    first, second = member(cohort, Part.COORDINATOR), member(cohort, Part.COORDINATOR)

    asked = ask(owner, cohort).request

    assert [asked in ContactRequest.objects.visible_to(person) for person in (first, second)] == [True, True]
    assert take_request(actor=second, request_id=asked.pk).taken_by == second


def test_a_worry_is_never_handed_on_to_whom_it_is_about(cohort: Cohort, owner: User, clock) -> None:
    member(cohort, Part.AFTERCARE)
    worried_about, coordinator = member(cohort, Part.COORDINATOR), member(cohort, Part.COORDINATOR)
    worry(owner, cohort, worried_about)
    clock(100)

    hand_on_requests()

    assert (letters_to(worried_about), letters_to(coordinator)) == ([], ["Somebody is worried about another person"])


def test_a_request_nobody_is_left_for_goes_to_the_site_at_the_promised_time(cohort: Cohort, owner: User, clock, settings) -> None:
    member(cohort, Part.AFTERCARE)
    ask(owner, cohort)
    clock(25)
    hand_on_requests()
    half = Letter.objects.filter(to=settings.CONTACT_EMAIL).count()
    clock(49)
    hand_on_requests()
    hand_on_requests()

    assert (half, Letter.objects.filter(to=settings.CONTACT_EMAIL).count(), letters_to(owner)) == (0, 1, [])
    assert "canary" not in "".join(Letter.objects.values_list("body", flat=True))


def test_hand_on_requests_goes_on_past_trouble_with_one(cohort: Cohort, owner: User, clock, monkeypatch) -> None:
    member(cohort, Part.AFTERCARE)
    member(cohort, Part.COORDINATOR)
    first, second = ask(owner, cohort).request, ask(owner, cohort).request
    clock(25)

    def broken(*, request_id: uuid.UUID) -> bool:
        if request_id == first.pk:
            raise RuntimeError("canary")
        return hand_on(request_id=request_id)

    monkeypatch.setattr("courses.actions.aftercare.hand_on", broken)

    assert hand_on_requests() == 1
    assert ContactRequest.objects.get(handed_on=1) == second
