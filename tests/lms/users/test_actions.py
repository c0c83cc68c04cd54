import datetime
import re

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.mail.models import Letter
from lms.permissions import Refused
from lms.users import actions
from lms.users.models import Invitation, User
from lms.users.signals import invitation_accepted, sessions_ended
from tests.factories import PASSWORD, make_user


@pytest.fixture
def heard():
    """(session_keys, person) of every sessions_ended."""
    calls = []

    def listen(sender, person, session_keys, **kwargs):
        calls.append((session_keys, person))

    sessions_ended.connect(listen)
    yield calls
    sessions_ended.disconnect(listen)


def signed_in(person: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    client.get(reverse("account"))
    return client


# --- invitations ----------------------------------------------------------------------------------------------------


def test_invite_keeps_a_hash_and_hands_out_the_token(owner: User) -> None:
    invitation, token = actions.invite(actor=owner, email=" New@Example.org ")

    assert invitation.email == "new@example.org"
    assert token not in str(Invitation.objects.values().get())
    assert Invitation.objects.open().with_token(token).get() == invitation


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a b@example.org", "a@example.org\nBcc: b@example.org"])
def test_invite_refuses_what_is_no_address(db: None, email: str) -> None:
    with pytest.raises(ValidationError):
        actions.invite(actor=None, email=email)

    assert not Invitation.objects.exists()


def test_invite_to_coordinate_replaces_the_open_one(db: None) -> None:
    _first, old = actions.invite(actor=None, email="new@example.org", coordinates=True)
    second, _new = actions.invite(actor=None, email="new@example.org", coordinates=True)

    assert list(Invitation.objects.open()) == [second]
    assert not Invitation.objects.open().with_token(old).exists()


def test_invite_to_a_cohort_leaves_other_invitations_open(owner: User) -> None:
    actions.invite(actor=owner, email="new@example.org")
    actions.invite(actor=owner, email="new@example.org")

    assert Invitation.objects.open().count() == 2


def test_invite_to_coordinate_is_for_who_coordinates(owner: User) -> None:
    with pytest.raises(Refused):
        actions.invite(actor=owner, email="new@example.org", coordinates=True)

    assert not Invitation.objects.exists()


def test_accept_invitation_tells_those_above_and_works_once(owner: User) -> None:
    invitation, _token = actions.invite(actor=None, email=owner.email, coordinates=True)
    told = []

    def listen(sender, invitation, person, **kwargs):
        told.append((invitation.pk, person))

    invitation_accepted.connect(listen)
    actions.accept_invitation(actor=owner, invitation=invitation)
    with pytest.raises(Refused):
        actions.accept_invitation(actor=owner, invitation=invitation)
    invitation_accepted.disconnect(listen)

    owner.refresh_from_db()
    invitation.refresh_from_db()
    assert told == [(invitation.pk, owner)]
    assert (owner.coordinates, invitation.accepted_by) == (True, owner)


def test_accept_invitation_refuses_another_address(owner: User, outsider: User) -> None:
    invitation, _token = actions.invite(actor=None, email=owner.email, coordinates=True)

    with pytest.raises(Refused):
        actions.accept_invitation(actor=outsider, invitation=invitation)

    outsider.refresh_from_db()
    assert outsider.coordinates is False
    assert list(Invitation.objects.open()) == [invitation]


def test_accept_invitation_refuses_after_thirty_days(owner: User) -> None:
    invitation, _token = actions.invite(actor=None, email=owner.email)
    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))

    with pytest.raises(Refused):
        actions.accept_invitation(actor=owner, invitation=invitation)


def test_accept_invitation_is_undone_if_those_above_fail(owner: User) -> None:
    invitation, _token = actions.invite(actor=None, email=owner.email, coordinates=True)

    def fail(**kwargs):
        raise RuntimeError

    invitation_accepted.connect(fail)
    with pytest.raises(RuntimeError):
        actions.accept_invitation(actor=owner, invitation=invitation)
    invitation_accepted.disconnect(fail)

    assert User.objects.get(pk=owner.pk).coordinates is False
    assert list(Invitation.objects.open()) == [invitation]


