import pytest

from courses.actions.members import change_part, invite_member, remove_member
from courses.models import Membership
from courses.signals import membership_changed, membership_ended
from lms.mail.models import Letter
from lms.permissions import Part, Refused
from lms.users.actions import accept_invitation
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    return make_user(coordinates=True)


def test_an_accepted_invitation_gives_the_promised_place(coordinator):
    cohort = make_cohort()
    make_membership(cohort=cohort, person=coordinator, part=Part.COORDINATOR)
    newcomer = make_user(email="new@example.org")
    invitation = invite_member(actor=coordinator, cohort=cohort, email="new@example.org", part=Part.INTERPRETER)

    accept_invitation(actor=newcomer, invitation=invitation)

    assert Membership.objects.get(person=newcomer, cohort=cohort).part == Part.INTERPRETER
    letter = Letter.objects.get()
    assert (letter.to, "/invitation/" in letter.body) == ("new@example.org", True)


def test_only_the_newest_invitation_to_a_cohort_works(coordinator):
    cohort, newcomer = make_cohort(), make_user(email="new@example.org")
    elsewhere = invite_member(actor=coordinator, cohort=make_cohort(), email="new@example.org", part=Part.TRAINEE)
    first = invite_member(actor=coordinator, cohort=cohort, email="new@example.org", part=Part.TRAINER)
    second = invite_member(actor=coordinator, cohort=cohort, email=" New@example.org", part=Part.TRAINEE)

    with pytest.raises(Refused):
        accept_invitation(actor=newcomer, invitation=first)
    accept_invitation(actor=newcomer, invitation=second)
    accept_invitation(actor=newcomer, invitation=elsewhere)

    assert Membership.objects.get(person=newcomer, cohort=cohort).part == Part.TRAINEE
    assert Membership.objects.filter(person=newcomer).count() == 2


@pytest.mark.parametrize("leave", [True, False])
def test_an_old_invitation_gives_back_neither_place_nor_part(coordinator, leave):
    membership = make_membership(cohort=make_cohort())
    open_still = invite_member(actor=coordinator, cohort=membership.cohort, email=membership.person.email, part=Part.TRAINER)
    if leave:
        remove_member(actor=coordinator, membership=membership)
    else:
        change_part(actor=coordinator, membership=membership, part=Part.INTERPRETER)

    with pytest.raises(Refused):
        accept_invitation(actor=membership.person, invitation=open_still)

    membership.refresh_from_db()
    assert (membership.part, membership.ended_at is not None) == (Part.TRAINEE if leave else Part.INTERPRETER, leave)


@pytest.mark.parametrize("part", [part for part in Part if part != Part.COORDINATOR])
def test_only_a_coordinator_looks_after_people(part):
    membership = make_membership(cohort=make_cohort(), part=part)
    other = make_membership(cohort=membership.cohort)
    acts = [
        lambda: invite_member(actor=membership.person, cohort=membership.cohort, email="a@example.org", part=Part.TRAINER),
        lambda: change_part(actor=membership.person, membership=other, part=Part.TRAINER),
        lambda: remove_member(actor=membership.person, membership=other),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()
    other.refresh_from_db()
    assert (other.part, other.ended_at, Letter.objects.count()) == (Part.TRAINEE, None, 0)


def test_remove_member_keeps_the_row_and_says_so(coordinator):
    membership = make_membership(cohort=make_cohort())
    heard = []
    membership_ended.connect(listener := lambda **news: heard.append(news["membership"].pk))

    remove_member(actor=coordinator, membership=membership)

    membership_ended.disconnect(listener)
    membership.refresh_from_db()
    assert (membership.ended_at is not None, heard) == (True, [membership.pk])


def test_change_part_says_so(coordinator):
    membership = make_membership(cohort=make_cohort())
    heard = []
    membership_changed.connect(listener := lambda **news: heard.append(news["membership"].part))

    change_part(actor=coordinator, membership=membership, part=Part.TRAINER)

    membership_changed.disconnect(listener)
    assert heard == [Part.TRAINER]
