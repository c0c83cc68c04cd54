import datetime
import time

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.actions import invitation_links
from courses.actions.invitation_links import LONGEST, ask_by_link, join_by_link, make_link, revoke_link
from courses.actions.members import invite_member, remove_member
from courses.models import InvitationLink, Membership, MembershipChange, PromisedPlace
from lms.mail.models import Letter
from lms.permissions import LINK_PARTS, Part, Refused
from lms.users.actions import accept_invitation
from lms.users.models import hash_token, new_token
from tests.courses.factories import make_link_to
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.actions.test_posting import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    return make_user(coordinates=True)


def test_make_link_keeps_only_a_hash_and_is_made_once(coordinator):
    cohort, token = make_cohort(), new_token()

    first, again = (make_link_to(cohort, actor=coordinator, token=token)[0] for _ in range(2))

    row = InvitationLink.objects.values().get()
    assert (first, row["token_hash"]) == (again, hash_token(token))
    assert token not in str(row)
    assert InvitationLink.objects.open().with_token(token).get().made_by == coordinator


@pytest.mark.parametrize("part", Part)
def test_make_link_gives_no_part_that_sees_other_peoples_affairs(coordinator, part):
    assert {Part.TRAINEE, Part.ALUMNUS, Part.INTERPRETER} == LINK_PARTS
    if part in LINK_PARTS:
        assert make_link_to(make_cohort(), actor=coordinator, part=part)[0].part == part
        return
    with pytest.raises(Refused):
        make_link_to(make_cohort(), actor=coordinator, part=part)
    with pytest.raises(IntegrityError), transaction.atomic():  # the database says so too
        InvitationLink.objects.create(cohort=make_cohort(), part=part, token_hash="x", uses=1, ends_at=timezone.now())


@pytest.mark.parametrize("wrong", [{"uses": 0}, {"uses": 101}, {"days": 0}, {"days": LONGEST.days + 1}])
def test_make_link_has_an_end_and_a_number_of_uses(coordinator, wrong):
    days = wrong.pop("days", 1)
    with pytest.raises(Refused):
        make_link_to(make_cohort(), actor=coordinator, ends_at=timezone.now() + datetime.timedelta(days=days), **wrong)


@pytest.mark.parametrize("part", [part for part in Part if part != Part.COORDINATOR])
def test_only_a_coordinator_makes_and_revokes_links(part):
    membership = make_membership(cohort=make_cohort(), part=part)
    link, _token = make_link_to(membership.cohort)
    given = {"part": Part.TRAINEE, "uses": 1, "ends_at": timezone.now() + datetime.timedelta(days=1), "token": new_token()}

    for act in (
        lambda: make_link(actor=membership.person, cohort=membership.cohort, **given),
        lambda: revoke_link(actor=membership.person, link=link),
    ):
        with pytest.raises(Refused):
            act()

    assert InvitationLink.objects.open().get() == link


def test_join_by_link_gives_its_part_and_counts(owner, coordinator):
    link, _token = make_link_to(make_cohort(), actor=coordinator, part=Part.INTERPRETER)

    membership = join_by_link(actor=owner, link=link)

    link.refresh_from_db()
    assert (membership.part, membership.cohort, link.used) == (Part.INTERPRETER, link.cohort, 1)
    change = MembershipChange.objects.get()
    assert (change.membership, change.link, change.by, change.before, change.after) == (membership, link, coordinator, "", "interpreter")


def test_join_by_link_ends_with_the_last_use():
    link, _token = make_link_to(make_cohort(), uses=2)
    for _number in range(2):
        join_by_link(actor=make_user(), link=link)

    with pytest.raises(Refused, match="used as often as it allows"):
        join_by_link(actor=make_user(), link=link)

    link.refresh_from_db()
    assert (link.used, Membership.objects.count(), link.is_open) == (2, 2, False)
    with pytest.raises(IntegrityError), transaction.atomic():  # whatever else may go wrong, the database counts no further
        InvitationLink.objects.update(used=3)


@pytest.mark.parametrize("over", [{"revoked_at": "2026-01-01T00:00Z"}, {"ends_at": "2026-01-01T00:00Z"}])
def test_join_by_link_refuses_what_is_over(owner, over):
    link, _token = make_link_to(make_cohort())
    InvitationLink.objects.update(**over)

    with pytest.raises(Refused):
        join_by_link(actor=owner, link=link)

    assert (Membership.objects.count(), InvitationLink.objects.get().used) == (0, 0)


