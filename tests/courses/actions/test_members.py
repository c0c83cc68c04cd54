import pytest

from courses.actions.members import bring_back, change_part, invite_member, remove_member
from courses.models import Membership, MembershipChange
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
        lambda: bring_back(actor=membership.person, membership=other, part=Part.TRAINER),
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


def changes_of(membership):
    return [(change.before, change.after, change.by) for change in membership.changes.order_by("pk")]


def test_every_change_is_written_down(coordinator):
    person = make_user(email="new@example.org")
    invitation = invite_member(actor=coordinator, cohort=make_cohort(), email=person.email, part=Part.TRAINEE)
    accept_invitation(actor=person, invitation=invitation)
    membership = Membership.objects.get()
    other = make_user(coordinates=True)

    change_part(actor=other, membership=membership, part=Part.INTERPRETER)
    change_part(actor=other, membership=membership, part=Part.INTERPRETER)
    remove_member(actor=coordinator, membership=membership)
    remove_member(actor=coordinator, membership=membership)
    bring_back(actor=other, membership=membership, part=Part.ALUMNUS)
    bring_back(actor=other, membership=membership, part=Part.TRAINEE)

    assert changes_of(membership) == [
        ("", "trainee", coordinator),
        ("trainee", "interpreter", other),
        ("interpreter", "", coordinator),
        ("", "alumnus", other),
    ]
    assert Membership.objects.get().part == Part.ALUMNUS


def test_each_change_is_told_by_a_letter_to_the_person(coordinator):
    membership = make_membership(cohort=make_cohort(title="Spring"))
    change_part(actor=coordinator, membership=membership, part=Part.INTERPRETER)
    remove_member(actor=coordinator, membership=membership)
    bring_back(actor=coordinator, membership=membership, part=Part.TRAINEE)

    letters = Letter.objects.order_by("written_at", "pk")
    assert [(letter.to, letter.body.splitlines()[2]) for letter in letters] == [
        (membership.person.email, "Your part in Spring is now: Interpreter."),
        (membership.person.email, "You are no longer in Spring, so its pages are closed to you now."),
        (membership.person.email, "Your place in Spring is yours again. Your part: Trainee."),
    ]


def test_change_part_refuses_who_has_left(coordinator):
    membership = make_membership(cohort=make_cohort(), ended_at="2026-01-01T00:00Z")

    with pytest.raises(Refused):
        change_part(actor=coordinator, membership=membership, part=Part.TRAINER)

    assert Membership.objects.get().part == Part.TRAINEE


def test_bring_back_says_so(coordinator):
    membership = make_membership(cohort=make_cohort(), ended_at="2026-01-01T00:00Z")
    heard = []
    membership_changed.connect(listener := lambda **news: heard.append(news["membership"].part))

    bring_back(actor=coordinator, membership=membership, part=Part.ALUMNUS)

    membership_changed.disconnect(listener)
    assert heard == [Part.ALUMNUS]


@pytest.mark.parametrize(
    ("who", "sees"),
    [("self", 1), ("coordinator", 1), ("site_coordinator", 1), ("trainer", 0), ("trainee", 0), ("elsewhere", 0), ("removed", 1)],
)
def test_the_record_is_for_coordinators_and_for_the_person(coordinator, who, sees):
    membership = make_membership(cohort=make_cohort())
    change_part(actor=coordinator, membership=membership, part=Part.INTERPRETER)
    reader = membership.person if who in {"self", "removed"} else make_user(coordinates=who == "site_coordinator")
    if who in set(Part):
        make_membership(cohort=membership.cohort, person=reader, part=Part(who))
    if who == "elsewhere":
        make_membership(cohort=make_cohort(), person=reader, part=Part.COORDINATOR)
    if who == "removed":
        Membership.objects.filter(pk=membership.pk).update(ended_at="2026-01-01T00:00Z")

    assert MembershipChange.objects.visible_to(reader).count() == sees