# --- the person -----------------------------------------------------------------------------------------------------


def test_describe_person_changes_what_it_is_given_and_nothing_else(owner: User) -> None:
    actions.describe_person(actor=owner, theme="dark", country="EE")

    owner.refresh_from_db()
    assert (owner.theme, owner.country, owner.display_name) == ("dark", "EE", "Owner")


@pytest.mark.parametrize("name", ["coordinates", "email", "is_active", "password"])
def test_describe_person_refuses_what_is_no_description(owner: User, name: str) -> None:
    with pytest.raises(TypeError):
        actions.describe_person(actor=owner, **{name: "1"})


# --- sign-ins (S6) --------------------------------------------------------------------------------------------------


def test_end_sign_ins_ends_one_device_and_says_which(owner: User, heard: list) -> None:
    here, there = signed_in(owner), signed_in(owner)
    key = there.session.session_key

    ended = actions.end_sign_ins(actor=owner, session_keys=[key])

    assert ended == 1
    assert heard == [([key], owner)]
    assert [client.get(reverse("account")).status_code for client in (here, there)] == [200, 302]


def test_end_sign_ins_leaves_those_of_others(owner: User, outsider: User, heard: list) -> None:
    theirs = signed_in(outsider)

    ended = actions.end_sign_ins(actor=owner, session_keys=[theirs.session.session_key])

    assert (ended, heard) == (0, [])
    assert theirs.get(reverse("account")).status_code == 200


def test_changing_the_password_ends_every_other_sign_in(owner: User, heard: list) -> None:
    here, there = signed_in(owner), signed_in(owner)
    before_here, before_there = here.session.session_key, there.session.session_key
    words = {"oldpassword": PASSWORD, "password1": "another-long-password", "password2": "another-long-password"}

    here.post(reverse("account_change_password"), words)

    assert [client.get(reverse("account")).status_code for client in (here, there)] == [200, 302]
    assert [set(keys) for keys, _person in heard] == [{before_here, before_there}]
    assert here.session.session_key != before_here
    assert [row.session_key for row in UserSession.objects.filter(user=owner)] == [here.session.session_key]


def test_a_password_from_a_letter_ends_every_sign_in(owner: User, heard: list) -> None:
    clients = [signed_in(owner), signed_in(owner)]
    keys = {client.session.session_key for client in clients}
    elsewhere = Client()
    elsewhere.post(reverse("account_reset_password"), {"email": owner.email})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", Letter.objects.get().body)
    assert link is not None

    form = elsewhere.get(link[1], follow=True).redirect_chain[-1][0]
    elsewhere.post(form, {"password1": "another-long-password", "password2": "another-long-password"})

    assert [set(ended) for ended, _person in heard] == [keys]
    assert not UserSession.objects.filter(user=owner).exists()


def test_signing_out_says_which_sign_in_ended(owner: User, heard: list) -> None:
    client = signed_in(owner)
    key = client.session.session_key

    client.post(reverse("account_logout"))

    assert heard == [([key], owner)]


def test_deactivate_ends_everything(owner: User, heard: list) -> None:
    clients = [signed_in(owner), signed_in(owner)]

    actions.deactivate(actor=None, person=owner)

    assert heard == [(None, owner)]
    assert [client.get(reverse("account")).status_code for client in clients] == [302, 302]
    assert not UserSession.objects.filter(user=owner).exists()


def test_deactivate_is_for_who_coordinates(owner: User, outsider: User) -> None:
    with pytest.raises(Refused):
        actions.deactivate(actor=outsider, person=owner)

    actions.deactivate(actor=make_user(coordinates=True), person=owner)
    owner.refresh_from_db()
    assert owner.is_active is False
