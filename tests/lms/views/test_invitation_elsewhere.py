import pytest
from django.conf import settings
from django.urls import reverse

from lms.mail.models import Letter
from lms.users.actions import invite
from lms.users.models import Invitation
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    return make_user(coordinates=True)


def test_an_invitation_used_by_somebody_signed_in_as_another_says_so_and_gives_two_ways_on(client, owner, coordinator):
    _invitation, token = invite(actor=coordinator, email="ana@example.org")
    client.force_login(owner)

    page = client.get(reverse("invitation", args=[token])).content.decode()

    assert f"This invitation went to ana@example.org. You are signed in as {owner.email}." in page
    assert "Sign out and go on" in page and "Ask for another letter" in page


def test_invitation_elsewhere_asks_whoever_invited(client, owner, coordinator):
    _invitation, token = invite(actor=coordinator, email="ana@example.org")
    client.force_login(owner)

    answer = client.post(reverse("invitation-elsewhere", args=[token]), follow=True).content.decode()

    letter = Letter.objects.get()
    assert (letter.to, f"please invite {owner.email}" in letter.body) == (coordinator.email, True)
    assert f"We have asked whoever invited you to write to {owner.email}." in answer
    assert Invitation.objects.open().get().email == "ana@example.org"


def test_invitation_elsewhere_asks_the_help_desk_where_nobody_invited(client, owner):
    _invitation, token = invite(actor=None, email="ana@example.org")
    client.force_login(owner)

    client.post(reverse("invitation-elsewhere", args=[token]))

    assert Letter.objects.get().to == settings.CONTACT_EMAIL


@pytest.mark.parametrize("whose", ["own", "none"])
def test_invitation_elsewhere_writes_nothing_where_nothing_is_to_be_asked(client, owner, coordinator, whose):
    token = invite(actor=coordinator, email=owner.email)[1] if whose == "own" else "no-such-token"
    client.force_login(owner)

    client.post(reverse("invitation-elsewhere", args=[token]))

    assert Letter.objects.count() == 0


def test_invitation_elsewhere_asks_a_few_times_only(client, owner, coordinator):
    _invitation, token = invite(actor=coordinator, email="ana@example.org")
    client.force_login(owner)

    pages = [client.post(reverse("invitation-elsewhere", args=[token]), follow=True).content.decode() for _number in range(4)]

    assert Letter.objects.count() == 3
    assert "We have written about this already. Please wait for the answer." in pages[-1]
