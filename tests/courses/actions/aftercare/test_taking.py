"""Reading, taking and closing requests."""

import pytest
from django.utils import timezone

from courses.actions.aftercare import close_request, read_note, take_request
from courses.models import Cohort, ContactRequest, Membership
from lms.mail.models import Letter
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.courses.actions.aftercare.asking import CANARY, ask, letters_to, member
from tests.factories import make_cohort, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
WHO = [
    "asker",
    "contact",
    "on_duty",
    "told_coordinator",
    "coordinator",
    "trainer",
    "teammate",
    "left_contact",
    "other_contact",
    "site",
    "outsider",
]


@pytest.mark.parametrize("who", WHO)
def test_a_request_is_seen_read_and_taken_by_whom(who: str, cohort: Cohort, owner: User) -> None:
    other = make_cohort()
    people = {
        "asker": owner,
        "contact": member(cohort, Part.AFTERCARE),
        "on_duty": member(cohort, Part.TRAINER),
        "told_coordinator": member(cohort, Part.COORDINATOR),
        "coordinator": member(cohort, Part.COORDINATOR),
        "trainer": member(cohort, Part.TRAINER),
        "teammate": member(cohort, Part.TRAINEE),
        "left_contact": member(cohort, Part.AFTERCARE, ended_at=timezone.now()),
        "other_contact": member(other, Part.AFTERCARE),
        "site": make_user(coordinates=True),
        "outsider": make_user(),
    }
    asked = ask(owner, cohort).request
    ContactRequest.objects.filter(pk=asked.pk).update(
        sent_to=people["told_coordinator"] if who == "told_coordinator" else people["on_duty"]
    )
    asked.refresh_from_db()
    person = people[who]

    sees = ContactRequest.objects.visible_to(person).filter(pk=asked.pk).exists()
    reads = _does(lambda: read_note(actor=person, contact_request=asked))
    takes = _does(lambda: take_request(actor=person, request_id=asked.pk))

    answers = who in {"contact", "on_duty", "told_coordinator"}
    assert (sees, reads, takes) == (answers or who == "asker", answers or who == "asker", answers)


def _does(action) -> bool:
    try:
        action()
    except Refused:
        return False
    return True


def test_a_request_is_out_of_sight_once_whoever_was_told_has_left(cohort: Cohort, owner: User) -> None:
    contact = member(cohort, Part.AFTERCARE)
    asked = ask(owner, cohort).request
    before = list(ContactRequest.objects.visible_to(contact))
    Membership.objects.filter(person=contact).update(ended_at=timezone.now())

    assert (before, list(ContactRequest.objects.visible_to(contact))) == ([asked], [])
    with pytest.raises(Refused):
        read_note(actor=contact, contact_request=asked)


def test_a_request_without_cohort_is_for_who_coordinates_the_site(owner: User, outsider: User) -> None:
    site = make_user(coordinates=True)
    asked = ask(owner, None).request

    assert list(ContactRequest.objects.visible_to(site)) == [asked]
    assert list(ContactRequest.objects.visible_to(outsider)) == []
    assert read_note(actor=site, contact_request=asked) == CANARY


def test_take_request_tells_the_asker_and_the_first_keeps_it(cohort: Cohort, owner: User) -> None:
    first, second = member(cohort, Part.AFTERCARE), member(cohort, Part.AFTERCARE)
    asked = ask(owner, cohort).request

    take_request(actor=first, request_id=asked.pk)
    take_request(actor=second, request_id=asked.pk)

    asked.refresh_from_db()
    letters = Letter.objects.filter(to=owner.email)
    assert asked.taken_by == first
    assert [letter.subject for letter in letters] == ["Your request was read"]
    assert "canary" not in letters[0].body
    assert first.display_name not in letters[0].body


def test_close_request_is_for_who_asked_and_ends_the_waiting_once(cohort: Cohort, owner: User) -> None:
    contact = member(cohort, Part.AFTERCARE)
    asked = ask(owner, cohort).request
    with pytest.raises(Refused):
        close_request(actor=contact, request_id=asked.pk)

    first = close_request(actor=owner, request_id=asked.pk).closed_at
    again = close_request(actor=owner, request_id=asked.pk).closed_at

    assert (first, ContactRequest.objects.waiting().count()) == (again, 0)
    assert letters_to(contact) == ["Somebody asks to be contacted", "A request was closed"]
    with pytest.raises(Refused, match="no longer needed"):
        take_request(actor=contact, request_id=asked.pk)


def test_close_request_tells_only_who_took_it_on(cohort: Cohort, owner: User) -> None:
    first, second = member(cohort, Part.AFTERCARE), member(cohort, Part.AFTERCARE)
    asked = ask(owner, cohort).request
    take_request(actor=second, request_id=asked.pk)

    close_request(actor=owner, request_id=asked.pk)

    assert [letters_to(person)[1:] for person in (first, second)] == [[], ["A request was closed"]]
