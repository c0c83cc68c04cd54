import pytest
from django.utils import timezone

from courses.actions.invitations import send_again, take_back
from courses.models import Membership, PromisedPlace
from lms.mail.models import Letter
from lms.permissions import Part, Refused
from lms.users.actions import accept_invitation
from lms.users.models import Invitation
from tests.courses.factories import make_promised
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    return make_user(coordinates=True)


@pytest.mark.parametrize("old", [True, False])
def test_send_again_replaces_the_letter(coordinator, old):
    place = make_promised(make_cohort(), email="new@example.org", part=Part.INTERPRETER)
    if old:
        Invitation.objects.update(expires_at="2026-01-01T00:00Z")

    again = send_again(actor=coordinator, place=place)

    pending = PromisedPlace.objects.pending().get()
    assert (pending.invitation, pending.part, list(Invitation.objects.open())) == (again, Part.INTERPRETER, [again])
    assert Letter.objects.count() == 1  # the first had not left yet, and would have led nowhere


def test_send_again_refuses_what_was_answered_meanwhile(coordinator):
    place = make_promised(make_cohort(), email="new@example.org")
    accept_invitation(actor=make_user(email="new@example.org"), invitation=place.invitation)

    with pytest.raises(Refused):
        send_again(actor=coordinator, place=place)

    assert Invitation.objects.count() == 1


def test_take_back_closes_the_letter(coordinator):
    place = make_promised(make_cohort(), email="new@example.org")

    for _press in range(2):
        take_back(actor=coordinator, place=place)

    with pytest.raises(Refused):
        accept_invitation(actor=make_user(email="new@example.org"), invitation=place.invitation)
    assert (PromisedPlace.objects.pending().count(), Letter.objects.count(), Membership.objects.count()) == (0, 0, 0)


def test_take_back_says_that_they_have_come_in(coordinator):
    place = make_promised(make_cohort(), email="new@example.org")
    accept_invitation(actor=make_user(email="new@example.org"), invitation=place.invitation)
    place = PromisedPlace.objects.get()

    with pytest.raises(Refused, match="They have come in meanwhile"):
        take_back(actor=coordinator, place=place)

    assert Membership.objects.get().ended_at is None


@pytest.mark.parametrize("part", [part for part in Part if part != Part.COORDINATOR])
def test_only_a_coordinator_does_either(part):
    membership = make_membership(cohort=make_cohort(), part=part)
    place = make_promised(membership.cohort)

    for act in (send_again, take_back):
        with pytest.raises(Refused):
            act(actor=membership.person, place=place)

    assert Invitation.objects.open().get().expires_at > timezone.now()