@pytest.mark.parametrize("part", [Part.TRAINEE, Part.TRAINER])
def test_join_by_link_changes_nobodys_part_and_counts_nobody_twice(part):
    link, _token = make_link_to(make_cohort(), part=Part.ALUMNUS)
    member = make_membership(cohort=link.cohort, part=part)

    with pytest.raises(Refused, match="You are in this cohort already"):
        join_by_link(actor=member.person, link=link)

    member.refresh_from_db()
    assert (member.part, InvitationLink.objects.get().used) == (part, 0)


def test_join_by_link_brings_nobody_back_who_was_removed(owner, coordinator):
    link, _token = make_link_to(make_cohort())
    membership = join_by_link(actor=owner, link=link)
    remove_member(actor=coordinator, membership=membership)

    with pytest.raises(Refused, match="You were in this cohort before"):
        join_by_link(actor=owner, link=link)

    membership.refresh_from_db()
    assert membership.ended_at is not None


def test_ask_by_link_writes_a_letter_that_is_a_use_of_the_link():
    link, _token = make_link_to(make_cohort(), uses=1)

    ask_by_link(link=link, email="New@example.org")

    place = PromisedPlace.objects.get()
    assert (Letter.objects.get().to, place.link, InvitationLink.objects.get().used) == ("new@example.org", link, 0)
    accept_invitation(actor=make_user(email="new@example.org"), invitation=place.invitation)
    assert (InvitationLink.objects.get().used, Membership.objects.get().part) == (1, Part.TRAINEE)


def test_a_letter_asked_for_by_a_link_ends_with_the_link(coordinator):
    """By its last use, by its being taken back, and by its day."""
    for end in ("used", "revoked"):
        link, _token = make_link_to(make_cohort(), uses=1)
        ask_by_link(link=link, email="late@example.org")
        place = PromisedPlace.objects.latest("pk")
        assert abs(place.invitation.expires_at - link.ends_at) < datetime.timedelta(seconds=1)
        if end == "used":
            join_by_link(actor=make_user(), link=link)
        else:
            revoke_link(actor=coordinator, link=link)

        place.invitation.refresh_from_db()
        assert place.invitation.expires_at <= timezone.now()
        assert Letter.objects.filter(to="late@example.org").count() == 0  # had not left yet


def test_whoever_types_an_address_undoes_no_coordinators_promise(coordinator):
    link, _token = make_link_to(make_cohort())
    promised = invite_member(actor=coordinator, cohort=link.cohort, email="trainer@example.org", part=Part.TRAINER)

    ask_by_link(link=link, email="trainer@example.org")

    accept_invitation(actor=make_user(email="trainer@example.org"), invitation=promised)
    assert (Membership.objects.get().part, Letter.objects.filter(to="trainer@example.org").count()) == (Part.TRAINER, 2)


@pytest.mark.parametrize("gone", [True, False])
def test_ask_by_link_promises_nothing_to_who_is_or_was_there(gone):
    link, _token = make_link_to(make_cohort())
    person = make_user(email="known@example.org")
    make_membership(cohort=link.cohort, person=person, ended_at=timezone.now() if gone else None)

    ask_by_link(link=link, email="known@example.org")

    body = Letter.objects.get().body
    assert ("You were in it before." in body, "You are in it already." in body, PromisedPlace.objects.count()) == (gone, not gone, 0)


@pytest.mark.django_db(transaction=True)
def test_a_link_counts_right_when_many_come_at_once(monkeypatch):
    """Twelve follow it in the same moment, two of them twice; four places."""
    link, _token = make_link_to(make_cohort(), uses=4)
    people = [make_user() for _number in range(10)]
    giving = invitation_links.add_member
    monkeypatch.setattr(invitation_links, "add_member", lambda **given: (time.sleep(0.03), giving(**given))[1])  # after the count

    outcomes = together(12, lambda number: join_by_link(actor=people[number % 10], link=link).pk)

    link.refresh_from_db()
    let_in = [outcome for outcome in outcomes if isinstance(outcome, int)]
    assert (len(let_in), link.used, Membership.objects.count()) == (4, 4, 4)
