"""A worry about somebody else."""

import uuid

import pytest

from courses.actions.aftercare import take_request
from courses.models import Cohort, ContactRequest
from lms.mail.models import Letter
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.courses.actions.aftercare.asking import member, worry

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_tell_of_worry_reaches_who_answers_but_never_whom_it_is_about(cohort: Cohort, owner: User, teammate: User) -> None:
    worried_about, contact = member(cohort, Part.AFTERCARE), member(cohort, Part.AFTERCARE)

    asked = worry(owner, cohort, worried_about).request

    assert asked.sent_to == contact
    assert [asked in ContactRequest.objects.visible_to(person) for person in (owner, contact, worried_about)] == [True, True, False]
    with pytest.raises(Refused):
        take_request(actor=worried_about, request_id=asked.pk)


def test_tell_of_worry_says_in_its_letters_that_it_is_one_and_nothing_more(cohort: Cohort, owner: User, teammate: User) -> None:
    contact, client_id = member(cohort, Part.AFTERCARE), uuid.uuid4()
    first, again = (worry(owner, cohort, teammate, client_id) for _ in range(2))
    take_request(actor=contact, request_id=first.request.pk)

    told, answered = Letter.objects.order_by("written_at", "pk")
    assert (first.request, told.person, answered.person) == (again.request, contact, owner)
    assert told.subject == "Somebody is worried about another person"
    assert "What you are worried about was read" in answered.body
    assert [word for word in ("canary", "voice", teammate.display_name) if word in told.body + answered.body] == []
